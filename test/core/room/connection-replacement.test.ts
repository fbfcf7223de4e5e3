// Which connection makes room for another: of the same device, or the most silent one of a user.
import { describe, expect, test } from "vitest";
import { join, makeBusy, meet } from "../support/people.ts";
import { World } from "../support/world.ts";

describe("the same device again", () => {
  test("takes the place of its older connection, unannounced", () => {
    const world = new World();
    const { bob } = meet(world, "lobby", "bob");
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
    expect(bob.heard).toEqual(["hello"]);
  });

  test("leaves nothing of the older one, though that never answers its close", () => {
    const world = new World();
    const { bob } = meet(world, "lobby", "bob");
    const old = join(world, "lobby", "alice", { device: "phone" });
    old.answersClose = false;
    const fresh = join(world, "lobby", "alice", { device: "phone" });
    expect(old.closed).toBe("replaced");
    world.hibernate(world.room("lobby"));
    fresh.send("/leave");
    bob.send("/who");
    expect(bob.last("members").members).toEqual(["bob"]);
    // Nor is the name taken by it for ever.
    world.pass(60_000);
    join(world, "lobby", "alice", { as: "somebody else" });
  });

  test("does so after a sleep", () => {
    const world = new World();
    const old = join(world, "lobby", "alice", { device: "phone" });
    world.hibernate(world.room("lobby"));
    join(world, "lobby", "alice", { device: "phone" });
    expect(old.closed).toBe("replaced");
  });

  test("is another user's device, whatever its name", () => {
    const world = new World();
    const alice = join(world, "lobby", "alice", { device: "phone" });
    join(world, "lobby", "bob", { device: "phone" });
    expect(alice.closed).toBeNull();
  });

  test("in another room is another connection", () => {
    const world = new World();
    const lobby = join(world, "lobby", "alice", { device: "phone" });
    join(world, "kitchen", "alice", { device: "phone" });
    expect(lobby.closed).toBeNull();
  });
});

describe("one connection more than a user may have", () => {
  test("takes the place of the most silent one", () => {
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

  test("spares one that pings without waking the room", () => {
    const world = new World({ USER_CONNECTIONS: 2 });
    const [pinging, silent] = [1, 2].map(() => join(world, "lobby", "alice"));
    world.hibernate(world.room("lobby"));
    if (pinging !== undefined) pinging.pingedAt = world.now;
    join(world, "lobby", "alice");
    expect([pinging?.closed, silent?.closed]).toEqual([null, "replaced"]);
  });

  test("never refuses the newcomer, nor announces anything", () => {
    const world = new World({ USER_CONNECTIONS: 1 });
    const { bob } = meet(world, "lobby", "bob");
    const first = join(world, "lobby", "alice");
    bob.take();
    const second = join(world, "lobby", "alice");
    expect([first.closed, second.closed]).toEqual(["replaced", null]);
    world.pass(10_000);
    expect(bob.inbox).toEqual([]);
  });

  test("costs other users nothing", () => {
    const world = new World({ USER_CONNECTIONS: 1 });
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    expect([alice.closed, bob.closed]).toEqual([null, null]);
  });
});

test("a connection that is replaced has its acks first", () => {
  const world = new World({ RATE_PER_SECOND: 0 });
  const old = join(world, "lobby", "alice", { device: "phone" });
  const { bob } = meet(world, "lobby", "bob");
  for (let i = 0; i < 30; i++) join(world, "lobby", `listener${i}`);
  makeBusy(world, old);
  old.send("waits");
  expect(old.inbox).toEqual([]);
  join(world, "lobby", "alice", { device: "phone" });
  expect(old.closed).toBe("replaced");
  expect(old.inbox.map(({ type }) => type)).toEqual(["ack"]);
  expect(bob.heard).toEqual(["waits"]);
});
