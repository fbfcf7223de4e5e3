// Join verdict tests: the app decides about joins at once or later, and hears of leaves.
import { describe, expect, test } from "vitest";
import type { AppVerdict } from "../../../src/core/shared/app-verdicts.ts";
import { appWorld, TOKEN } from "../support/app.ts";
import { ALLOW, AppStub, FORBID } from "../support/app-stub.ts";
import { say, started, textsOf } from "../support/asked-room.ts";
import { join, startJoin, userOf } from "../support/people.ts";
import { type PendingCall, World } from "../support/world.ts";

describe("a join", () => {
  test("the app is asked with the name that the user gets", () => {
    const world = new World();
    const app = new AppStub(world, ["join"]);
    join(world, "lobby", "alice");
    expect(app.asked).toEqual([
      {
        ...{ hook: "join", room: "lobby" },
        user: { id: userOf("alice"), username: "alice", kind: "guest" },
      },
    ]);
  });

  test.for(["at once", "later"])("the app denies it %s", (when) => {
    const world = new World();
    const app = new AppStub(world, ["join"]);
    const bob = join(world, "lobby", "bob");
    app.decide = () => (when === "later" ? "later" : FORBID);
    const alice = startJoin(world, "lobby", "alice");
    world.settle();
    if (when === "later") app.resolve(FORBID);
    world.settle();
    expect(alice.take()).toMatchObject([
      { type: "error", code: "forbidden", message: "Not here." },
    ]);
    expect(bob.all("joined")).toEqual([]);
    // The name is free again: nobody holds it in this room.
    const [claim] = world.directory("alice").database.tables.claim ?? [];
    expect(claim).toMatchObject({ rooms: "[]" });
  });

  test("by URL that is denied is closed for good", () => {
    const world = new World();
    const app = new AppStub(world, ["join"]);
    app.decide = () => FORBID;
    const alice = world.open("lobby", { username: "alice" });
    world.settle();
    expect(alice.closed).toBe("refused");
    app.decide = () => ({ type: "refused", code: "internal" });
    const bob = world.open("lobby", { username: "bob" });
    world.settle();
    expect(bob.closed).toBe("restarted");
  });

  test("the app gives its user data, changes it, or takes it", () => {
    const world = appWorld({ data: { plan: "free" } });
    const app = new AppStub(world, ["join", "message"]);
    const verdicts: AppVerdict[] = [
      ALLOW,
      { type: "allowed", data: { plan: "pro" } },
      { type: "allowed", data: undefined },
    ];
    for (const verdict of verdicts) {
      app.decide = ({ hook }) => (hook === "join" ? verdict : ALLOW);
      const alice = world.open("lobby");
      alice.send({ type: "join", token: TOKEN });
      world.settle();
      say(alice, "hello", `${verdicts.indexOf(verdict)}`);
    }
    expect(app.asked.map(({ hook, user }) => [hook, user.data])).toEqual([
      ["join", { plan: "free" }],
      ["message", { plan: "free" }],
      ["join", { plan: "free" }],
      ["message", { plan: "pro" }],
      ["join", { plan: "free" }],
      ["message", undefined],
    ]);
  });

  test("frames wait for the verdict, and mail is not lost", () => {
    const world = new World();
    const app = new AppStub(world, ["join"]);
    const bob = join(world, "lobby", "bob");
    app.decide = () => "later";
    const alice = startJoin(world, "lobby", "alice");
    world.settle();
    alice.send({ type: "message", text: "hello", id: "h" });
    bob.send({ type: "private", to: "alice", text: "psst" });
    world.settle();
    expect(alice.take()).toEqual([]);
    app.resolve(ALLOW);
    expect(alice.all("private")).toMatchObject([{ text: "psst" }]);
    expect(textsOf(bob)).toEqual(["hello"]);
  });

  test("of a user who went meanwhile leaves nothing behind", () => {
    const world = new World();
    const app = new AppStub(world, ["join"]);
    app.decide = () => "later";
    const alice = startJoin(world, "lobby", "alice");
    world.settle();
    alice.close();
    app.resolve(ALLOW);
    world.settle();
    const [claim] = world.directory("alice").database.tables.claim ?? [];
    expect(claim).toMatchObject({ rooms: "[]" });
  });

  test("of a user whose name was taken meanwhile is refused, though nobody could tell the room", () => {
    const world = appWorld({}, { GUEST_PREFIX: "-" });
    const app = new AppStub(world, ["join"]);
    app.decide = ({ user }) => (user.kind === "guest" ? "later" : ALLOW);
    const guest = startJoin(world, "lobby", "alice");
    world.settle();
    const owner = world.open("lobby");
    owner.send({ type: "join", token: TOKEN });
    const isEviction = ({ ops }: PendingCall) =>
      ops.some(({ type }) => type === "evict");
    world.settle(isEviction);
    for (const call of world.pendingCalls.filter(isEviction)) world.lose(call);
    world.settle();
    expect(owner.all("welcome")).toHaveLength(1);
    app.resolve(ALLOW);
    expect(guest.all("welcome")).toEqual([]);
    expect(guest.last("error").code).toBe("username_taken");
    expect(guest.closed).toBe("reclaimed");
    world.pass(60_000);
    expect(owner.closed).toBeNull();
  });

  test("of a user whose name was taken meanwhile is refused", () => {
    const world = appWorld({}, { GUEST_PREFIX: "-" });
    const app = new AppStub(world, ["join"]);
    app.decide = ({ user }) => (user.kind === "guest" ? "later" : ALLOW);
    const guest = startJoin(world, "lobby", "alice");
    world.settle();
    const peer = world.open("kitchen");
    peer.send({ type: "join", token: TOKEN });
    world.settle();
    app.resolve(ALLOW);
    world.settle();
    expect(guest.all("welcome")).toEqual([]);
    expect(guest.last("error").code).toBe("username_taken");
  });
});

test("the app hears of each user who leaves, once", () => {
  const { app, world, alice, bob } = started([]);
  const laptop = join(world, "lobby", "alice");
  alice.send({ type: "leave" });
  world.settle();
  expect(app.left).toEqual([]);
  laptop.close();
  bob.close();
  world.pass(world.settings.PRESENCE_GRACE_MS);
  expect(app.left).toEqual(["alice", "bob"]);
});
