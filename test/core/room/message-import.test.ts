// Message import tests: a log that comes from another server brings the reactions and threads of its messages.
import { expect, test } from "vitest";
import type { FoldedEvent } from "../../../src/protocol/room-events.ts";
import { join, joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

const FAST = { RATE_BURST: 1_000_000 };

/** A room where 70 people have reacted to the first of its messages. */
function source() {
  const world = new World(FAST);
  const { alice } = joinAll(world, "lobby", "alice");
  alice.send("Where do we eat?");
  alice.send({ type: "message", text: "Pizza?", thread: 1 });
  alice.send({ type: "message", text: "Yes", thread: 1, replyTo: 2 });
  for (let i = 0; i < 70; i++) {
    const peer = join(world, "lobby", `p${i}`);
    peer.send({ type: "react", of: 1, emoji: "👍", on: true });
    if (i < 3) peer.send({ type: "react", of: 2, emoji: "🎉", on: true });
    if (i < 2) peer.send({ type: "react", of: 2, emoji: "🎉", on: false });
  }
  world.pass(1000);
  return world;
}

function linesOf(world: World): string[] {
  const op = { type: "messages", after: 0, limit: 1000 } as const;
  const page = world.askRoom("lobby", op);
  return page.type === "page" ? [...page.lines] : [];
}

function foldedOf(world: World): FoldedEvent[] {
  const op = { type: "messages", fold: true } as const;
  const page = world.askRoom("lobby", op);
  return page.type === "page" ? page.lines.map((line) => JSON.parse(line)) : [];
}

/** Imports lines in pieces. */
function importLines(world: World, lines: readonly string[], size: number) {
  for (let at = 0; at < lines.length; at += size)
    world.askRoom("lobby", {
      ...{ type: "import-log", id: "one" },
      step: {
        kind: at === 0 ? "begin" : "more",
        ...{ first: at + 1, lines: lines.slice(at, at + size) },
      },
    });
  const end = { type: "import-log", id: "one", step: { kind: "end" } } as const;
  world.askRoom("lobby", end);
}

test.each([1, 20, 1000])(
  "an imported log has the reactions and threads of the other server, in pieces of %i events",
  (size) => {
    const from = source();
    const to = new World(FAST);
    const { bob } = joinAll(to, "lobby", "bob");
    bob.send("before");
    bob.send({ type: "react", of: 1, emoji: "😀", on: true });
    importLines(to, linesOf(from), size);
    expect(foldedOf(to)).toEqual(foldedOf(from));
    expect(foldedOf(to)[0]).toMatchObject({
      ...{ reactions: [{ count: 70 }], replies: { count: 2, last: 3 } },
    });
    // The people are known too, not only their number.
    const again = join(to, "lobby", "p5");
    again.send({ type: "react", of: 1, emoji: "👍", on: true });
    expect(again.last("ack")).toMatchObject({ duplicate: true });
    again.send({ type: "react", of: 1, emoji: "👍", on: false });
    expect(again.last("reacted")).toMatchObject({ count: 69 });
  },
);

test("reactions to a message that the log does not have are skipped", () => {
  const to = new World(FAST);
  joinAll(to, "lobby", "bob");
  const lines = linesOf(source()).map((line) =>
    line.replace('"of":1', '"of":9999'),
  );
  importLines(to, lines, 1000);
  expect(foldedOf(to)[0]).not.toHaveProperty("reactions");
});

test("an import that is given up leaves nothing behind", () => {
  const to = new World(FAST);
  joinAll(to, "lobby", "bob");
  const { database } = to.room("lobby");
  const lines = linesOf(source());
  to.askRoom("lobby", {
    ...({ type: "import-log", id: "one" } as const),
    step: { kind: "begin", first: 1, lines },
  });
  expect(database.tables.message_state).not.toEqual([]);
  const abort = {
    type: "import-log",
    id: "one",
    step: { kind: "abort" },
  } as const;
  to.askRoom("lobby", abort);
  expect(database.tables.message_state).toEqual([]);
  expect(database.tables.reactors).toEqual([]);
});

test("messages that an import brings above ROOM_HISTORY leave no state", () => {
  const to = new World({ ...FAST, ROOM_HISTORY: 3 });
  joinAll(to, "lobby", "bob");
  importLines(to, linesOf(source()), 1);
  for (const { seq } of to.room("lobby").database.tables.message_state as {
    seq: number;
  }[])
    expect(seq).toBeGreaterThan(3);
});
