// Flush tests: in a busy room messages wait for a flush together, and each user gets them in order.
import { describe, expect, test } from "vitest";
import type { Peer } from "../support/peer.ts";
import { join, joinAll, makeBusy } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Makes a room that is so busy that the next message waits for its flush. */
function begin() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  for (let i = 0; i < 30; i++) join(world, "lobby", `listener${i}`);
  makeBusy(world, alice);
  return { world, alice, bob };
}

function types(peer: Peer): string[] {
  return peer.inbox.map(({ type }) => type);
}

/** Advances the clock exactly to the next flush. */
function flush(world: World): void {
  const { timer } = world.room("lobby");
  if (timer === null) throw new Error("Nothing waits.");
  expect(timer - world.now).toBeLessThanOrEqual(100);
  world.advance(timer - world.now);
}

test("users of a quiet room get a message at once, without a timer", () => {
  const world = new World();
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  alice.send("hello");
  expect(bob.messageTexts).toEqual(["hello"]);
  expect(alice.all("ack")).toHaveLength(1);
  expect(world.room("lobby").timer).toBeNull();
});

describe("in a busy room", () => {
  test("users' messages wait for one flush, and are acked with it", () => {
    const { world, alice, bob } = begin();
    for (const text of ["one", "two"]) alice.send(text);
    bob.send("three");
    expect([alice.inbox, bob.inbox]).toEqual([[], []]);
    flush(world);
    expect(types(alice)).toEqual(["ack", "ack", "message"]);
    expect(types(bob)).toEqual(["message", "message", "ack"]);
    expect(bob.messageTexts).toEqual(["one", "two"]);
    expect(world.room("lobby").timer).toBeNull();
  });

  test("users cannot read a message before it is stored", () => {
    const { world, alice, bob } = begin();
    const { seq } = world.askRoom("lobby", { type: "info" }) as { seq: number };
    alice.send("soon");
    bob.send("/history 1");
    expect(bob.last("history").messages).toMatchObject([{ text: "noise" }]);
    expect(world.askRoom("lobby", { type: "info" })).toMatchObject({ seq });
  });

  test("a user who repeats a waiting message gets the ack after the first one", () => {
    const { world, alice, bob } = begin();
    const message = { type: "message", text: "once", id: "1" } as const;
    alice.send(message);
    alice.send({ ...message, text: "twice" });
    expect(alice.inbox).toEqual([]);
    flush(world);
    const [first, second, ...more] = alice.all("ack");
    expect(more).toEqual([]);
    expect(first).not.toHaveProperty("duplicate");
    expect(second).toEqual({ ...first, duplicate: true });
    expect(bob.messageTexts).toEqual(["once"]);
  });

  test("a user who repeats a waiting message on another connection gets the ack there", () => {
    const { world, alice } = begin();
    const laptop = join(world, "lobby", "alice");
    laptop.take();
    const message = { type: "message", text: "once", id: "1" } as const;
    alice.send(message);
    laptop.send(message);
    flush(world);
    expect(types(laptop)).toEqual(["message", "ack"]);
    expect(laptop.last("ack")).toMatchObject({ duplicate: true });
  });

  test("a user who joins before a flush gets each event once, in order", () => {
    const { world, alice } = begin();
    alice.send("waits");
    const carol = join(world, "lobby", "carol");
    const { seq } = carol.last("welcome");
    const [page] = carol.all("history");
    expect(page?.messages.at(-1)?.seq).toBe(seq);
    carol.take();
    flush(world);
    expect(carol.all("message")).toMatchObject([
      { seq: seq + 1, text: "waits" },
    ]);
  });

  test("a user who joins before a flush gets no notices that the welcome includes", () => {
    const { world, alice, bob } = begin();
    const dan = join(world, "lobby", "dan");
    alice.send("waits");
    dan.close();
    world.settle();
    const carol = join(world, "lobby", "carol");
    const erin = join(world, "lobby", "erin");
    for (const peer of [carol, erin]) peer.take();
    flush(world);
    expect(types(carol)).toEqual(["message", "joined"]);
    expect(carol.last("joined").username).toBe("erin");
    expect(types(erin)).toEqual(["message"]);
    expect(bob.all("joined").map(({ username }) => username)).toEqual([
      ...["dan", "carol", "erin"],
    ]);
  });

  test("a user who resumes before a flush gets the missed events, then the waiting ones", () => {
    const { world, alice, bob } = begin();
    const { seq, epoch } = join(world, "lobby", "carol").last("welcome");
    world.pass(0);
    bob.send("waits");
    flush(world);
    makeBusy(world, alice);
    alice.send("waits too");
    const again = join(world, "lobby", "carol", { since: seq, epoch });
    flush(world);
    const seqs = again.all("message").map((message) => message.seq);
    expect(seqs[0]).toBe(seq + 1);
    expect(seqs).toEqual(seqs.map((_, i) => seq + 1 + i));
    expect(again.messageTexts.at(-1)).toBe("waits too");
  });

  test("a user who leaves gets the acks before the left frame", () => {
    const { world, alice, bob } = begin();
    alice.send("bye");
    alice.send("/leave");
    expect(types(alice)).toEqual(["ack", "left"]);
    world.pass(1000);
    expect(types(bob)).toEqual(["message", "left"]);
  });

  test("a user whom the room disconnects gets the acks first", () => {
    const { world, alice, bob } = begin();
    alice.pingedAt = world.now - 200_000;
    alice.send("waits");
    expect(alice.inbox).toEqual([]);
    // The room checks for silent clients with the next event, bob's message.
    world.now += 100_000;
    bob.send("still there?");
    expect(alice.closed).toBe("goingAway");
    expect(types(alice)).toEqual(["ack"]);
    expect(bob.messageTexts).toEqual(["waits"]);
  });

  test("a disconnected user's waiting message is sent, and acked when it is repeated", () => {
    const { world, alice, bob } = begin();
    const message = { type: "message", text: "bye", id: "1" } as const;
    alice.send(message);
    alice.close();
    flush(world);
    expect(bob.messageTexts).toEqual(["bye"]);
    const again = join(world, "lobby", "alice");
    again.send(message);
    expect(again.last("ack")).toMatchObject({ id: "1", duplicate: true });
    expect(bob.messageTexts).toEqual(["bye"]);
  });

  test("a user's waiting message that a crash loses was seen by nobody, and can be sent again", () => {
    const { world, alice } = begin();
    const message = { type: "message", text: "again", id: "1" } as const;
    alice.send(message);
    world.crash(world.room("lobby"));
    const { alice: back, bob } = joinAll(world, "lobby", "alice", "bob");
    back.send(message);
    expect(back.last("ack")).not.toHaveProperty("duplicate");
    expect(bob.messageTexts).toEqual(["again"]);
  });
});

describe("a flush in each format", () => {
  test("users get the same events as single frames, as a batch and as lines of text", () => {
    const { world, alice, bob } = begin();
    const batch = join(world, "lobby", "carol", { query: { batch: true } });
    const text = join(world, "lobby", "dan", { query: { text: true } });
    world.pass(100);
    makeBusy(world, alice);
    for (const peer of [batch, text]) peer.frames.length = 0;
    for (const line of ["one", "two"]) alice.send(line);
    batch.send("three");
    flush(world);
    expect(bob.messageTexts).toEqual(["one", "two", "three"]);
    expect(batch.frames).toHaveLength(1);
    expect(types(batch)).toEqual(["message", "message", "ack"]);
    expect(text.frames).toEqual(["alice: one", "alice: two", "carol: three"]);
  });

  test("a user gets a large flush in frames of at most 256 KiB, with the ack in its place", () => {
    const limits = { FRAME_MAX: 200_000, TEXT_MAX: 100_000 };
    const world = new World({ RATE_PER_SECOND: 0, ...limits });
    const { alice } = joinAll(world, "lobby", "alice");
    const batch = join(world, "lobby", "bob", { query: { batch: true } });
    for (let i = 0; i < 30; i++) join(world, "lobby", `listener${i}`);
    makeBusy(world, alice);
    batch.frames.length = 0;
    for (let i = 0; i < 3; i++) alice.send(String(i).repeat(100_000));
    batch.send("mine");
    for (let i = 3; i < 6; i++) alice.send(String(i).repeat(100_000));
    flush(world);
    expect(batch.frames).toHaveLength(3);
    for (const frame of batch.frames)
      expect(frame.length).toBeLessThanOrEqual(256 * 1024);
    expect(types(batch)).toEqual([
      ...["message", "message", "message", "ack"],
      ...["message", "message", "message"],
    ]);
    const log = world.room("lobby").database.tables.log ?? [];
    expect(log.length).toBeGreaterThan(2);
  });
});

test("users' messages of one flush take one written row", () => {
  const { world, alice } = begin();
  const { database } = world.room("lobby");
  for (let i = 0; i < 20; i++) alice.send("noise");
  const { written } = database;
  flush(world);
  expect(database.written - written).toBe(1);
});

test("users' messages never wait at a ceiling of 0", () => {
  const world = new World({ RATE_PER_SECOND: 0, FLUSH_CEILING_MS: 0 });
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  for (let i = 0; i < 30; i++) join(world, "lobby", `listener${i}`);
  for (let i = 0; i < 400; i++) alice.send("noise");
  expect(bob.messageTexts).toHaveLength(400);
});

describe("in a room of 120", () => {
  function beginLarge() {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 0; i < 118; i++) join(world, "lobby", `listener${i}`);
    world.pass(5000);
    return { world, alice, bob, room: world.room("lobby") };
  }

  /** Returns how long a message waits, after flushes that took so many ms each. */
  function waitAfter(tookMs: number): number {
    const { world, alice, room } = beginLarge();
    for (let i = 0; i < 6; i++) {
      world.pass(1000);
      alice.send("noise");
      world.now += tookMs;
      room.run({ kind: "due", by: "timer" });
    }
    makeBusyAt(alice);
    return (room.timer ?? 0) - world.now;
  }

  /** Sends at one moment until a message waits. */
  function makeBusyAt(talker: Peer): void {
    for (let sent = 0; talker.host.timer === null && sent < 1000; sent++)
      talker.send("noise");
  }

  test("users' messages wait longer if the server takes longer for a flush", () => {
    const [fast, slow] = [waitAfter(2), waitAfter(20)];
    expect(fast).toBeGreaterThan(0);
    expect(slow).toBeGreaterThan(fast);
    expect(slow).toBeLessThanOrEqual(100);
  });

  test("a user's message is sent at once, and the timer that measures it goes off once", () => {
    const { world, alice, bob, room } = beginLarge();
    alice.send("hello");
    expect(bob.messageTexts).toEqual(["hello"]);
    expect(room.timer).toBe(world.now + 1);
    world.advance(1);
    expect(room.timer).toBeNull();
  });

  test("a user's frame that is handled before the timer does not end the measurement", () => {
    const { world, alice, bob, room } = beginLarge();
    alice.send("hello");
    const { timer } = room;
    world.now += 1;
    bob.send("/who");
    expect(room.timer).toBe(timer);
    room.run({ kind: "due", by: "timer" });
    expect(room.timer).toBeNull();
  });

  test("no timer stays if the clock is set back before a user's message is measured", () => {
    const { world, alice, room } = beginLarge();
    alice.send("hello");
    world.now -= 5000;
    room.run({ kind: "due", by: "timer" });
    expect(room.timer).toBeNull();
  });
});
