// Connection replacement tests: a user's new connection closes the older one of its device, or the least active one.
import { describe, expect, test } from "vitest";
import { join, joinAll, makeBusy } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("a second connection of a device", () => {
  test("a user's reconnect from a device closes its older connection, and other users see nothing", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const old = join(world, "lobby", "alice", { device: "phone" });
    const other = join(world, "lobby", "alice", { device: "laptop" });
    bob.take();
    const fresh = join(world, "lobby", "alice", { device: "phone" });
    expect([old.closed, other.closed, fresh.closed]).toEqual([
      "replaced",
      null,
      null,
    ]);
    world.pass(10_000);
    expect(bob.inbox).toEqual([]);
    fresh.send("hello");
    expect(bob.messageTexts).toEqual(["hello"]);
  });

  test("a user leaves completely although a replaced connection never answers its close", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const old = join(world, "lobby", "alice", { device: "phone" });
    old.answersClose = false;
    const fresh = join(world, "lobby", "alice", { device: "phone" });
    expect(old.closed).toBe("replaced");
    world.hibernate(world.room("lobby"));
    fresh.send("/leave");
    bob.send("/who");
    expect(bob.last("members").members).toEqual(["bob"]);
    // The replaced connection does not keep the name either.
    world.pass(60_000);
    join(world, "lobby", "alice", { as: "somebody else" });
  });

  test("a user's reconnect from a device closes its older connection after a sleep too", () => {
    const world = new World();
    const old = join(world, "lobby", "alice", { device: "phone" });
    world.hibernate(world.room("lobby"));
    join(world, "lobby", "alice", { device: "phone" });
    expect(old.closed).toBe("replaced");
  });

  test("two users can have devices with the same name", () => {
    const world = new World();
    const alice = join(world, "lobby", "alice", { device: "phone" });
    join(world, "lobby", "bob", { device: "phone" });
    expect(alice.closed).toBeNull();
  });

  test("a user's device can be connected to two rooms", () => {
    const world = new World();
    const lobby = join(world, "lobby", "alice", { device: "phone" });
    join(world, "kitchen", "alice", { device: "phone" });
    expect(lobby.closed).toBeNull();
  });
});

describe("a connection above the limit of a user", () => {
  test("a user at the connection limit loses the least active connection", () => {
    const world = new World({ USER_CONNECTIONS: 3 });
    const peers = [1, 2, 3].map(() => join(world, "lobby", "alice"));
    for (const i of [0, 2, 1]) {
      world.pass(1000);
      peers[i]?.send("hello");
    }
    const fresh = join(world, "lobby", "alice");
    expect(peers.map(({ closed }) => closed)).toEqual([
      ...["replaced", null, null],
    ]);
    expect(fresh.closed).toBeNull();
    join(world, "lobby", "alice");
    expect(peers.map(({ closed }) => closed)).toEqual([
      ...["replaced", null, "replaced"],
    ]);
  });

  test("a user's pings count as activity though they do not wake the room", () => {
    const world = new World({ USER_CONNECTIONS: 2 });
    const [pinging, silent] = [1, 2].map(() => join(world, "lobby", "alice"));
    world.hibernate(world.room("lobby"));
    if (pinging !== undefined) pinging.pingedAt = world.now;
    join(world, "lobby", "alice");
    expect([pinging?.closed, silent?.closed]).toEqual([null, "replaced"]);
  });

  test("a user at the connection limit can always connect, and other users see nothing", () => {
    const world = new World({ USER_CONNECTIONS: 1 });
    const { bob } = joinAll(world, "lobby", "bob");
    const first = join(world, "lobby", "alice");
    bob.take();
    const second = join(world, "lobby", "alice");
    expect([first.closed, second.closed]).toEqual(["replaced", null]);
    world.pass(10_000);
    expect(bob.inbox).toEqual([]);
  });

  test("a user's connections do not count for other users", () => {
    const world = new World({ USER_CONNECTIONS: 1 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    expect([alice.closed, bob.closed]).toEqual([null, null]);
  });
});

test("a user's replaced connection gets its acks before it is closed", () => {
  const world = new World({ RATE_PER_SECOND: 0 });
  const old = join(world, "lobby", "alice", { device: "phone" });
  const { bob } = joinAll(world, "lobby", "bob");
  for (let i = 0; i < 30; i++) join(world, "lobby", `listener${i}`);
  makeBusy(world, old);
  old.send("waits");
  expect(old.inbox).toEqual([]);
  join(world, "lobby", "alice", { device: "phone" });
  expect(old.closed).toBe("replaced");
  expect(old.inbox.map(({ type }) => type)).toEqual(["ack"]);
  expect(bob.messageTexts).toEqual(["waits"]);
});
