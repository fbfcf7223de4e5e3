// One name: one identity at a time, however rooms crash, race and are late.
import { describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/shared/rpc.ts";
import {
  identityOf,
  join,
  joinAll,
  startJoin,
  userOf,
} from "../support/people.ts";
import {
  ask,
  enter,
  isForgotten,
  leave,
  outcome,
} from "../support/requests.ts";
import { World } from "../support/world.ts";

describe("under one name, and all that look like it", () => {
  test.each([
    ["alice", "ALICE"],
    ["pascal", "pаscаl"],
    ["Ian", "lan"],
    ["user1", "userl"],
  ])("%s and %s are one", (name, lookAlike) => {
    const world = new World();
    joinAll(world, "lobby", name);
    const mallory = startJoin(world, "kitchen", lookAlike, { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
  });

  test.each([
    ["李雷", "李蕾"],
    ["Zoe", "Zoë"],
    ["anna", "hanna"],
  ])("%s and %s are two", (name, other) => {
    const world = new World();
    joinAll(world, "lobby", name);
    expect(outcome(join(world, "kitchen", other))).toBe("welcome");
  });

  test("the first claim fixes the spelling, in every room", () => {
    const world = new World();
    join(world, "lobby", "Alice", { as: "alice" });
    const again = join(world, "kitchen", "ALICE", { as: "alice" });
    expect(again.last("welcome").username).toBe("Alice");
  });
});

describe("two who want one name at once", () => {
  test("in two rooms: one has it, the other is told", () => {
    const world = new World();
    const first = startJoin(world, "lobby", "alice", { as: "one" });
    const second = startJoin(world, "kitchen", "alice", { as: "two" });
    world.settle();
    expect([first, second].map(outcome)).toEqual(["welcome", "username_taken"]);
  });

  test("whichever call comes first", () => {
    const world = new World();
    const first = startJoin(world, "lobby", "alice", { as: "one" });
    const second = startJoin(world, "kitchen", "alice", { as: "two" });
    const [, late] = world.pendingCalls;
    if (late !== undefined) world.deliver(late);
    world.settle();
    expect([first, second].map(outcome)).toEqual(["username_taken", "welcome"]);
  });

  test("in one room: one has it", () => {
    const world = new World();
    const first = startJoin(world, "lobby", "alice", { as: "one" });
    const second = startJoin(world, "lobby", "alice", { as: "two" });
    world.settle();
    expect([first, second].map(outcome)).toEqual(["welcome", "username_taken"]);
  });

  test("who is granted it but has not heard so yet counts as there", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const first = startJoin(world, "lobby", "alice", { as: "one" });
    const granted = world.pendingCall("enter");
    world.deliver(granted);
    const second = startJoin(world, "kitchen", "alice", { as: "two" });
    world.deliver(world.pendingCalls[1] ?? granted);
    world.deliver(world.pendingCall("challenge"));
    world.settle();
    expect([first, second].map(outcome)).toEqual(["welcome", "username_taken"]);
  });

  test("after its holder was killed: one gets it, the other does not", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    joinAll(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    const first = startJoin(world, "kitchen", "alice", { as: "one" });
    const second = startJoin(world, "attic", "alice", { as: "two" });
    world.settle();
    expect([first, second].map(outcome)).toEqual(["welcome", "username_taken"]);
  });
});

describe("a challenge", () => {
  test("finds who is there, and asks no more for a second", () => {
    const world = new World();
    joinAll(world, "lobby", "alice");
    const mallory = startJoin(world, "kitchen", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
    const again = startJoin(world, "kitchen", "alice", { as: "mallory" });
    world.deliver(world.pendingCall("enter"));
    expect(world.pendingCalls.map(({ ops }) => ops[0]?.type)).toEqual([
      "enter",
    ]);
    world.settle();
    expect(again.last("error").retryAfter).toBeGreaterThanOrEqual(1000);
  });

  test("finds who is within the grace", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice: holder } = joinAll(world, "lobby", "alice");
    holder.close();
    const mallory = startJoin(world, "kitchen", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
  });

  test("asks every room, and one that has them is enough", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice: holder } = joinAll(world, "lobby", "alice");
    join(world, "kitchen", "alice");
    world.crash(world.room("kitchen"));
    const mallory = startJoin(world, "attic", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
    holder.send("/leave");
    world.pass(0);
    const again = startJoin(world, "attic", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(again)).toBe("welcome");
  });

  test("of a room that does not answer takes nothing away", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    joinAll(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    const mallory = startJoin(world, "kitchen", "alice", { as: "mallory" });
    world.deliver(world.pendingCall("enter"));
    world.lose(world.pendingCall("challenge"));
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
  });

  test("that finds them gone does not end a stay begun meanwhile", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    joinAll(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    const mallory = startJoin(world, "kitchen", "alice", { as: "mallory" });
    world.deliver(world.pendingCall("enter"));
    const challenge = world.pendingCall("challenge");
    world.deliver(challenge);
    // Gone, says the room; but the answer is slow, and they are back before.
    const back = startJoin(world, "lobby", "alice");
    world.deliver(world.pendingCalls.at(-1) ?? challenge);
    world.deliver(challenge);
    world.settle();
    expect([back, mallory].map(outcome)).toEqual(["welcome", "username_taken"]);
  });

  test("from a room called like a part of JavaScript is none the wiser", () => {
    const world = new World();
    joinAll(world, "constructor", "alice");
    world.hibernate(world.directory("alice"));
    const mallory = startJoin(world, "lobby", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
  });
});

describe("a leave", () => {
  test("ends the stay it means, and every older one", () => {
    const world = new World();
    ask(world, "alice", enter("lobby", 5), leave("lobby", 5));
    expect(ask(world, "alice", enter("x", 1, "mallory"))).toMatchObject([
      { code: "username_taken", retryAfter: 60_000 },
    ]);
    ask(world, "alice", enter("lobby", 6), leave("lobby", 9));
    expect(world.directory("alice").alarm).toBe(world.now + 60_000);
  });

  test.each([
    ["of an older stay", leave("lobby", 4)],
    ["of another room", leave("kitchen", 9)],
    ["of somebody else", leave("lobby", 9, "mallory")],
  ])("%s ends nothing", (_, op) => {
    const world = new World();
    ask(world, "alice", enter("lobby", 5), op);
    expect(world.directory("alice").alarm).toBeNull();
  });

  test("that comes twice does not put off the end", () => {
    const world = new World();
    ask(world, "alice", enter("lobby", 5), leave("lobby", 5));
    const end = world.directory("alice").alarm;
    world.advance(30_000);
    ask(world, "alice", leave("lobby", 5));
    expect(world.directory("alice").alarm).toBe(end);
  });

  test("of a name that nobody has writes nothing", () => {
    const world = new World();
    expect(ask(world, "alice", leave("lobby", 5))).toEqual([{ type: "done" }]);
    expect(isForgotten(world, "alice")).toBe(true);
  });

  test("of one room leaves the others", () => {
    const world = new World();
    ask(world, "alice", enter("lobby", 1), enter("kitchen", 1));
    ask(world, "alice", leave("lobby", 1));
    expect(world.directory("alice").alarm).toBeNull();
    ask(world, "alice", leave("kitchen", 1));
    expect(world.directory("alice").alarm).not.toBeNull();
  });
});

test("who lost the name while their room was cut off is sent away there", () => {
  const world = new World({ GUEST_CLAIM_SECONDS: 0 });
  const { alice: stale, bob } = joinAll(world, "lobby", "alice", "bob");
  // The directory believes they went: the name is given to another.
  ask(world, "alice", leave("lobby", Number.MAX_SAFE_INTEGER));
  world.pass(0);
  const other = join(world, "lobby", "alice", { as: "other" });
  expect(stale.closed).toBe("reclaimed");
  expect(bob.take()).toMatchObject([
    { type: "left", user: userOf("alice") },
    { type: "joined", user: userOf("other") },
  ]);
  expect(other.last("welcome").members).toEqual(["alice", "bob"]);
  world.pass(60_000);
  other.send("hello");
  expect(bob.messageTexts).toEqual(["hello"]);
});

test("a question from a newer version is refused, the rest is answered", () => {
  const world = new World();
  const dance: Op = JSON.parse('{"type":"dance","identity":"x"}');
  const more: Op = JSON.parse(JSON.stringify({ ...enter("lobby", 1), new: 1 }));
  expect(ask(world, "alice", dance, more)).toMatchObject([
    { type: "refused", code: "unsupported" },
    { type: "entered" },
  ]);
});

describe("a name with more marks on a letter than any script needs", () => {
  const name = `q${"\u0301".repeat(5)}`;

  test("is given to nobody", () => {
    const world = new World();
    const eve = startJoin(world, "lobby", name);
    world.settle();
    expect(eve.last("error").code).toBe("bad_username");
    expect(outcome(join(world, "lobby", `q${"\u0301".repeat(4)}`))).toBe(
      "welcome",
    );
  });

  test("stays with whoever has it from before", () => {
    const world = new World();
    // A directory goes by the key: under this one somebody is in by now.
    const before = { ...enter("lobby", 1, identityOf("eve")), username: "q" };
    ask(world, name, before as Op);
    world.settle();
    const eve = join(world, "kitchen", name, { as: "eve" });
    expect(eve.last("welcome").username).toBe("q");
  });
});
