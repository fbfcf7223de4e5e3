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

test("a user's connection ends with the token, though the room sleeps", async () => {
  const room = uniqueName("lobby");
  const exp = Math.floor(Date.now() / 1000) + 4;
  const client = await connect(room);
  const token = await signToken(tokenClaims({ exp }));
  client.send({ type: "join", token, history: 0 });
  await client.next("welcome", { expires: exp * 1000 });
  await server.sleep(room);
  expect(client.isOpen).toBe(true);
  await client.next("error", { code: "unauthorized" });
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  expect((await client.closed()).code).toBe(4506);
});
