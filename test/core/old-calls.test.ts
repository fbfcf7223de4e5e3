// Old call tests: after a deploy, objects of the first release and of this one understand each other's calls.
import { describe, expect, test } from "vitest";
import type { Op, Reply } from "../../src/core/shared/rpc.ts";
import {
  identityOf,
  join,
  joinAll,
  secretOf,
  startJoin,
} from "./support/people.ts";
import { ask } from "./support/requests.ts";
import { type PendingCall, World } from "./support/world.ts";

const [alice, bob] = [identityOf("alice"), identityOf("bob")];

/** Calls as the first release made them, taken from its core. */
const OPS = {
  enter: `{"type":"enter","identity":"${alice}","username":"alice","room":"lobby","version":1750000000000,"mailSince":0}`,
  leave: `{"type":"leave","identity":"${alice}","room":"lobby","version":1750000000001}`,
  post: `{"type":"post","letter":{"id":"LD7N6eReTNIPl9lX","clientId":"id-0","identity":"${bob}","username":"bob","to":"alice","text":"psst","at":1750000000000},"fromKey":"bob","origin":"YjcIBNQx"}`,
  copy: `{"type":"copy","letter":{"id":"LD7N6eReTNIPl9lX","clientId":"id-0","identity":"${alice}","username":"alice","to":"bob","text":"psst","at":1750000000000},"origin":"YjcIBNQx"}`,
  had: `{"type":"had","identity":"${alice}","mail":1}`,
  challenge: `{"type":"challenge","key":"allce","identity":"${alice}"}`,
  deliver: `{"type":"deliver","key":"allce","identity":"${alice}","mail":[{"mail":1,"line":"{\\"type\\":\\"private\\",\\"mail\\":1,\\"id\\":\\"LD7N6eReTNIPl9lX\\",\\"clientId\\":\\"id-0\\",\\"user\\":\\"KHzDtg4KSfKwdLRh\\",\\"username\\":\\"bob\\",\\"to\\":\\"alice\\",\\"text\\":\\"psst\\",\\"at\\":1750000000000}"}]}`,
} as const;

/** Answers of the first release. */
const REPLIES = {
  entered: `{"type":"entered","username":"alice","epoch":1750000000000,"head":0,"mail":[]}`,
  posted: `{"type":"posted","id":"LD7N6eReTNIPl9lX","to":"bob","at":1750000000000,"delivered":true}`,
  taken: `{"type":"refused","code":"username_taken","retryAfter":1000}`,
  unsupported: `{"type":"refused","code":"unsupported"}`,
  live: `{"type":"found","state":"live"}`,
} as const;

function op(name: keyof typeof OPS): Op {
  return JSON.parse(OPS[name]);
}

/** Answers a call as the first release does. */
function answer(world: World, call: PendingCall, name: keyof typeof REPLIES) {
  const reply: Reply = JSON.parse(REPLIES[name]);
  call.leg = "back";
  call.replies = [reply];
  world.deliver(call);
}

describe("a directory answers a room of the first release", () => {
  test("a user can join and leave in a room of the first release", () => {
    const world = new World();
    const [entered] = ask(world, "alice", op("enter"));
    expect(entered).toEqual({
      type: "entered",
      username: "alice",
      epoch: world.now,
      head: 0,
      mail: [],
    });
    expect(ask(world, "alice", op("leave"))).toEqual([{ type: "done" }]);
  });

  test("a user gets a private message from a room of the first release", () => {
    const world = new World();
    const peer = join(world, "lobby", "alice");
    const replies = ask(world, "alice", op("post"));
    world.settle();
    expect(peer.privateTexts).toEqual(["psst"]);
    expect(replies).toEqual([
      {
        type: "posted",
        id: "LD7N6eReTNIPl9lX",
        to: "alice",
        at: 1_750_000_000_000,
        delivered: true,
      },
    ]);
    expect(ask(world, "alice", op("had"))).toEqual([{ type: "done" }]);
  });

  test("a user gets the sender's copy from a directory of the first release", () => {
    const world = new World();
    const peer = join(world, "lobby", "alice");
    const replies = ask(world, "alice", op("copy"));
    world.settle();
    expect(replies).toEqual([{ type: "done" }]);
    expect(peer.privateTexts).toEqual(["psst"]);
  });
});

test("a user gets mail from a directory of the first release, and is found by it until the leave", () => {
  const world = new World();
  const peer = join(world, "lobby", "alice");
  const read = (name: keyof typeof OPS) => world.askRoom("lobby", op(name));
  expect(read("challenge")).toEqual({ type: "found", state: "live" });
  expect(read("deliver")).toEqual({ type: "found", state: "live" });
  expect(peer.privateTexts).toEqual(["psst"]);
  peer.send("/leave");
  expect(read("challenge")).toEqual({ type: "found", state: "gone" });
});

describe("a room takes the answers of the first release", () => {
  test("a user joins by a directory of the first release, or is refused by it", () => {
    const world = new World();
    const alice = startJoin(world, "lobby", "alice");
    answer(world, world.pendingCall("enter"), "taken");
    expect(alice.last("error")).toMatchObject({
      code: "username_taken",
      retryAfter: 1000,
    });
    alice.send({ type: "join", username: "alice", token: secretOf("alice") });
    answer(world, world.pendingCall("enter"), "entered");
    expect(alice.last("welcome")).toMatchObject({ username: "alice", mail: 0 });
  });

  test("a user's private message is acked by a directory of the first release", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("@bob psst");
    answer(world, world.pendingCall("post"), "posted");
    expect(alice.last("ack")).toMatchObject({ to: "bob", delivered: true });
  });

  test("a user gets `unsupported` if a directory of the first release does not know a command", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send({ type: "register" });
    answer(world, world.pendingCall("register"), "unsupported");
    expect(alice.last("error").code).toBe("unsupported");
    alice.send("I am still here");
    expect(alice.last("ack")).toHaveProperty("seq", 1);
  });
});

test("a user's private message is delivered through a room of the first release", () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  join(world, "kitchen", "bob");
  alice.send("@bob psst");
  world.deliver(world.pendingCall("post"));
  answer(world, world.pendingCall("deliver"), "live");
  world.settle();
  expect(alice.last("ack")).toMatchObject({ delivered: true });
});
