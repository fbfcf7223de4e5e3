// Log import tests: an imported log is staged out of sight, replaces the room's log in one step, and users are told.
import { describe, expect, test } from "vitest";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { join, joinAll, makeBusy, userOf } from "../support/people.ts";
import { storedEvents } from "../support/secret-text.ts";
import { World } from "../support/world.ts";

type ImportOp = Extract<Op, { type: "import-log" }>;

function step(
  world: World,
  what: ImportOp["step"],
  { id = "one", room = "lobby" } = {},
): Reply {
  return world.askRoom(room, { type: "import-log", id, step: what });
}

/** Lines of a log from another server, one message each. */
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

test("users in a room are told that an import has replaced the history", () => {
  const world = new World();
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  alice.send("before");
  const { epoch } = join(world, "lobby", "carol").last("welcome");
  for (const peer of [alice, bob]) peer.take();
  const reply = importLog(world, 1, 100);
  const [reset] = bob.all("reset");
  expect(reset?.seq).toBe(100);
  expect(reset?.epoch).not.toBe(epoch);
  expect(reply).toMatchObject({ type: "info", seq: 100, epoch: reset?.epoch });
  bob.send("/history 2");
  expect(bob.last("history").messages).toMatchObject([
    ...[{ text: "imported 99" }, { text: "imported 100" }],
  ]);
  alice.send("after");
  expect(bob.last("message")).toMatchObject({ seq: 101, text: "after" });
});

test("a user who reads text is told that an import has replaced the history", () => {
  const world = new World();
  const bob = join(world, "lobby", "bob", { query: { text: true } });
  bob.takeLines();
  importLog(world, 1, 3);
  expect(bob.takeLines()).toEqual(["* the history was reset"]);
});

test("a user who was away during an import gets a gap, and no events of the other log", () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  alice.send("before");
  const { epoch } = join(world, "lobby", "bob").last("welcome");
  importLog(world, 1, 10);
  const bob = join(world, "lobby", "bob", { since: 1, epoch });
  expect(bob.last("welcome")).toMatchObject({ gap: true, resumed: false });
  expect(bob.last("history").messages).toHaveLength(10);
});

test("a user's repeated id is looked up in the imported log", () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  alice.send({ type: "message", text: "before", id: "own" });
  importLog(world, 1, 10);
  alice.take();
  alice.send({ type: "message", text: "again", id: "i7" });
  expect(alice.last("ack")).toMatchObject({ seq: 7, duplicate: true });
  alice.send({ type: "message", text: "again", id: "own" });
  expect(alice.last("ack")).toMatchObject({ seq: 11 });
});

test("a user's waiting message is sent and acked before an import replaces the log", () => {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  for (let i = 0; i < 30; i++) join(world, "lobby", `listener${i}`);
  makeBusy(world, alice);
  alice.send("waits");
  importLog(world, 1, 3);
  expect(bob.inbox.map(({ type }) => type)).toEqual(["message", "reset"]);
  expect(alice.inbox.map(({ type }) => type)).toEqual(["ack", "reset"]);
});

describe("an import under way", () => {
  test("users do not see an unfinished import, and a sleep does not interrupt it", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("before");
    step(world, { kind: "begin", first: 1, lines: events(1, 50) });
    world.hibernate(world.room("lobby"));
    alice.send("/history");
    expect(alice.last("history").messages).toHaveLength(1);
    step(world, { kind: "more", first: 51, lines: events(51, 90) });
    step(world, { kind: "end" });
    expect(alice.last("reset").seq).toBe(90);
  });

  test("users notice nothing of an import that is aborted", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    step(world, { kind: "begin", first: 1, lines: events(1, 50) });
    step(world, { kind: "abort" });
    expect(world.room("lobby").database.tables.log).toEqual([]);
    expect(step(world, { kind: "end" })).toMatchObject({ type: "refused" });
    expect(alice.inbox).toEqual([]);
  });

  test("an operator's second import ends the first one", () => {
    const world = new World();
    joinAll(world, "lobby", "alice");
    step(world, { kind: "begin", first: 1, lines: events(1, 5) });
    const other = { id: "two" };
    step(world, { kind: "begin", first: 1, lines: events(1, 3) }, other);
    const late = step(world, { kind: "more", first: 6, lines: events(6, 7) });
    expect(late).toMatchObject({ type: "refused" });
    expect(step(world, { kind: "end" })).toMatchObject({ type: "refused" });
    expect(step(world, { kind: "end" }, other)).toMatchObject({ seq: 3 });
  });

  test("an operator's import takes each piece once and in order", () => {
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

test("users of an imported log that was trimmed read it from its first event", () => {
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

test("users of an imported log read only as much as ROOM_HISTORY keeps", () => {
  const world = new World({ ROOM_HISTORY: 10 });
  step(world, { kind: "begin", first: 1, lines: events(1, 40) });
  step(world, { kind: "more", first: 41, lines: events(41, 80) });
  step(world, { kind: "end" });
  const alice = join(world, "lobby", "alice", { history: 200 });
  expect(alice.last("history").messages).toHaveLength(40);
});

test.each([
  ["a room that nobody has joined", false],
  ["a room without messages", true],
])("a user can join %s after an import", (_, wasJoined) => {
  const world = new World();
  if (wasJoined) joinAll(world, "lobby", "bob");
  expect(importLog(world, 1, 5)).toMatchObject({ seq: 5 });
  const alice = join(world, "lobby", "alice");
  alice.send("hello");
  expect(alice.last("ack")).toMatchObject({ seq: 6 });
});

test("users of a room with an imported empty log start again at number 1", () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  alice.send("before");
  step(world, { kind: "begin", first: 1, lines: [] });
  expect(step(world, { kind: "end" })).toMatchObject({ seq: 0 });
  alice.send("after");
  expect(alice.last("ack")).toMatchObject({ seq: 1 });
  world.hibernate(world.room("lobby"));
  alice.send("/history");
  expect(alice.last("history").messages).toMatchObject([{ text: "after" }]);
});

test("users keep the old log when the disk fails during an import", () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  alice.send("before");
  step(world, { kind: "begin", first: 1, lines: events(1, 5) });
  const { database } = world.room("lobby");
  database.isFull = true;
  expect(() => step(world, { kind: "end" })).toThrow(/did not answer/);
  database.isFull = false;
  const again = join(world, "lobby", "alice");
  expect(again.last("history").messages).toMatchObject([{ text: "before" }]);
});

describe("messages that were deleted", () => {
  const texts = (world: World) =>
    storedEvents(world, "lobby").map((event) =>
      "text" in event ? event.text : undefined,
    );

  /** The log as an export has it. */
  function exported(world: World) {
    const page = world.askRoom("lobby", {
      ...{ type: "messages", after: 0, limit: 1000 },
    });
    if (page.type !== "page") throw new Error("No page.");
    return { lines: page.lines, epoch: page.epoch ?? "" };
  }

  function restore(
    world: World,
    { lines, epoch }: ReturnType<typeof exported>,
    id = "one",
  ) {
    const ask = (what: ImportOp["step"]) =>
      world.askRoom("lobby", { type: "import-log", id, epoch, step: what });
    ask({ kind: "begin", first: 1, lines });
    const reply = ask({ kind: "end" });
    if (reply.type !== "info") throw new Error("Not imported.");
  }

  test("users do not see a deleted message again after an older log was imported", () => {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice } = joinAll(world, "lobby", "alice");
    for (const text of ["one", "two", "three"]) alice.send(text);
    alice.send({ type: "edit", of: 2, text: "the second" });
    const old = exported(world);
    alice.send({ type: "delete", of: 2 });
    restore(world, old);
    expect(texts(world)).toEqual(["one", undefined, "three", undefined]);
    expect(JSON.stringify(world.room("lobby").database.tables)).not.toMatch(
      /two|the second/,
    );
  });

  test("users do not see it again after several imports of logs from different times", () => {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice } = joinAll(world, "lobby", "alice");
    for (const text of ["one", "two", "three"]) alice.send(text);
    const first = exported(world);
    restore(world, first, "a");
    alice.send("four");
    const second = exported(world);
    alice.send({ type: "delete", of: 1 });
    alice.send({ type: "delete", of: 4 });
    restore(world, first, "b");
    expect(texts(world)).toEqual([undefined, "two", "three"]);
    alice.send("another fourth");
    alice.send({ type: "delete", of: 2 });
    restore(world, second, "c");
    expect(texts(world)).toEqual([undefined, undefined, "three", undefined]);
    // The fourth one of this log is another message than that of the second.
    restore(world, { ...first, epoch: "of another server" }, "d");
    expect(texts(world)).toEqual(["one", "two", "three"]);
  });

  test("a message that is deleted while an import goes on stays deleted", () => {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("one");
    const { lines, epoch } = exported(world);
    const ask = (what: ImportOp["step"]) =>
      world.askRoom("lobby", {
        type: "import-log",
        id: "a",
        epoch,
        step: what,
      });
    ask({ kind: "begin", first: 1, lines });
    alice.send({ type: "delete", of: 1 });
    ask({ kind: "end" });
    expect(texts(world)).toEqual([undefined]);
  });

  test("an import that stops is dropped after an hour, also over a sleep", () => {
    for (const sleeps of [false, true]) {
      const world = new World();
      joinAll(world, "lobby", "alice");
      step(world, { kind: "begin", first: 1, lines: events(1, 3) });
      if (sleeps) world.hibernate(world.room("lobby"));
      const { database } = world.room("lobby");
      expect(database.tables.log).toHaveLength(1);
      world.pass(3_600_001);
      expect(database.tables.log).toEqual([]);
      expect(step(world, { kind: "end" })).toMatchObject({ type: "refused" });
    }
  });

  test("an import that goes on for hours is not dropped", () => {
    const world = new World();
    joinAll(world, "lobby", "alice");
    step(world, { kind: "begin", first: 1, lines: events(1, 3) });
    for (let i = 0; i < 4; i++) {
      world.pass(3_000_000);
      const first = 4 + i;
      step(world, { kind: "more", first, lines: events(first, first) });
    }
    expect(step(world, { kind: "end" })).toMatchObject({ seq: 7 });
  });

  test("users find the topic and the pins of the imported log", () => {
    const world = new World({ RATE_PER_SECOND: 0 });
    join(world, "hall", "alice").send("/register");
    world.settle();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (const text of ["one", "two", "three"]) alice.send(text);
    for (const seq of [1, 2, 3]) alice.send({ type: "pin", of: seq, on: true });
    alice.send({ type: "pin", of: 2, on: false });
    alice.send("/topic Tea");
    const old = exported(world);
    alice.send("/topic Coffee");
    alice.send({ type: "pin", of: 2, on: true });
    alice.send({ type: "delete", of: 3 });
    restore(world, old);
    const told = { topic: "Tea", pins: [1] };
    expect(bob.last("reset")).toMatchObject(told);
    expect(join(world, "lobby", "carol").last("welcome")).toMatchObject(told);
  });
});
