// Clocks that are set back: nothing is held up for as long as that, and nobody is taken for gone.
import { describe, expect, test } from "vitest";
import {
  arrive,
  join,
  makeBusy,
  makePostBusy,
  meet,
  writeToBob,
} from "./support/people.ts";
import { World } from "./support/world.ts";

const MINUTE = 60_000;
const settings = { GUEST_CLAIM_SECONDS: 0, RATE_PER_SECOND: 0 };

describe("after the clock was set back while a room was down", () => {
  test("who comes and leaves again has left", () => {
    const world = new World(settings);
    meet(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    world.setBack(MINUTE);
    const { alice } = meet(world, "lobby", "alice");
    alice.send("/leave");
    world.settle();
    expect(world.directory("alice").alarm).not.toBeNull();
  });

  test("who comes twice and leaves again has left", () => {
    const world = new World(settings);
    meet(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    world.setBack(MINUTE);
    const phone = join(world, "lobby", "alice");
    const laptop = join(world, "lobby", "alice");
    world.hibernate(world.room("lobby"));
    for (const peer of [phone, laptop]) peer.send("/leave");
    world.settle();
    expect(world.directory("alice").alarm).not.toBeNull();
  });

  test("who could not come in is told of as gone", () => {
    const world = new World(settings);
    meet(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    world.setBack(MINUTE);
    const alice = arrive(world, "lobby", "alice");
    world.lose(world.flight("enter"));
    world.settle();
    expect(alice.last("error").code).toBe("unavailable");
    expect(world.directory("alice").alarm).not.toBeNull();
  });

  test("whoever is back is not struck off by what was found before", () => {
    const world = new World(settings);
    const { bob: before } = meet(world, "lobby", "bob");
    const { alice } = meet(world, "kitchen", "alice");
    world.crash(world.room("lobby"));
    expect(before.closed).toBe("lost");
    alice.send("@bob psst");
    world.settle(({ ops }) => ops.some(({ type }) => type === "deliver"));
    // The room says that bob is gone; it takes a while to be heard.
    const late = world.flight("deliver");
    world.deliver(late);
    world.setBack(MINUTE);
    const bob = arrive(world, "lobby", "bob");
    world.settle((flight) => flight === late);
    world.settle();
    writeToBob(world, alice, "still there?");
    expect(bob.privateTexts).toEqual(["psst", "still there?"]);
    const thief = arrive(world, "attic", "bob", { as: "a thief" });
    world.settle();
    expect(thief.last("error").code).toBe("username_taken");
  });
});

test("two claims of one millisecond are told apart, and so is their mail", () => {
  const world = new World(settings);
  const before = join(world, "lobby", "alice");
  before.send("/leave");
  world.settle();
  const after = join(world, "lobby", "alice");
  const [one, two] = [before, after].map((peer) => peer.last("welcome"));
  expect(two?.mailEpoch).toBeGreaterThan(one?.mailEpoch ?? Infinity);
});

test("whoever wants a name is not put off for as long as the clock was set back", () => {
  const world = new World(settings);
  meet(world, "lobby", "alice");
  const other = arrive(world, "attic", "alice", { as: "other" });
  world.settle();
  expect(other.last("error").code).toBe("username_taken");
  world.crash(world.room("lobby"));
  world.setBack(MINUTE);
  join(world, "attic", "alice", { as: "other" });
});

describe("in a busy room, when the clock is set back", () => {
  test("what is said leaves within the ceiling all the same", () => {
    const world = new World(settings);
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    for (let i = 0; i < 30; i++) join(world, "lobby", `listener${i}`);
    makeBusy(world, alice);
    alice.send("soon");
    expect(bob.heard).toEqual([]);
    world.setBack(MINUTE);
    world.advance(world.settings.FLUSH_CEILING_MS);
    expect(bob.heard).toEqual(["soon"]);
  });

  test("a private message leaves within the ceiling all the same", () => {
    const world = new World(settings);
    const { alice } = meet(world, "lobby", "alice");
    const { bob } = meet(world, "kitchen", "bob");
    makePostBusy(world, alice, "bob");
    const heard = bob.privateTexts.length;
    world.setBack(MINUTE);
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(bob.privateTexts).toHaveLength(heard + 1);
  });
});
