// Hooks in the real runtime: the app of a Worker decides, and rooms sleep only while nothing waits for it.
import { expect, test } from "vitest";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { checkHookedChat } from "../hosts/hooked-chat.ts";
import { ADMIN_SECRET } from "../hosts/site.ts";
import { serve } from "./support/server.ts";

const server = serve(
  { ADMIN_SECRET, METRICS_LOG_SECONDS: 1 },
  "test/cloudflare/support/hooked-worker.ts",
);

checkHookedChat(() => server.logs().map((line) => JSON.stringify(line)));

test("a room whose app thinks stays awake until it has answered", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  const bob = await join(room, person("bob"));
  alice.send({ type: "message", text: "slow 300", id: "slow" });
  await bob.sendMessage("quick");
  // The runtime waits for the timer of the promise.
  await server.sleep(room);
  await alice.roomAck("slow");
  await bob.next("message", { text: "slow 300" });
});

test("a room sleeps once the app has its events, which do not come again", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  const bob = await join(room, person("bob"));
  const heard = () =>
    server.logs().flatMap(({ heard }) => {
      const batch = Object(heard);
      return batch.room === room ? [batch.ids] : [];
    });
  await alice.sendMessage("one");
  await expect.poll(heard, { timeout: 10_000 }).toEqual(["1"]);
  for (const [sender, ids] of [
    [alice, ["1", "2"]],
    [bob, ["1", "2", "3"]],
  ] as const) {
    await server.sleep(room);
    await sender.sendMessage("after a sleep");
    await expect.poll(heard, { timeout: 10_000 }).toEqual(ids);
  }
  const [row] = await server.room(room, "SELECT * FROM event_cursor");
  expect(row).toMatchObject({ endpoint: "app", seq: 0 });
  alice.drop();
  bob.drop();
  await expect
    .poll(() => server.room(room, "SELECT seq FROM event_cursor"), {
      timeout: 10_000,
    })
    .toEqual([{ seq: 3 }]);
});

test("after a verdict the room sleeps, and its connections stay", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  await alice.sendMessage("slow 20");
  await server.sleep(room);
  await alice.sendMessage("slow 20");
});

test("an operator reads in the log what a room, a name and the Worker have done", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  await alice.sendMessage("counted");
  const lines = () => server.logs().filter(({ event }) => event === "metrics");
  const ofRoom = () => lines().filter((line) => line.room === room);
  // A line follows a second after the one before, at the end of an event.
  await expect
    .poll(
      async () => {
        await alice.sendMessage("counted too");
        return ofRoom().at(-1);
      },
      { timeout: 15_000, interval: 300 },
    )
    .toMatchObject({
      ...{ connections: 1, members: 1, messages: expect.any(Number) },
      rowsWritten: expect.any(Number),
      hooks: expect.any(Number),
    });
  expect(lines().some((line) => "directory" in line)).toBe(true);
  expect(lines().some((line) => "responses" in line)).toBe(true);
  expect(JSON.stringify(lines())).not.toContain("counted");
});
