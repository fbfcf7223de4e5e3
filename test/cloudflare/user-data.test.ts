// User data: in the real runtime the data of users survives a sleep of the room, also the longest, twice in one attachment.
import { expect, test } from "vitest";
import { type Client, connect } from "../conformance/support/client.ts";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import {
  ISSUER,
  SECRET,
  signToken,
  tokenClaims,
} from "../http/support/jwt-app.ts";
import { serve } from "./support/server.ts";

const server = serve({ JWT_ISSUER: ISSUER, JWT_SECRET: SECRET });

/** The data of the only member who has any. */
async function toldData(asker: Client): Promise<unknown> {
  asker.send({ type: "who", details: true });
  const { details = [] } = await asker.next("members");
  return details.find(({ data }) => data !== undefined)?.data;
}

test("a user's longest data is known after the room has slept, and after a new join", async () => {
  const room = uniqueName("lobby");
  const bob = await join(room, person("guest-bob"));
  // As long as names, devices and data may be.
  const [data, fresh] = ["李", "雷"].map((letter) => `${letter.repeat(84)}xx`);
  const claims = { sub: "s", username: "𠮷".repeat(32) };
  const token = await signToken(tokenClaims({ ...claims, data }));
  const headers = { Authorization: `Bearer ${token}` };
  const alice = await connect(room, { headers });
  const device = "~".repeat(64);
  alice.send({ type: "join", history: 0, device });
  await alice.next("welcome");
  expect((await bob.next("joined")).data).toBe(data);
  await server.sleep(room);
  expect(await toldData(bob)).toBe(data);
  // Another token for the member than for the connection.
  alice.send({ type: "leave" });
  await alice.next("left");
  const next = await signToken(tokenClaims({ ...claims, data: fresh }));
  alice.send({ type: "join", history: 0, device, token: next });
  await alice.next("welcome");
  await server.sleep(room);
  expect(await toldData(bob)).toBe(fresh);
  alice.send({ type: "leave" });
  await alice.next("left");
  await server.sleep(room);
  alice.send({ type: "join", history: 0, device });
  await alice.next("welcome");
  expect(await toldData(bob)).toBe(data);
});
