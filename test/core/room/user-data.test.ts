// User data tests: the JSON that the app gives its user is told to members, survives a sleep, and is that of the newest connection.
import { describe, expect, test } from "vitest";
import type { Verified } from "../../../src/core/shared/rpc.ts";
import { appWorld, alice as claims, TOKEN } from "../support/app.ts";
import type { Peer } from "../support/peer.ts";
import { join, userOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

const ANN = { displayName: "Ann Lee", plan: ["pro", 1, null] };

/** Joins as alice by a token with this data. @param n another token for each */
function joinWith(
  world: World,
  data: unknown,
  n = 0,
  { room = "lobby", ...frame }: { room?: string; details?: boolean } = {},
): Peer {
  const token = `${TOKEN}${n}`;
  const verified: Verified = { ...claims, ...(data !== undefined && { data }) };
  world.tokens.set(token, verified);
  const peer = world.open(room);
  peer.send({ type: "join", token, ...frame });
  world.settle();
  return peer;
}

/** The data of alice, as bob is told by `who`; undefined: none. */
function told(bob: Peer): unknown {
  bob.send({ type: "who", details: true });
  const { details = [] } = bob.last("members");
  return details.find(({ username }) => username === "alice")?.data;
}

describe("a user whose token has data", () => {
  test("a user's data is told to the members with the join", () => {
    const world = appWorld();
    const bob = join(world, "lobby", "guest-bob");
    const alice = joinWith(world, ANN);
    const { user } = alice.last("welcome");
    expect(bob.all("joined")).toEqual([
      { type: "joined", user, username: "alice", data: ANN, at: world.now },
    ]);
    alice.close();
    world.pass(10_000);
    expect(bob.last("left")).not.toHaveProperty("data");
  });

  test("a user who asks for details gets the id and data of each member", () => {
    const world = appWorld();
    const bob = join(world, "lobby", "guest-bob");
    const { user } = joinWith(world, ANN).last("welcome");
    bob.send({ type: "who", details: true });
    expect(bob.last("members")).toEqual({
      type: "members",
      members: ["alice", "guest-bob"],
      details: [
        { user, username: "alice", data: ANN },
        { user: userOf("guest-bob"), username: "guest-bob" },
      ],
      ...{ count: 2, more: false },
    });
    bob.send({ type: "who" });
    expect(bob.last("members")).not.toHaveProperty("details");
    bob.send({ type: "who", details: true, after: "alice" });
    expect(bob.last("members").details).toHaveLength(1);
  });

  test("a user who joins with details gets the data of those who have any", () => {
    const world = appWorld();
    join(world, "lobby", "guest-bob");
    const { user } = joinWith(world, ANN, 0, { details: true }).last("welcome");
    const own = [{ user, username: "alice", data: ANN }];
    const options = { history: 0, details: true };
    const carol = join(world, "lobby", "guest-carol", options);
    expect(carol.last("welcome").details).toEqual(own);
    const dave = join(world, "lobby", "guest-dave", { history: 0 });
    expect(dave.last("welcome")).not.toHaveProperty("details");
    const erin = join(world, "attic", "guest-erin", options);
    expect(erin.last("welcome")).not.toHaveProperty("details");
  });

  test.each([0, false, "", [], "Ann"])("a user's data may be %j", (data) => {
    const world = appWorld();
    const bob = join(world, "lobby", "guest-bob");
    joinWith(world, data);
    expect(bob.last("joined").data).toEqual(data);
    expect(told(bob)).toEqual(data);
  });

  test.each([undefined, null])("a user with the data %j has none", (data) => {
    const world = appWorld();
    const bob = join(world, "lobby", "guest-bob");
    const alice = joinWith(world, data);
    expect(bob.last("joined")).not.toHaveProperty("data");
    expect(told(bob)).toBeUndefined();
    expect(alice.attachment).toHaveLength(15);
  });

  test("a reader of text sees the name alone", () => {
    const world = appWorld();
    const query = { text: true };
    const bob = join(world, "lobby", "guest-bob", { query });
    joinWith(world, ANN);
    joinWith(world, { other: 1 }, 1);
    expect(bob.lines.slice(1)).toEqual(["* alice joined"]);
  });
});

describe("the bounds of a user's data", () => {
  test.each([
    ["256 bytes", "x".repeat(254), true],
    ["257 bytes", "x".repeat(255), false],
    ["257 bytes in UTF-8", `${"\u674e".repeat(85)}`, false],
    ["a number beyond JSON", [Number.POSITIVE_INFINITY], false],
    ["33 levels", JSON.parse("[".repeat(33) + "]".repeat(33)), false],
  ])(
    "a user with data of %s joins, and the log tells if it is left out",
    (_, data, isIn) => {
      const world = appWorld();
      const bob = join(world, "lobby", "guest-bob");
      joinWith(world, data);
      expect(told(bob)).toEqual(isIn ? data : undefined);
      const refused = world.logs.filter(
        ({ event }) => event === "user data refused",
      );
      expect(refused).toHaveLength(isIn ? 0 : 1);
      expect(JSON.stringify(refused)).not.toContain("xx");
    },
  );
});

describe("a user's data over time", () => {
  test("a user's data survives a sleep of the room", () => {
    const world = appWorld();
    const bob = join(world, "lobby", "guest-bob");
    joinWith(world, ANN);
    world.hibernate(world.room("lobby"));
    expect(told(bob)).toEqual(ANN);
  });

  test("a user who has the token of the connection keeps its data over a sleep before the join", () => {
    const world = appWorld({ data: ANN });
    const bob = join(world, "lobby", "guest-bob");
    const alice = world.open("lobby", { token: TOKEN });
    world.settle();
    world.hibernate(world.room("lobby"));
    alice.send({ type: "join" });
    world.settle();
    expect(told(bob)).toEqual(ANN);
    alice.send({ type: "leave" });
    world.hibernate(world.room("lobby"));
    alice.send({ type: "join" });
    world.settle();
    expect(told(bob)).toEqual(ANN);
  });

  test("a user's data is that of the newest connection, and others are told of a change", () => {
    const world = appWorld();
    const bob = join(world, "lobby", "guest-bob");
    const phone = joinWith(world, ANN);
    const { user } = phone.last("welcome");
    bob.take();
    phone.take();
    joinWith(world, ANN, 1);
    expect([bob.take(), phone.take()]).toEqual([[], []]);
    const data = { displayName: "Ann" };
    const laptop = joinWith(world, data, 2);
    const updated = { type: "updated", user, username: "alice", data };
    expect(bob.take()).toEqual([{ ...updated, at: world.now }]);
    expect(phone.take()).toEqual([{ ...updated, at: world.now }]);
    expect(laptop.all("updated")).toEqual([]);
    expect(told(bob)).toEqual(data);
    bob.take();
    joinWith(world, undefined, 3);
    const { data: _, ...none } = updated;
    expect(bob.take()).toEqual([{ ...none, at: world.now }]);
    expect(told(bob)).toBeUndefined();
  });

  test("a user whose newest connection is gone keeps its data, also over a sleep", () => {
    const world = appWorld();
    const bob = join(world, "lobby", "guest-bob");
    joinWith(world, ANN);
    const laptop = joinWith(world, { displayName: "Ann" }, 1);
    laptop.close();
    expect(told(bob)).toEqual({ displayName: "Ann" });
    world.hibernate(world.room("lobby"));
    expect(told(bob)).toEqual({ displayName: "Ann" });
  });

  test("a user who reconnects within the grace is not told of, unless the data is another", () => {
    const world = appWorld();
    const bob = join(world, "lobby", "guest-bob");
    joinWith(world, ANN).close();
    bob.take();
    joinWith(world, ANN).close();
    expect(bob.take()).toEqual([]);
    joinWith(world, 7);
    expect(bob.take()).toMatchObject([{ type: "updated", data: 7 }]);
  });

  test("a room of more than 200 members is not told of each user's data", () => {
    const world = appWorld();
    const bob = join(world, "lobby", "guest-bob");
    joinWith(world, 1);
    for (let i = 0; i < 200; i++) join(world, "lobby", `guest-${i}`);
    bob.take();
    joinWith(world, 2, 1);
    expect(bob.all("updated")).toEqual([]);
    expect(told(bob)).toBe(2);
  });
});
