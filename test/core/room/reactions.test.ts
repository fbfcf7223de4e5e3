// Reaction tests: people react to messages, each once, and the room stores what is now beside what was.
import { describe, expect, test } from "vitest";
import type { Peer } from "../support/peer.ts";
import { join, joinAll, makeBusy, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

/** So that a test may send many frames. */
const FAST = { RATE_BURST: 1_000_000 };

function started() {
  const world = new World(FAST);
  const people = joinAll(world, "lobby", "alice", "bob", "carol");
  people.alice.send({ type: "message", text: "hello", id: "m" });
  for (const peer of Object.values(people)) peer.take();
  return { world, ...people };
}

function react(peer: Peer, emoji: string, on = true, id?: string, of = 1) {
  peer.send({ type: "react", of, emoji, on, ...(id !== undefined && { id }) });
}

/** The reactions to message 1 as a user sees them now. */
function reactionsFor(peer: Peer, seq = 1) {
  peer.send({ type: "history", before: seq + 1, limit: 1, fold: true });
  const page = peer.last("history");
  const [message] = page.fold === true ? page.messages : [];
  return message?.type === "message" ? message.reactions : undefined;
}

function person(username: string, id?: string) {
  const user = userOf(username);
  return { user, username, ...(id !== undefined && { id }) };
}

test("everybody sees who reacted, and the ack comes after it", () => {
  const { alice, bob, world } = started();
  react(bob, "👍", true, "r-1");
  const event = {
    ...{ type: "reacted", seq: 2, room: "lobby", of: 1, emoji: "👍" },
    ...{ added: [person("bob", "r-1")], removed: [], count: 1, at: world.now },
  };
  expect(alice.take()).toEqual([event]);
  expect(bob.take()).toEqual([
    event,
    { type: "ack", id: "r-1", seq: 2, at: world.now },
  ]);
});

test("a user takes a reaction back", () => {
  const { alice, bob } = started();
  react(bob, "👍");
  react(bob, "👍", false);
  expect(alice.last("reacted")).toMatchObject({
    ...{ added: [], removed: [person("bob")], count: 0 },
  });
  expect(reactionsFor(alice)).toBeUndefined();
});

test("a user who reacts again gets the first ack, and nobody sees anything", () => {
  const { alice, bob, world } = started();
  react(bob, "👍", true, "r-1");
  const { at } = bob.last("ack");
  world.advance(5000);
  alice.take();
  bob.take();
  react(bob, "👍", true, "r-2");
  expect(bob.take()).toEqual([
    { type: "ack", id: "r-2", seq: 2, at, duplicate: true },
  ]);
  expect(alice.take()).toEqual([]);
});

test("a user who takes back a reaction that was never there gets an ack", () => {
  const { alice, bob, world } = started();
  react(bob, "👍", false, "r-1");
  expect(bob.take()).toEqual([
    { type: "ack", id: "r-1", seq: 1, at: world.now, duplicate: true },
  ]);
  expect(alice.take()).toEqual([]);
});

test("a user sees which reactions are their own", () => {
  const { alice, bob, carol } = started();
  react(bob, "👍");
  react(carol, "👍");
  react(carol, "🎉");
  expect(reactionsFor(bob)).toEqual([
    { emoji: "👍", count: 2, mine: true, users: ["bob", "carol"] },
    { emoji: "🎉", count: 1, users: ["carol"] },
  ]);
  expect(reactionsFor(alice)).toEqual([
    { emoji: "👍", count: 2, users: ["bob", "carol"] },
    { emoji: "🎉", count: 1, users: ["carol"] },
  ]);
});

describe("a message that is gone", () => {
  test.each([
    ["a number that no event has yet", { of: 99 }],
    ["another epoch", { of: 1, epoch: "another" }],
    ["an event that is no message", { of: 2 }],
  ])("a user who reacts to %s is told that it is gone", (_, target) => {
    const { alice, bob } = started();
    react(alice, "👍");
    bob.send({ type: "react", emoji: "👍", on: true, id: "r", ...target });
    expect(bob.last("error")).toMatchObject({ code: "gone", id: "r" });
    expect(alice.all("reacted")).toHaveLength(1);
  });

  test("a user who reacts to a message that the room has dropped is told that it is gone", () => {
    const world = new World({ ...FAST, ROOM_HISTORY: 50 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send({ type: "message", text: "hello" });
    react(bob, "👍");
    for (let i = 0; i < 300; i++)
      alice.send({ type: "message", text: `${"long ".repeat(100)}${i}` });
    world.pass(1000);
    react(bob, "🎉");
    expect(bob.last("error")).toMatchObject({ code: "gone" });
    const { message_state: state } = world.room("lobby").database.tables;
    expect(state).toEqual([]);
  });
});

describe("limits", () => {
  const EMOJI = [..."😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓"];

  test("a message has at most 20 emoji", () => {
    const { alice, bob } = started();
    for (const emoji of EMOJI) react(bob, emoji);
    react(alice, "🎉", true, "r");
    expect(alice.last("error")).toMatchObject({ code: "forbidden", id: "r" });
    react(alice, EMOJI[0] ?? "", true, "again");
    expect(alice.last("ack")).toMatchObject({ id: "again" });
    // Nobody uses the first one any more, so another one has its place.
    react(bob, EMOJI[1] ?? "", false);
    react(alice, "🎉", true, "r-2");
    expect(alice.last("ack")).toMatchObject({ id: "r-2" });
    expect(reactionsFor(alice)).toHaveLength(20);
  });

  test("reactions have a rate of their own", () => {
    const world = new World({ RATE_BURST: 3, RATE_PER_SECOND: 1 });
    const { alice } = joinAll(world, "lobby", "alice");
    for (let i = 0; i < 3; i++) alice.send({ type: "message", text: "hello" });
    react(alice, "👍");
    react(alice, "🎉");
    react(alice, "👏");
    expect(alice.all("error")).toEqual([]);
    react(alice, "😀");
    expect(alice.last("error")).toMatchObject({ code: "rate_limited" });
  });
});

describe("a busy room", () => {
  /** A room whose next frame waits for the flush, with a message that is the head. */
  function busy(count = 40) {
    const world = new World(FAST);
    const people = Array.from({ length: count }, (_, i) =>
      join(world, "lobby", `p${i}`),
    );
    const [talker, ...others] = people;
    if (talker === undefined) throw new Error("Nobody is here.");
    talker.send("a message to react to");
    world.pass(1000);
    const { seq: of } = others[0]?.last("message") ?? { seq: 0 };
    makeBusy(world, talker);
    return { world, talker, others, of };
  }

  test("people who react at once are in one event, and are acked after it", () => {
    const { world, talker, others, of } = busy();
    talker.send("noise");
    const [a, b] = others;
    react(a as Peer, "👍", true, "a", of);
    react(b as Peer, "👍", true, "b", of);
    expect(talker.all("reacted")).toEqual([]);
    world.pass(1000);
    const events = talker.all("reacted");
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      ...{ added: [person("p1", "a"), person("p2", "b")], count: 2 },
    });
    const types = (a as Peer).inbox.map(({ type }) => type);
    expect(types.slice(-2)).toEqual(["reacted", "ack"]);
    expect((a as Peer).last("ack").id).toBe("a");
  });

  test("a user who reacts and takes it back before the flush is seen by nobody, and acked twice", () => {
    const { world, talker, others, of } = busy();
    talker.send("noise");
    const [bob] = others as [Peer];
    react(bob, "👍", true, "on", of);
    react(bob, "👍", false, "off", of);
    world.pass(1000);
    expect(talker.all("reacted")).toEqual([]);
    expect(bob.all("ack").map(({ id }) => id)).toEqual(["on", "off"]);
    const { message_state: state = [] } = world.room("lobby").database.tables;
    expect(state).toEqual([]);
  });

  test("a user who reacts twice before the flush is counted once", () => {
    const { world, talker, others, of } = busy();
    talker.send("noise");
    const [bob] = others as [Peer];
    react(bob, "👍", true, "1", of);
    react(bob, "👍", true, "2", of);
    world.pass(1000);
    expect(talker.last("reacted")).toMatchObject({ count: 1 });
    const { seq, at } = talker.last("reacted");
    expect(bob.all("ack")).toEqual([
      { type: "ack", id: "1", seq, at },
      { type: "ack", id: "2", seq, at, duplicate: true },
    ]);
  });

  test("1,000 people who clap at once cost the rows of a few flushes, and are counted exactly", () => {
    const { world, talker, others, of } = busy(1000);
    const { database } = world.room("lobby");
    talker.send("noise");
    const before = database.written;
    for (const peer of [talker, ...others]) react(peer, "👏", true, "c", of);
    world.pass(200);
    expect(talker.last("reacted")).toMatchObject({ count: 1000 });
    for (const peer of others) expect(peer.last("ack").id).toBe("c");
    // Five flushes, and three rows for each: the log, the message, its people.
    expect(database.written - before).toBeLessThanOrEqual(15);
    expect(
      talker.all("reacted").every(({ added }) => added.length <= 100),
    ).toBe(true);
    const people = talker.all("reacted").flatMap(({ added }) => added);
    expect(new Set(people.map(({ user }) => user)).size).toBe(1000);
    react(join(world, "lobby", "late"), "👏", true, "late", of);
    const [summary] = reactionsFor(talker, of) ?? [];
    expect(summary).toMatchObject({ count: 1000, mine: true });
    expect(summary?.users).toHaveLength(10);
  });
});

describe("over sleep and crash", () => {
  test("reactions are as they were after a sleep", () => {
    const { world, alice, bob } = started();
    react(bob, "👍", true, "r-1");
    const before = reactionsFor(alice);
    world.hibernate(world.room("lobby"));
    expect(reactionsFor(alice)).toEqual(before);
    bob.take();
    react(bob, "👍", true, "r-2");
    expect(bob.last("ack")).toMatchObject({ seq: 2, duplicate: true });
  });

  test("a reaction whose commit has failed is not there", () => {
    const { world, bob } = started();
    world.room("lobby").nextFault = { kind: "uncommitted" };
    react(bob, "👍");
    const again = join(world, "lobby", "alice");
    expect(reactionsFor(again)).toBeUndefined();
  });
});

test("people who never react cost a room no table", () => {
  const { world } = started();
  expect(Object.keys(world.room("lobby").database.tables)).not.toContain(
    "message_state",
  );
});
