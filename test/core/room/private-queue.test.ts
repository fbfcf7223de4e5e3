// Private queue tests: private messages leave a quiet room one by one and a busy room in batches, in order and in time.
import { describe, expect, test } from "vitest";
import * as LIMITS from "../../../src/protocol/limits.ts";
import { joinAll, makePrivatesBusy } from "../support/people.ts";
import { World } from "../support/world.ts";

function joinBoth() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice } = joinAll(world, "lobby", "alice");
  const { bob, carol } = joinAll(world, "kitchen", "bob", "carol");
  return { world, alice, bob, carol, room: world.room("lobby") };
}

/** Makes a room in which alice's next private message to bob waits. */
function beginBusy() {
  const begun = joinBoth();
  const { world, alice, bob } = begun;
  makePrivatesBusy(world, alice, "bob");
  alice.send("@bob noise");
  world.settle();
  for (const peer of [alice, bob]) peer.take();
  return begun;
}

/** @returns how many messages are in each call to a directory, oldest call first */
function postCounts(world: World): number[] {
  return world.pendingCalls
    .map(({ ops }) => ops.filter(({ type }) => type === "post").length)
    .filter((count) => count > 0);
}

describe("in a quiet room", () => {
  test("a user's private message leaves at once", () => {
    const { world, alice, room } = joinBoth();
    alice.send("@bob psst");
    expect(room.timer).toBeNull();
    expect(postCounts(world)).toEqual([1]);
  });

  test("users who wait for each ack before they write on never wait for others", () => {
    const { world, alice, room } = joinBoth();
    for (let sent = 0; sent < 50; sent++) {
      alice.send(`@bob ${sent}`);
      expect(room.timer).toBeNull();
      expect(postCounts(world)).toEqual([1]);
      world.settle();
    }
  });

  test("messages to a thousand names leave at once, although all are sent in one moment", () => {
    const world = new World({ RATE_PER_SECOND: 0 });
    const names = Array.from({ length: 1000 }, (_, i) => `name${i}`);
    const senders = joinAll(
      world,
      "lobby",
      ...names.slice(0, 40).map((name) => `from-${name}`),
    );
    const all = Object.values(senders);
    names.forEach((name, i) => void all[i % all.length]?.send(`@${name} psst`));
    expect(postCounts(world)).toEqual(names.map(() => 1));
    world.settle();
    // None of these names exists.
    for (const peer of all)
      expect(peer.all("error").map(({ code }) => code)).toEqual(
        Array.from({ length: 25 }, () => "no_such_user"),
      );
  });
});

describe("while a call to a name is not answered", () => {
  test("a user's messages to that name wait, and leave together after the answer", () => {
    const { world, alice, bob, room } = joinBoth();
    for (const text of ["one", "two", "three"]) alice.send(`@bob ${text}`);
    expect(postCounts(world)).toEqual([1]);
    expect(room.timer).toBeNull();
    world.deliver(world.pendingCall("post"));
    world.deliver(world.pendingCall("deliver"));
    world.deliver(world.pendingCall("deliver"));
    world.deliver(world.pendingCall("post"));
    expect(postCounts(world)).toEqual([2]);
    expect(room.timer).toBeNull();
    world.settle();
    expect(bob.privateTexts).toEqual(["one", "two", "three"]);
  });

  test("a user's message to another name leaves at once", () => {
    const { world, alice, carol } = joinBoth();
    alice.send("@bob psst");
    alice.send("@carol psst");
    world.settle(({ to }) => to === world.directory("bob"));
    expect(carol.privateTexts).toEqual(["psst"]);
  });

  test("a flood waits without a timer, is refused at its limit, and leaves in two calls", () => {
    const { world, alice, bob, room } = joinBoth();
    for (let i = 0; i < 100; i++)
      alice.send({ type: "private", to: "bob", text: `${i}`, id: `${i}` });
    world.advance(30_000);
    expect(room.timer).toBeNull();
    expect(postCounts(world)).toEqual([1]);
    expect(alice.all("error").map(({ code }) => code)).toEqual(
      Array.from(
        { length: 100 - LIMITS.privatesInFlightMax },
        () => "rate_limited",
      ),
    );
    const calls = new Set<number>();
    world.onCall = ({ from, call }) => void (from === room && calls.add(call));
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(calls.size).toBe(1);
    expect(bob.privateTexts).toEqual(
      Array.from({ length: LIMITS.privatesInFlightMax }, (_, i) => `${i}`),
    );
    expect(alice.all("ack")).toHaveLength(LIMITS.privatesInFlightMax);
  });

  test("a user's messages leave after a call that failed", () => {
    const { world, alice, bob } = joinBoth();
    for (const text of ["lost", "two", "three"])
      alice.send({ type: "private", to: "bob", text, id: text });
    world.lose(world.pendingCall("post"));
    expect(alice.last("error")).toMatchObject({
      ...{ code: "unavailable", id: "lost" },
    });
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(bob.privateTexts).toEqual(["two", "three"]);
  });
});

describe("after a call with several messages", () => {
  test("as many messages as were acked leave together, as soon as they are there", () => {
    const { world, alice, bob, room } = beginBusy();
    alice.send("@bob one");
    expect(postCounts(world)).toEqual([]);
    expect(room.timer).not.toBeNull();
    alice.send("@bob two");
    expect(postCounts(world)).toEqual([2]);
    expect(room.timer).toBeNull();
    world.settle();
    expect(bob.privateTexts).toEqual(["one", "two"]);
  });

  test("a user's message that no other one follows waits for a moment", () => {
    const { world, alice, bob, room } = beginBusy();
    alice.send("@bob one");
    expect(room.timer).not.toBeNull();
    world.advance((room.timer ?? 0) - world.now);
    expect(postCounts(world)).toEqual([1]);
    world.settle();
    expect(bob.privateTexts).toEqual(["one"]);
    // Nobody has followed, so the next one does not wait.
    alice.send("@bob two");
    expect(postCounts(world)).toEqual([1]);
    expect(room.timer).toBeNull();
  });

  test("eight messages in flight are soon in one call each time, without a timer left", () => {
    const { world, alice, room } = joinBoth();
    const counts: number[] = [];
    for (let i = 0; i < 8; i++) alice.send("@bob 1");
    for (let cycle = 0; cycle < 10; cycle++) {
      counts.push(...postCounts(world));
      const before = alice.all("ack").length;
      world.settle();
      // The client answers each ack by a message.
      const acks = alice.all("ack").length - before;
      for (let i = 0; i < acks; i++) alice.send("@bob 1");
    }
    expect(counts).toEqual([1, 7, ...Array.from({ length: 8 }, () => 8)]);
    expect(room.timer).toBeNull();
  });

  test("a user's message long after it leaves at once", () => {
    const { world, alice, room } = beginBusy();
    world.advance(world.settings.FLUSH_CEILING_MS);
    alice.send("@bob psst");
    expect(postCounts(world)).toEqual([1]);
    expect(room.timer).toBeNull();
  });

  test("a user's message waits longer where calls take longer, and never longer than the ceiling", () => {
    const { world, alice, room } = beginBusy();
    const { FLUSH_CEILING_MS } = world.settings;
    const waits: number[] = [];
    for (const callMs of [0, 40, 30_000, 30_000, 30_000, 30_000, 30_000]) {
      alice.send("@bob one");
      waits.push((room.timer ?? 0) - world.now);
      alice.send("@bob two");
      world.advance(callMs);
      world.settle();
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits[2]).toBeGreaterThan(waits[1] ?? 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(FLUSH_CEILING_MS);
  });
});

describe("a room with hundreds of private messages a second", () => {
  test("a user's waiting private messages leave together, and are acked in order", () => {
    const { world, alice, bob } = beginBusy();
    const texts = ["one", "two", "three", "four", "five"];
    for (const text of texts)
      alice.send({ type: "private", to: "bob", text, id: text });
    expect(bob.privateTexts).toEqual([]);
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(bob.privateTexts).toEqual(texts);
    expect(alice.all("ack").map(({ id }) => id)).toEqual(texts);
  });

  test("a user's waiting private message is sent after the user has disconnected", () => {
    const { world, alice, bob } = beginBusy();
    alice.send("@bob farewell");
    alice.close();
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(bob.privateTexts).toEqual(["farewell"]);
  });

  test("a user's message to the room does not wait for private messages", () => {
    const { world, alice } = beginBusy();
    alice.send("@bob psst");
    alice.send({ type: "message", text: "hello", id: "1" });
    expect(alice.last("ack").id).toBe("1");
    world.pass(1000);
    expect(alice.all("ack")).toHaveLength(2);
  });

  test("no timer runs once all users' private messages are sent", () => {
    const { world, alice, room } = beginBusy();
    alice.send("@bob psst");
    expect(room.timer).not.toBeNull();
    world.pass(1000);
    expect(room.timer).toBeNull();
  });
});
