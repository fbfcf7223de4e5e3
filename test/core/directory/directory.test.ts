// Directory tests: one identity at a time has a name, also when rooms crash and calls race or are late (promise 7).
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

describe("names that look alike", () => {
  test.each([
    ["alice", "ALICE"],
    ["pascal", "pаscаl"],
    ["Ian", "lan"],
    ["user1", "userl"],
  ])("users cannot have the names %s and %s at once", (name, lookAlike) => {
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
  ])("users may have the names %s and %s at once", (name, other) => {
    const world = new World();
    joinAll(world, "lobby", name);
    expect(outcome(join(world, "kitchen", other))).toBe("welcome");
  });

  test("a user's first claim fixes the spelling in all rooms", () => {
    const world = new World();
    join(world, "lobby", "Alice", { as: "alice" });
    const again = join(world, "kitchen", "ALICE", { as: "alice" });
    expect(again.last("welcome").username).toBe("Alice");
  });
});

describe("two users who ask for one name at once", () => {
  test("of two users who ask for a name in two rooms, one gets it and the other is refused", () => {
    const world = new World();
    const first = startJoin(world, "lobby", "alice", { as: "one" });
    const second = startJoin(world, "kitchen", "alice", { as: "two" });
    world.settle();
    expect([first, second].map(outcome)).toEqual(["welcome", "username_taken"]);
  });

  test("of two users who ask for a name in two rooms, the user of the first call gets it", () => {
    const world = new World();
    const first = startJoin(world, "lobby", "alice", { as: "one" });
    const second = startJoin(world, "kitchen", "alice", { as: "two" });
    const [, late] = world.pendingCalls;
    if (late !== undefined) world.deliver(late);
    world.settle();
    expect([first, second].map(outcome)).toEqual(["username_taken", "welcome"]);
  });

  test("of two users who ask for a name in one room, one gets it", () => {
    const world = new World();
    const first = startJoin(world, "lobby", "alice", { as: "one" });
    const second = startJoin(world, "lobby", "alice", { as: "two" });
    world.settle();
    expect([first, second].map(outcome)).toEqual(["welcome", "username_taken"]);
  });

  test("a user who got a name counts as present before the room knows it", () => {
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

  test("of two users who ask for the name of a user whose room was killed, one gets it", () => {
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
  test("a user keeps the name after a challenge, and no room is asked again for a second", () => {
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

  test("a user keeps the name after a challenge during the grace", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice: holder } = joinAll(world, "lobby", "alice");
    holder.close();
    const mallory = startJoin(world, "kitchen", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
  });

  test("a user keeps the name if one of the rooms has the user", () => {
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

  test("a user keeps the name if a room does not answer the challenge", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    joinAll(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    const mallory = startJoin(world, "kitchen", "alice", { as: "mallory" });
    world.deliver(world.pendingCall("enter"));
    world.lose(world.pendingCall("challenge"));
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
  });

  test("a user who enters again during a challenge keeps the name", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    joinAll(world, "lobby", "alice");
    world.crash(world.room("lobby"));
    const mallory = startJoin(world, "kitchen", "alice", { as: "mallory" });
    world.deliver(world.pendingCall("enter"));
    const challenge = world.pendingCall("challenge");
    world.deliver(challenge);
    // The room answers that the user is gone, and the user is back before the
    // answer.
    const back = startJoin(world, "lobby", "alice");
    world.deliver(world.pendingCalls.at(-1) ?? challenge);
    world.deliver(challenge);
    world.settle();
    expect([back, mallory].map(outcome)).toEqual(["welcome", "username_taken"]);
  });

  test("a user may be in a room whose name is a property of JavaScript objects", () => {
    const world = new World();
    joinAll(world, "constructor", "alice");
    world.hibernate(world.directory("alice"));
    const mallory = startJoin(world, "lobby", "alice", { as: "mallory" });
    world.settle();
    expect(outcome(mallory)).toBe("username_taken");
  });
});

describe("a leave", () => {
  test("a user's leave ends its own enter, and older ones", () => {
    const world = new World();
    ask(world, "alice", enter("lobby", 5), leave("lobby", 5));
    expect(ask(world, "alice", enter("x", 1, "mallory"))).toMatchObject([
      { code: "username_taken", retryAfter: 60_000 },
    ]);
    ask(world, "alice", enter("lobby", 6), leave("lobby", 9));
    expect(world.directory("alice").alarm).toBe(world.now + 60_000);
  });

  test.each([
    ["of an older enter", leave("lobby", 4)],
    ["of another room", leave("kitchen", 9)],
    ["of another user", leave("lobby", 9, "mallory")],
  ])("a user's leave %s ends nothing", (_, op) => {
    const world = new World();
    ask(world, "alice", enter("lobby", 5), op);
    expect(world.directory("alice").alarm).toBeNull();
  });

  test("a user's leave that comes twice does not delay the end of the claim", () => {
    const world = new World();
    ask(world, "alice", enter("lobby", 5), leave("lobby", 5));
    const end = world.directory("alice").alarm;
    world.advance(30_000);
    ask(world, "alice", leave("lobby", 5));
    expect(world.directory("alice").alarm).toBe(end);
  });

  test("a user's leave from a name without a claim costs no row", () => {
    const world = new World();
    expect(ask(world, "alice", leave("lobby", 5))).toEqual([{ type: "done" }]);
    expect(isForgotten(world, "alice")).toBe(true);
  });

  test("a user's leave of one room keeps the other rooms", () => {
    const world = new World();
    ask(world, "alice", enter("lobby", 1), enter("kitchen", 1));
    ask(world, "alice", leave("lobby", 1));
    expect(world.directory("alice").alarm).toBeNull();
    ask(world, "alice", leave("kitchen", 1));
    expect(world.directory("alice").alarm).not.toBeNull();
  });
});

test("a user who lost the name while the room was cut off is disconnected there", () => {
  const world = new World({ GUEST_CLAIM_SECONDS: 0 });
  const { alice: stale, bob } = joinAll(world, "lobby", "alice", "bob");
  // The directory takes the user for gone, and another user gets the name.
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

test("a room of a newer release gets `unsupported` for an unknown op, and answers to the others", () => {
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

  test("a user cannot get a free name with too many marks on a letter", () => {
    const world = new World();
    const eve = startJoin(world, "lobby", name);
    world.settle();
    expect(eve.last("error").code).toBe("bad_username");
    expect(outcome(join(world, "lobby", `q${"\u0301".repeat(4)}`))).toBe(
      "welcome",
    );
  });

  test("a user keeps a name with too many marks from an older release", () => {
    const world = new World();
    // A directory goes by the key: under this one somebody is in by now.
    const before = { ...enter("lobby", 1, identityOf("eve")), username: "q" };
    ask(world, name, before as Op);
    world.settle();
    const eve = join(world, "kitchen", name, { as: "eve" });
    expect(eve.last("welcome").username).toBe("q");
  });
});
