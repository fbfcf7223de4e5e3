// Name admin tests: the operator finds out who has a name, and frees it once no room has the holder any more.
import { expect, test } from "vitest";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { join, startJoin, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

function ask(world: World, name: string, op: Op): Reply[] {
  const replies: Reply[] = [];
  world.directory(name).ask([op], (all) => replies.push(...(all ?? [])));
  return replies;
}
const find = (world: World, name: string) =>
  ask(world, name, { type: "find-holder" })[0];

test("an operator finds a guest, a registered holder in rooms, and a name that rests", () => {
  const world = new World();
  expect(find(world, "alice")).toMatchObject({ code: "no_such_user" });
  const alice = join(world, "lobby", "Alice");
  join(world, "attic", "Alice");
  const holder = {
    ...{ type: "holder", user: userOf("Alice"), username: "Alice" },
    ...{ since: expect.any(Number), rooms: ["attic", "lobby"] },
  };
  expect(find(world, "alice")).toEqual({ ...holder, kind: "guest" });
  alice.send({ type: "register" });
  world.settle();
  expect(find(world, "ALICE")).toEqual({ ...holder, kind: "registered" });
  expect(find(world, "bob")).toMatchObject({ code: "no_such_user" });
});

test("a freed name is closed in all rooms, its mail is gone, and anybody gets it", () => {
  const world = new World();
  const peers = ["lobby", "attic"].map((room) => join(world, room, "alice"));
  peers[0]?.send({ type: "register" });
  const bob = join(world, "lobby", "bob");
  bob.send({ type: "private", to: "alice", text: "secret letter", id: "p-1" });
  world.settle();
  const replies = ask(world, "alice", { type: "free-name" });
  expect(replies).toEqual([]);
  world.settle();
  expect(replies).toEqual([{ type: "done" }]);
  for (const peer of peers) expect(peer.closed).toBe("reclaimed");
  const { tables } = world.directory("alice").database;
  expect(JSON.stringify(tables)).not.toContain("secret letter");
  const mallory = join(world, "lobby", "alice", { as: "mallory" });
  expect(mallory.last("welcome").username).toBe("alice");
  expect(mallory.all("private")).toEqual([]);
});

test("a name is not free while a room has not answered, also after a crash, and a repeat frees it", () => {
  const world = new World();
  join(world, "lobby", "alice").send({ type: "register" });
  join(world, "attic", "alice");
  world.settle();
  const replies = ask(world, "alice", { type: "free-name" });
  world.lose(world.pendingCall("evict"));
  world.settle();
  expect(replies).toMatchObject([{ type: "refused", code: "unavailable" }]);
  world.crash(world.directory("alice"));
  world.pass(60_000);
  const again = ask(world, "alice", { type: "free-name" });
  world.settle();
  expect(again).toEqual([{ type: "done" }]);
  const thief = startJoin(world, "lobby", "alice", { as: "mallory" });
  world.settle();
  expect(thief.last("welcome").username).toBe("alice");
});

test("a free name is told to be free, and stores nothing", () => {
  const world = new World();
  expect(ask(world, "nobody", { type: "free-name" })).toMatchObject([
    { code: "no_such_user" },
  ]);
  expect(world.directory("nobody").database.tables).toEqual({});
});
