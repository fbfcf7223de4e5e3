// Token expiry: an alarm wakes the sleeping room, which closes the connection of an expired token.
import { expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import { uniqueName } from "../conformance/support/people.ts";
import {
  ISSUER,
  SECRET,
  signToken,
  tokenClaims,
} from "../http/support/jwt-app.ts";
import { serve } from "./support/server.ts";

const server = serve({ JWT_ISSUER: ISSUER, JWT_SECRET: SECRET });

/**
 * Joins with a token that ends soon, and sends the room to sleep before; with a
 * later end if the machine is too slow for that.
 */
async function joinAndSleep(seconds = 4) {
  const room = uniqueName("lobby");
  const client = await connect(room);
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const token = await signToken(tokenClaims({ exp }));
  client.send({ type: "join", token, history: 0 });
  const answer = await client.inbox.next(
    ({ type }) => type === "welcome" || type === "error",
    "an answer",
  );
  await server.sleep(room);
  const { isOpen } = client;
  if (Date.now() >= exp * 1000 && seconds < 20)
    return joinAndSleep(seconds * 4);
  expect(answer).toMatchObject({ type: "welcome", expires: exp * 1000 });
  expect(isOpen).toBe(true);
  return { client, exp };
}

test("a user's connection ends with the token, though the room sleeps", async () => {
  const { client, exp } = await joinAndSleep();
  await client.next("error", { code: "unauthorized" }, 30_000);
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  expect((await client.closed()).code).toBe(4506);
});
