// A log from elsewhere in the place of a room's: staged unseen, put there in one step, and told.
import { describe, expect, test } from "vitest";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { join, makeBusy, meet, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

type ImportOp = Extract<Op, { type: "import-log" }>;

function step(
  world: World,
  what: ImportOp["step"],
  { id = "one", room = "lobby" } = {},
): Reply {
  return world.read(room, { type: "import-log", id, step: what });
}

/** Messages of a log from elsewhere, one line each. */
function events(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) =>
    JSON.stringify({
      type: "message",
      seq: from + i,
      room: "lobby",
      user: userOf("alice"),
      username: "alice",
      text: `imported ${from + i}`,
      at: 7,
      id: `i${from + i}`,
    }),
  );
}

function importLog(world: World, from: number, to: number, room = "lobby") {
  const lines = events(from, to);
  step(world, { kind: "begin", first: from, lines }, { room });
  return step(world, { kind: "end" }, { room });
}

test("whoever is there is told that the history is another one", () => {
  const world = new World();
  const { alice, bob } = meet(world, "lobby", "alice", "bob");
  alice.send("before");
  const { epoch } = join(world, "lobby", "carol").last("welcome");
  for (const peer of [alice, bob]) peer.take();
  const reply = importLog(world, 1, 100);
  const [reset] = bob.all("reset");
  expect(reset?.seq).toBe(100);
  expect(reset?.epoch).not.toBe(epoch);
  expect(reply).toMatchObject({ type: "info", seq: 100, epoch: reset?.epoch });
  bob.send("/history 2");
  expect(bob.last("history").messages.map(({ text }) => text)).toEqual([
    ...["imported 99", "imported 100"],
  ]);
  alice.send("after");
  expect(bob.last("message")).toMatchObject({ seq: 101, text: "after" });
});

test("as text it reads so too", () => {
  const world = new World();
  const bob = join(world, "lobby", "bob", { query: { text: true } });
  bob.read();
  importLog(world, 1, 3);
  expect(bob.read()).toEqual(["* the history was reset"]);
});

test("who was away has a gap, and not what is elsewhere under that number", () => {
  const world = new World();
  const { alice } = meet(world, "lobby", "alice");
  alice.send("before");
  const { epoch } = join(world, "lobby", "bob").last("welcome");
  importLog(world, 1, 10);
  const bob = join(world, "lobby", "bob", { since: 1, epoch });
  expect(bob.last("welcome")).toMatchObject({ gap: true, resumed: false });
  expect(bob.last("history").messages).toHaveLength(10);
});

test("ids are those of the log that is there", () => {
  const world = new World();
  const { alice } = meet(world, "lobby", "alice");
  alice.send({ type: "message", text: "before", id: "own" });
  importLog(world, 1, 10);
  alice.take();
  alice.send({ type: "message", text: "again", id: "i7" });
  expect(alice.last("ack")).toMatchObject({ seq: 7, duplicate: true });
  alice.send({ type: "message", text: "again", id: "own" });
  expect(alice.last("ack")).toMatchObject({ seq: 11 });
});

test("what waits for its flush is told and acked as what it was", () => {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice, bob } = meet(world, "lobby", "alice", "bob");
  for (let i = 0; i < 30; i++) join(world, "lobby", `listener${i}`);
  makeBusy(world, alice);
  alice.send("waits");
  importLog(world, 1, 3);
  expect(bob.inbox.map(({ type }) => type)).toEqual(["message", "reset"]);
  expect(alice.inbox.map(({ type }) => type)).toEqual(["ack", "reset"]);
});

describe("an import under way", () => {
  test("is not seen, and is there after a sleep", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    alice.send("before");
    step(world, { kind: "begin", first: 1, lines: events(1, 50) });
    world.hibernate(world.room("lobby"));
    alice.send("/history");
    expect(alice.last("history").messages).toHaveLength(1);
    step(world, { kind: "more", first: 51, lines: events(51, 90) });
    step(world, { kind: "end" });
    expect(alice.last("reset").seq).toBe(90);
  });

  test("that is given up leaves nothing", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    step(world, { kind: "begin", first: 1, lines: events(1, 50) });
    step(world, { kind: "abort" });
    expect(world.room("lobby").database.tables.log).toEqual([]);
    expect(step(world, { kind: "end" })).toMatchObject({ type: "refused" });
    expect(alice.inbox).toEqual([]);
  });

  test("ends when another begins, and cannot go on after that", () => {
    const world = new World();
    meet(world, "lobby", "alice");
    step(world, { kind: "begin", first: 1, lines: events(1, 5) });
    const other = { id: "two" };
    step(world, { kind: "begin", first: 1, lines: events(1, 3) }, other);
    const late = step(world, { kind: "more", first: 6, lines: events(6, 7) });
    expect(late).toMatchObject({ type: "refused" });
    expect(step(world, { kind: "end" })).toMatchObject({ type: "refused" });
    expect(step(world, { kind: "end" }, other)).toMatchObject({ seq: 3 });
  });

  test("takes each piece once, and none out of turn", () => {
    const world = new World();
    step(world, { kind: "begin", first: 1, lines: events(1, 5) });
    const more = { kind: "more", first: 6, lines: events(6, 8) } as const;
    expect(step(world, more)).toEqual({ type: "done" });
    expect(step(world, more)).toMatchObject({ type: "refused" });
    const gap = { kind: "more", first: 10, lines: events(10, 11) } as const;
    expect(step(world, gap)).toMatchObject({ type: "refused" });
    expect(step(world, { kind: "end" })).toMatchObject({ seq: 8 });
  });
});

test("a log that was trimmed where it came from begins where it began", () => {
  const world = new World();
  importLog(world, 501, 600);
  const alice = join(world, "lobby", "alice");
  const { epoch } = alice.last("welcome");
  alice.send({ type: "history", after: 0, limit: 1 });
  expect(alice.last("history").messages).toMatchObject([{ seq: 501 }]);
  const missed = join(world, "lobby", "bob", { since: 499, epoch });
  expect(missed.last("welcome").gap).toBe(true);
  const none = join(world, "lobby", "bob", { since: 500, epoch });
  expect(none.all("message")).toHaveLength(100);
});

test("it is trimmed to what is kept here", () => {
  const world = new World({ ROOM_HISTORY: 10 });
  step(world, { kind: "begin", first: 1, lines: events(1, 40) });
  step(world, { kind: "more", first: 41, lines: events(41, 80) });
  step(world, { kind: "end" });
  const alice = join(world, "lobby", "alice", { history: 200 });
  expect(alice.last("history").messages).toHaveLength(40);
});

test.each([
  ["a room nobody ever joined", false],
  ["a room without messages", true],
])("%s takes it, and can be joined", (_, wasJoined) => {
  const world = new World();
  if (wasJoined) meet(world, "lobby", "bob");
  expect(importLog(world, 1, 5)).toMatchObject({ seq: 5 });
  const alice = join(world, "lobby", "alice");
  alice.send("hello");
  expect(alice.last("ack")).toMatchObject({ seq: 6 });
});

test("nothing can take the place of something", () => {
  const world = new World();
  const { alice } = meet(world, "lobby", "alice");
  alice.send("before");
  step(world, { kind: "begin", first: 1, lines: [] });
  expect(step(world, { kind: "end" })).toMatchObject({ seq: 0 });
  alice.send("after");
  expect(alice.last("ack")).toMatchObject({ seq: 1 });
  world.hibernate(world.room("lobby"));
  alice.send("/history");
  expect(alice.last("history").messages).toMatchObject([{ text: "after" }]);
});

test("a failing disk leaves the log as it was", () => {
  const world = new World();
  const { alice } = meet(world, "lobby", "alice");
  alice.send("before");
  step(world, { kind: "begin", first: 1, lines: events(1, 5) });
  const { database } = world.room("lobby");
  database.isFull = true;
  expect(() => step(world, { kind: "end" })).toThrow(/did not answer/);
  database.isFull = false;
  const again = join(world, "lobby", "alice");
  expect(again.last("history").messages).toMatchObject([{ text: "before" }]);
});
