// Idle: after ten idle seconds the runtime drops a room's memory and keeps its sockets; the only test that waits that long.
import { expect, test } from "vitest";
import type { Client } from "../conformance/support/client.ts";
import { join, joinAll, joinText } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { timesConstructed, timesMade } from "./support/object-metrics.ts";
import { serve } from "./support/server.ts";

/** The runtime drops an idle object's memory after 10 s. */
const IDLE_MS = 12_500;
const PING_MS = 500;

const server = serve(
  { PRESENCE_GRACE_MS: 200 },
  "test/cloudflare/support/counting-worker.ts",
);

/** At least so many are sent meanwhile, also on a slow machine. */
const PINGS_MIN = 11;
/** On a slow machine the runtime drops the memory later. */
const ROUNDS_MAX = 3;

async function pingFor(client: Client, ms: number): Promise<void> {
  const end = Date.now() + ms;
  for (let pings = 1; ; pings++) {
    client.send({ type: "ping" });
    await client.next("pong");
    if (Date.now() > end && pings >= PINGS_MIN) return;
    await new Promise((resolve) => setTimeout(resolve, PING_MS));
  }
}

test("a quiet room sleeps while its members ping, and wakes unchanged", async () => {
  const room = uniqueName("lobby");
  const [alice, bob, dave] = await joinAll(room, "alice", "bob", "dave");
  const lines = await joinText(room, person("carol"));
  const batch = { protocols: ["edge-chat.v1"] };
  const packed = await join(room, person("erin"), {}, batch);
  await dave.close();
  await bob.next("left", { username: dave.name });
  const first = await alice.sendMessage("good night", "id-1");
  await bob.sendPrivate(alice.name, "psst");
  await alice.next("private", { mail: alice.welcome.mail + 1 });
  await bob.next("message");

  let made = 1;
  for (let round = 0; made === 1 && round < ROUNDS_MAX; round++) {
    await pingFor(alice, IDLE_MS);
    // No ping has woken the room: it was constructed once and is constructed
    // again now.
    expect(timesConstructed(server, room)).toBe(1);
    expect(await alice.sendMessage("good night", "id-1")).toEqual({
      ...first,
      duplicate: true,
    });
    made = await timesMade(server, room);
  }
  expect(made).toBe(2);
  await alice.sendMessage("good morning");
  await lines.line(`${alice.name}: good morning`);
  await packed.next("message", { text: "good morning", seq: 2 });
  expect(await bob.unread()).toMatchObject([
    { type: "joined" },
    { type: "joined" },
    { type: "message", text: "good morning" },
  ]);
  await bob.sendPrivate(alice.name, "psst again");
  await alice.next("private", { mail: alice.welcome.mail + 2 });
  alice.send({ type: "who" });
  expect(await alice.next("members")).toHaveProperty("count", 4);
});
