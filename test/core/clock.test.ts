// Clock tests: after a clock is set back nothing waits longer than before, and no user is taken for gone.
import { describe, expect, test } from "vitest";
import {
  join,
  joinAll,
  makeBusy,
  makePrivatesBusy,
  sendPrivateToBob,
  startJoin,
} from "./support/people.ts";
import { World } from "./support/world.ts";

const MINUTE = 60_000;
const settings = { GUEST_CLAIM_SECONDS: 0, RATE_PER_SECOND: 0 };

describe("after the clock was set back while a room was down", () => {
  test("a user who joins again and leaves after the clock was set back has left", () => {
    const world = new World(settings);
    joinAll(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    world.setClockBack(MINUTE);
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/leave");
    world.settle();
    expect(world.directory("alice").alarm).not.toBeNull();
  });

  test("a user who joins twice and leaves after the clock was set back has left", () => {
    const world = new World(settings);
    joinAll(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    world.setClockBack(MINUTE);
    const phone = join(world, "lobby", "alice");
    const laptop = join(world, "lobby", "alice");
    world.hibernate(world.room("lobby"));
    for (const peer of [phone, laptop]) peer.send("/leave");
    world.settle();
    expect(world.directory("alice").alarm).not.toBeNull();
  });

  test("a user whose join failed after the clock was set back counts as gone", () => {
    const world = new World(settings);
    joinAll(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    world.setClockBack(MINUTE);
    const alice = startJoin(world, "lobby", "alice");
    world.lose(world.pendingCall("enter"));
    world.settle();
    expect(alice.last("error").code).toBe("unavailable");
    expect(world.directory("alice").alarm).not.toBeNull();
  });

  test("a user who returns after the clock was set back keeps the name despite an older answer", () => {
    const world = new World(settings);
    const { bob: before } = joinAll(world, "lobby", "bob");
    const { alice } = joinAll(world, "kitchen", "alice");
    world.crash(world.room("lobby"));
    expect(before.closed).toBe("lost");
    alice.send("@bob psst");
    world.settle(({ ops }) => ops.some(({ type }) => type === "deliver"));
    // The room answers that bob is gone, and the answer is delayed.
    const late = world.pendingCall("deliver");
    world.deliver(late);
    world.setClockBack(MINUTE);
    const bob = startJoin(world, "lobby", "bob");
    world.settle((call) => call === late);
    world.settle();
    sendPrivateToBob(world, alice, "still there?");
    expect(bob.privateTexts).toEqual(["psst", "still there?"]);
    const thief = startJoin(world, "attic", "bob", { as: "a thief" });
    world.settle();
    expect(thief.last("error").code).toBe("username_taken");
  });
});

test("a user's two claims in one millisecond have different epochs", () => {
  const world = new World(settings);
  const before = join(world, "lobby", "alice");
  before.send("/leave");
  world.settle();
  const after = join(world, "lobby", "alice");
  const [one, two] = [before, after].map((peer) => peer.last("welcome"));
  expect(two?.mailEpoch).toBeGreaterThan(one?.mailEpoch ?? Infinity);
});

test("a user who waits for a name does not wait longer because the clock was set back", () => {
  const world = new World(settings);
  joinAll(world, "lobby", "alice");
  const other = startJoin(world, "attic", "alice", { as: "other" });
  world.settle();
  expect(other.last("error").code).toBe("username_taken");
  world.crash(world.room("lobby"));
  world.setClockBack(MINUTE);
  join(world, "attic", "alice", { as: "other" });
});

describe("in a busy room, when the clock is set back", () => {
  test("a user's message leaves a busy room within the ceiling although the clock was set back", () => {
    const world = new World(settings);
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 0; i < 30; i++) join(world, "lobby", `listener${i}`);
    makeBusy(world, alice);
    alice.send("soon");
    expect(bob.messageTexts).toEqual([]);
    world.setClockBack(MINUTE);
    world.advance(world.settings.FLUSH_CEILING_MS);
    expect(bob.messageTexts).toEqual(["soon"]);
  });

  test("a user's private message leaves a busy room within the ceiling although the clock was set back", () => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    makePrivatesBusy(world, alice, "bob");
    const before = bob.privateTexts.length;
    world.setClockBack(MINUTE);
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(bob.privateTexts).toHaveLength(before + 1);
  });
});

describe("after a call was lost and the clock was set back by an hour", () => {
  const HOUR = 60 * MINUTE;

  test("a user gets a lost private message with the next event, however far the clock was set back", () => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    alice.send("@bob one");
    world.deliver(world.pendingCall("post"));
    world.lose(world.pendingCall("deliver"));
    world.settle();
    expect(bob.privateTexts).toEqual([]);
    world.setClockBack(HOUR);
    alice.send("@bob two");
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(bob.privateTexts).toEqual(["one", "two"]);
  });

  test("a user's other device gets a lost copy with the next event, however far the clock was set back", () => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice");
    joinAll(world, "kitchen", "bob");
    const laptop = join(world, "attic", "alice");
    alice.send("@bob one");
    world.deliver(world.pendingCall("post"));
    world.lose(world.pendingCall("copy"));
    world.settle();
    expect(laptop.privateTexts).toEqual([]);
    world.setClockBack(HOUR);
    alice.send("@bob two");
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(laptop.privateTexts).toEqual(["one", "two"]);
  });

  test("a user's device hears a lost notice with the next event, however far the clock was set back", () => {
    const world = new World(settings);
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    alice.send("/block bob");
    world.settle(({ ops }) => ops[0]?.type === "notice");
    world.lose(world.pendingCall("notice"));
    world.settle();
    expect(alice.all("blocked")).toEqual([]);
    world.setClockBack(HOUR);
    alice.send("@alice a note");
    world.settle();
    expect(alice.all("blocked")).toHaveLength(1);
  });
});
