// Publish row costs: counts the rows that a message by HTTP writes, by a bot and by a person, as Cloudflare bills them.
import { expect, test } from "vitest";
import { post } from "../conformance/support/http-client.ts";
import { joinAll } from "../conformance/support/members.ts";
import { person, uniqueId, uniqueName } from "../conformance/support/people.ts";
import { API_KEYS, KEY } from "../conformance/support/server-key.ts";
import { trackRowCosts } from "./support/row-costs.ts";
import { serve } from "./support/server.ts";

const server = serve(
  {
    ...{ API_KEYS, API_RATE_PER_SECOND: 0, RATE_PER_SECOND: 0 },
    ...{ CONNECTS_PER_MINUTE: 0, PRESENCE_GRACE_MS: 0 },
  },
  "test/cloudflare/support/counting-worker.ts",
);

const costOf = trackRowCosts(server);
const MESSAGES = 20;

test("a bot's message costs a row, as a member's does", async () => {
  const room = uniqueName("lobby");
  await joinAll(room, "alice");
  const as = { id: "ci", username: "ci" };
  const cost = await costOf(
    "message by HTTP, of a bot",
    room,
    [],
    async () => {
      for (let i = 0; i < MESSAGES; i++) {
        const message = { as, text: "built", id: uniqueId() };
        const { status } = await post(`/rooms/${room}/messages`, KEY, message);
        expect(status).toBe(201);
      }
    },
    MESSAGES,
  );
  expect(cost).toEqual({ room: 1, directory: 0 });
});

test("a batch costs a row for its flush, and not for each message", async () => {
  const room = uniqueName("lobby");
  await joinAll(room, "alice");
  const as = { id: "ci", username: "ci" };
  const messages = Array.from({ length: MESSAGES }, () => ({ text: "built" }));
  const cost = await costOf("batch of 20 by HTTP", room, [], async () => {
    const path = `/rooms/${room}/messages`;
    const { status } = await post(path, KEY, { as, messages });
    expect(status).toBe(200);
  });
  expect(cost.room).toBeLessThanOrEqual(2);
});

test("a message of a person who is away costs two rows of the name's object too", async () => {
  const room = uniqueName("lobby");
  await joinAll(room, "bob");
  const alice = person("alice");
  const send = async () => {
    const message = { username: alice.name, text: "hi", id: uniqueId() };
    const path = `/rooms/${room}/messages`;
    expect((await post(path, alice.token, message)).status).toBe(201);
  };
  await send();
  const cost = await costOf(
    "message by HTTP, of a person who is away",
    room,
    [alice.name],
    async () => {
      for (let i = 0; i < MESSAGES; i++) await send();
    },
    MESSAGES,
  );
  expect(cost.room).toBe(1);
  expect(cost.directory).toBeGreaterThan(1);
  // The newest leave may still be on its way.
  expect(cost.directory).toBeLessThanOrEqual(2);
});
