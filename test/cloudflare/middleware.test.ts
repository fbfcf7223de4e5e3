// Middleware: the 101 of a WebSocket passes any middleware around the app.
import { expect, test } from "vitest";
import {
  ask,
  askRaw,
  UPGRADE_HEADERS,
} from "../conformance/support/http-client.ts";
import { expectUndisturbed, join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { serve } from "./support/server.ts";

serve({}, "test/cloudflare/support/wrapping-worker.ts");

test("a user's upgrade is a 101 with the headers that middleware adds", async () => {
  const answer = await askRaw(`/rooms/${uniqueName("lobby")}`, UPGRADE_HEADERS);
  expect(answer.status).toBe(101);
  expect(answer.headers).toMatchObject({
    "x-after": "yes",
    "x-powered-by": "Hono",
    "x-content-type-options": "nosniff",
    "server-timing": expect.any(String),
  });
});

test("users chat behind middleware, with and without the subprotocol", async () => {
  const room = uniqueName("lobby");
  const protocols = ["edge-chat.v1"];
  const alice = await join(room, person("alice"), {}, { protocols });
  expect(alice.protocol).toBe("edge-chat.v1");
  const bob = await join(room, person("bob"));
  await alice.next("joined", { username: bob.name });
  await expectUndisturbed(alice, bob);
});

test("users' requests without an upgrade are answered behind middleware", async () => {
  const room = uniqueName("lobby");
  const answer = await ask(`/rooms/${room}`);
  expect(answer.body).toEqual({ room, count: 0, seq: 0, epoch: null });
  expect(answer.headers.get("x-after")).toBe("yes");
});
