// Folded page tests: a page shows messages as they are now, and pages of any size together show everything once.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  FoldedEvent,
  RoomEvent,
} from "../../../src/protocol/room-events.ts";
import { FoldOracle } from "../support/fold-oracle.ts";
import type { Peer } from "../support/peer.ts";
import { join, joinAll, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

const FAST = { RATE_BURST: 1_000_000 };

function started() {
  const world = new World(FAST);
  return { world, ...joinAll(world, "lobby", "alice", "bob") };
}

function page(peer: Peer, request: object) {
  peer.send({ type: "history", ...request });
  const answer = peer.last("history");
  if (answer.fold !== true) throw new Error("The page is not folded.");
  return answer;
}

/** Reads all events as they are stored. */
function everything(peer: Peer): RoomEvent[] {
  const events: RoomEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    peer.send({ type: "history", after, limit: 200 });
    const answer = peer.last("history");
    if (answer.fold === true) throw new Error("The page is folded.");
    events.push(...answer.messages);
    if (!answer.more) return events;
  }
}

/** Reads folded pages from the newest to the oldest. */
function backwards(peer: Peer, request: object): FoldedEvent[] {
  let read: FoldedEvent[] = [];
  let before: number | undefined;
  for (let pages = 0; pages < 1000; pages++) {
    const answer = page(peer, { fold: true, before, ...request });
    if (before !== undefined) expect(answer.to).toBe(before - 1);
    expect(answer.from).toBeLessThanOrEqual(answer.to + 1);
    for (const { seq } of answer.messages) {
      expect(seq).toBeGreaterThanOrEqual(answer.from);
      expect(seq).toBeLessThanOrEqual(answer.to);
    }
    read = [...answer.messages, ...read];
    if (!answer.more) return read;
    expect(before === undefined || answer.from < before).toBe(true);
    before = answer.from;
  }
  throw new Error("The pages never end.");
}

/** Reads folded pages from the oldest to the newest. */
function forwards(peer: Peer, request: object): FoldedEvent[] {
  const read: FoldedEvent[] = [];
  let after = 0;
  for (let pages = 0; pages < 1000; pages++) {
    const answer = page(peer, { fold: true, after, ...request });
    read.push(...answer.messages);
    if (!answer.more) return read;
    expect(answer.to).toBeGreaterThan(after);
    after = answer.to;
  }
  throw new Error("The pages never end.");
}

test("a page says up to which event it knows the room", () => {
  const { alice } = started();
  alice.send("hello");
  alice.send({ type: "history" });
  expect(alice.last("history")).toMatchObject({ asOf: 1, more: false });
  expect(page(alice, { fold: true })).toMatchObject({
    ...{ asOf: 1, fold: true, from: 1, to: 1, more: false },
  });
});

test("a join gets a folded page if it asks for one", () => {
  const { world, alice, bob } = started();
  alice.send("hello");
  bob.send({ type: "react", of: 1, emoji: "👍", on: true });
  const carol = join(world, "lobby", "carol", { fold: true });
  expect(carol.last("history")).toMatchObject({
    ...{ fold: true, asOf: 2, from: 1, to: 2 },
    messages: [
      {
        ...{ type: "message", seq: 1 },
        reactions: [{ emoji: "👍", count: 1, users: ["bob"] }],
      },
    ],
  });
});

test("limit counts messages, and not what happened to them", () => {
  const { alice, bob } = started();
  for (let i = 0; i < 3; i++) alice.send(`text ${i}`);
  for (const emoji of ["👍", "🎉", "👏", "😀"])
    bob.send({ type: "react", of: 3, emoji, on: true });
  const { messages } = page(alice, { fold: true, limit: 2 });
  expect(messages.map(({ seq }) => seq)).toEqual([2, 3]);
});

describe("replies", () => {
  test("an answer shows the message that it quotes", () => {
    const { alice, bob } = started();
    alice.send({ type: "message", text: "x".repeat(300) });
    bob.send({ type: "message", text: "yes", replyTo: 1 });
    expect(alice.last("message")).toMatchObject({ text: "yes", replyTo: 1 });
    expect(page(alice, { fold: true }).messages[1]).toMatchObject({
      quoted: {
        ...{ seq: 1, user: userOf("alice"), username: "alice" },
        text: "x".repeat(200),
      },
    });
  });

  test("an answer to a message that is not there is refused", () => {
    const { alice, bob } = started();
    alice.send("hello");
    const to = (target: object) => {
      bob.send({ type: "message", text: "yes", id: "a", ...target });
      return bob.last("error");
    };
    expect(to({ replyTo: 9 })).toMatchObject({ code: "gone", id: "a" });
    expect(to({ thread: 9 })).toMatchObject({ code: "gone" });
    expect(to({ replyTo: 1, epoch: "old" })).toMatchObject({ code: "gone" });
    expect(alice.messageTexts).toEqual([]);
  });
});

describe("threads", () => {
  test("the first message of a thread counts its replies", () => {
    const { alice, bob } = started();
    alice.send("a question");
    bob.send({ type: "message", text: "an answer", thread: 1 });
    alice.send({ type: "message", text: "thanks", thread: 1 });
    bob.send("something else");
    const { messages } = page(alice, { fold: true });
    expect(messages[0]).toMatchObject({ replies: { count: 2, last: 3 } });
    const thread = page(alice, { fold: true, thread: 1 });
    expect(thread).toMatchObject({ thread: 1, from: 1, to: 4, more: false });
    expect(thread.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test("a page of a thread can be of events as they are stored", () => {
    const { alice, bob } = started();
    alice.send("a question");
    bob.send("something else");
    bob.send({ type: "message", text: "an answer", thread: 1 });
    alice.send({ type: "history", thread: 1 });
    const answer = alice.last("history");
    expect(answer.fold).toBeUndefined();
    expect(answer.messages.map(({ seq }) => seq)).toEqual([1, 3]);
  });

  test("nobody opens a thread inside of a thread", () => {
    const { alice, bob } = started();
    alice.send("a question");
    bob.send({ type: "message", text: "an answer", thread: 1 });
    alice.send({ type: "message", text: "and?", thread: 2 });
    expect(alice.last("error")).toMatchObject({ code: "bad_request" });
  });

  test("500 replies are read in pages, also those that no list holds", () => {
    const { world, alice, bob } = started();
    alice.send("a question");
    for (let i = 0; i < 500; i++) {
      bob.send({ type: "message", text: `answer ${i}`, thread: 1 });
      if (i % 3 === 0) alice.send("something else");
    }
    world.pass(1000);
    const oracle = new FoldOracle(everything(alice));
    const wanted = oracle.thread(1, userOf("bob"));
    expect(wanted).toHaveLength(501);
    expect(backwards(bob, { thread: 1 })).toEqual(wanted);
    expect(forwards(bob, { thread: 1 })).toEqual(wanted);
  });
});

describe("a page of any kind", () => {
  const EMOJI = ["👍", "🎉", "👏"];
  /** [kind, target, detail]: numbers are taken modulo what there is. */
  const deed = fc.tuple(fc.nat(9), fc.nat(200), fc.nat(2), fc.boolean());

  test("shows the fold of all events, over sleep and retention", () => {
    fc.assert(
      fc.property(
        fc.array(deed, { maxLength: 150 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(10_000, 30),
        (deeds, limit, history) => {
          const world = new World({ ...FAST, ROOM_HISTORY: history });
          const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
          let head = 0;
          for (const [kind, target, detail, flag] of deeds) {
            const peer = flag ? alice : bob;
            const of = head === 0 ? 1 : 1 + (target % head);
            const long = detail === 0 ? "long ".repeat(200) : "";
            if (kind < 3) peer.send({ type: "message", text: `a ${long}` });
            else if (kind < 4)
              peer.send({ type: "message", text: "r", replyTo: of });
            else if (kind < 6)
              peer.send({ type: "message", text: `t ${long}`, thread: of });
            else if (kind < 9)
              peer.send({
                ...{ type: "react", of, on: target % 3 > 0 },
                emoji: EMOJI[detail] ?? "👍",
              });
            else world.hibernate(world.room("lobby"));
            world.pass(200);
            for (const frame of alice.inbox)
              if ("seq" in frame) head = Math.max(head, frame.seq ?? 0);
          }
          const events = everything(alice);
          const first = events[0]?.seq ?? 1;
          const oracle = new FoldOracle(events);
          const wanted = oracle.all(userOf("bob"));
          expect(backwards(bob, { limit })).toEqual(wanted);
          expect(forwards(bob, { limit })).toEqual(wanted);
          for (const root of [1, 2, 3, first, first + 1]) {
            const thread = oracle.thread(root, userOf("bob"));
            const isMessage = thread[0]?.type === "message";
            if (thread.length > 0 && !isMessage) continue;
            expect(backwards(bob, { thread: root, limit })).toEqual(thread);
            expect(forwards(bob, { thread: root, limit })).toEqual(thread);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("one answer reads a limited part of the storage", () => {
  /** Counts the rows and bytes that the room reads from now on. */
  function counting(world: World) {
    const { database } = world.room("lobby");
    const read = { rows: 0, bytes: 0 };
    const exec = database.exec.bind(database);
    database.exec = (query, ...values) => {
      const found = exec(query, ...values);
      if (query.startsWith("SELECT")) read.rows += found.length;
      for (const value of found.flatMap((row) => Object.values(row)))
        read.bytes += String(value).length;
      return found;
    };
    return read;
  }

  test("a page of messages that all have reactions reads at most 32 rows", () => {
    const { world, alice, bob } = started();
    for (let of = 1; of <= 100; of += 2) {
      alice.send({ type: "message", text: "hello" });
      bob.send({ type: "react", of, emoji: "👍", on: true });
    }
    const wanted = new FoldOracle(everything(alice)).all(userOf("bob"));
    const read = counting(world);
    const first = page(bob, { fold: true });
    expect(read.rows).toBeLessThanOrEqual(32);
    expect(first.messages.length).toBeGreaterThan(20);
    expect(first.more).toBe(true);
    expect(backwards(bob, {})).toEqual(wanted);
  });

  test("a search for messages among reactions reads at most 32 rows a page", () => {
    const { world, alice, bob } = started();
    alice.send("the only message");
    for (let i = 0; i < 1000; i++)
      bob.send({ type: "react", of: 1, emoji: "👍", on: i % 2 === 0 });
    const read = counting(world);
    const first = page(alice, { fold: true });
    expect(read.rows).toBeLessThanOrEqual(32);
    expect(first).toMatchObject({ messages: [], more: true });
    expect(backwards(alice, {})).toHaveLength(1);
  });

  test("answers to far messages are read as far as the budget goes", () => {
    const { world, alice } = started();
    const long = "long ".repeat(700);
    for (let i = 0; i < 60; i++) alice.send({ type: "message", text: long });
    for (let replyTo = 1; replyTo <= 60; replyTo++)
      alice.send({ type: "message", text: "yes", replyTo });
    const wanted = new FoldOracle(everything(alice)).all(null);
    const read = counting(world);
    const first = page(alice, { fold: true });
    expect(read.rows).toBeLessThanOrEqual(32);
    expect(first.messages.length).toBeGreaterThan(10);
    expect(backwards(alice, { limit: 50 })).toEqual(wanted);
  });

  test("rows of many kilobytes end a page before 32 of them", () => {
    const world = new World({ ...FAST, TEXT_MAX: 100_000, FRAME_MAX: 200_000 });
    const { alice } = joinAll(world, "lobby", "alice");
    for (let i = 0; i < 10; i++)
      alice.send({ type: "message", text: `${i} ${"x".repeat(90_000)}` });
    const read = counting(world);
    const first = page(alice, { fold: true });
    expect(read.bytes).toBeLessThan(400_000);
    expect(first.messages.length).toBeGreaterThan(0);
    expect(backwards(alice, {})).toHaveLength(10);
  });
});

describe("a message that is deleted", () => {
  test("loses its reactions, and is told where it is quoted", () => {
    const { world, alice, bob } = started();
    alice.send("hello");
    bob.send({ type: "message", text: "yes", replyTo: 1 });
    bob.send({ type: "react", of: 1, emoji: "👍", on: true });
    alice.send({ type: "delete", of: 1 });
    world.pass(1000);
    const { messages } = page(bob, { fold: true });
    expect(messages[0]).toMatchObject({ type: "erased", seq: 1 });
    expect(messages[1]).toMatchObject({ quoted: { seq: 1, erased: true } });
    expect(world.room("lobby").database.tables.message_state).toEqual([]);
    bob.send({ type: "react", of: 1, emoji: "👍", on: true });
    expect(bob.last("error")).toMatchObject({ code: "gone" });
  });

  test("does not count in its thread any more, and leaves its place there", () => {
    const { world, alice, bob } = started();
    alice.send("a question");
    bob.send({ type: "message", text: "an answer", thread: 1 });
    bob.send({ type: "message", text: "another", thread: 1 });
    bob.send({ type: "delete", of: 2 });
    world.pass(1000);
    expect(page(alice, { fold: true }).messages[0]).toMatchObject({
      replies: { count: 1, last: 3 },
    });
    const { messages } = page(alice, { fold: true, thread: 1 });
    expect(messages.map(({ type, seq }) => [type, seq])).toEqual([
      ["message", 1],
      ["erased", 2],
      ["message", 3],
    ]);
  });

  test("leaves its thread, which takes no more answers", () => {
    const { world, alice, bob } = started();
    alice.send("a question");
    bob.send({ type: "message", text: "an answer", thread: 1 });
    bob.send({ type: "react", of: 1, emoji: "👍", on: true });
    alice.send({ type: "delete", of: 1 });
    world.pass(1000);
    bob.send({ type: "message", text: "too late", thread: 1 });
    expect(bob.last("error")).toMatchObject({ code: "gone" });
    const { messages } = page(bob, { fold: true, thread: 1 });
    expect(messages.map(({ type }) => type)).toEqual(["erased", "message"]);
    // An import that has the erased message leads to the same.
    const lines = everything(bob).map((event) => JSON.stringify(event));
    const other = new World(FAST);
    const { carol } = joinAll(other, "lobby", "carol");
    for (const step of [
      { kind: "begin", first: 1, lines } as const,
      { kind: "end" } as const,
    ])
      other.askRoom("lobby", { type: "import-log", id: "one", step });
    expect(page(carol, { fold: true }).messages).toEqual(
      page(bob, { fold: true }).messages,
    );
    expect(page(carol, { fold: true, thread: 1 }).messages).toEqual(messages);
  });

  test("and edits, pins and topics stand on a page as they are now", () => {
    const { world, alice } = started();
    alice.send("helo");
    alice.send({ type: "edit", of: 1, text: "hello" });
    world.pass(1000);
    const { messages } = page(alice, { fold: true });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({
      text: "hello",
      edited: world.now - 1000,
    });
  });
});
