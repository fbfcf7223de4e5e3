// Block list tests: a blocked user's private messages get the same answer as if the name did not exist, until the claim ends.
import { describe, expect, test } from "vitest";
import * as LIMITS from "../../../src/protocol/limits.ts";
import { identityOf, join, joinAll, userOf } from "../support/people.ts";
import { ask, enter, isForgotten } from "../support/requests.ts";
import { World } from "../support/world.ts";

const BOB = { user: userOf("bob"), username: "bob" };

/** Alice is in the lobby with bob, and blocks him. */
function blocked(world: World) {
  const people = joinAll(world, "lobby", "alice", "bob");
  people.alice.send("/block bob");
  world.settle();
  return people;
}

describe("a blocked user", () => {
  test("a blocked user gets exactly the answer that a missing name gets", () => {
    const world = new World();
    const { alice, bob } = blocked(world);
    for (const toUser of [undefined, userOf("alice")])
      for (const to of ["alice", "nobody"]) {
        const id = "1";
        const pin = toUser === undefined ? {} : { toUser };
        bob.send({ type: "private", to, text: "psst", id, ...pin });
        world.settle();
      }
    const [first, ...others] = bob.frames.slice(-4);
    expect(JSON.parse(first ?? "")).toMatchObject({ code: "no_such_user" });
    for (const other of others) expect(other).toBe(first);
    expect(alice.privateTexts).toEqual([]);
  });

  test("a blocked user is refused without a further call, as for a missing name", () => {
    const world = new World();
    const { bob } = blocked(world);
    for (const to of ["alice", "nobody"]) {
      bob.send({ type: "private", to, text: "psst" });
      const call = world.pendingCall("post");
      world.deliver(call);
      expect(world.pendingCalls).toEqual([call]);
      world.settle();
    }
  });

  test("a blocked user stays blocked under another name, and after a sleep", () => {
    const world = new World();
    const { alice } = blocked(world);
    const rob = join(world, "attic", "rob", { as: "bob" });
    world.hibernate(world.directory("alice"));
    rob.send("@alice psst");
    world.settle();
    expect(rob.last("error").code).toBe("no_such_user");
    expect(alice.privateTexts).toEqual([]);
  });

  test("a blocked user who repeats an old message gets the answer of a missing name", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const letter = {
      type: "private",
      to: "alice",
      text: "x",
      id: "1",
    } as const;
    bob.send(letter);
    world.settle();
    alice.send("/block bob");
    world.settle();
    bob.send(letter);
    world.settle();
    expect(bob.last("error")).toMatchObject({ code: "no_such_user", id: "1" });
  });

  test("a blocked user's room messages arrive, and the user may get private messages", () => {
    const world = new World();
    const { alice, bob } = blocked(world);
    bob.send("hello");
    alice.send("@bob psst");
    world.settle();
    expect(alice.messageTexts).toEqual(["hello"]);
    expect(bob.privateTexts).toEqual(["psst"]);
  });

  test("a user who has a blocked user's name later is not blocked", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice, bob } = blocked(world);
    bob.send("/leave");
    world.pass(0);
    const other = join(world, "attic", "bob", { as: "another bob" });
    other.send("@alice psst");
    world.settle();
    expect(alice.privateTexts).toEqual(["psst"]);
  });
});

describe("a user who blocks", () => {
  test("a user who blocks gets the list on each connection in each room, and at each join", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    const phone = join(world, "kitchen", "alice");
    const text = join(world, "attic", "alice", { query: { text: true } });
    phone.take();
    text.takeLines();
    alice.take();
    alice.send("/block BOB");
    world.settle();
    const told = { type: "blocked", blocked: [BOB] };
    expect(alice.take()).toEqual([told]);
    expect(phone.take()).toEqual([told]);
    expect(text.takeLines()).toEqual(["* blocked: bob"]);
    const laptop = join(world, "cellar", "alice");
    expect(laptop.last("welcome").blocked).toEqual([BOB]);
    alice.send("/unblock bob");
    world.settle();
    expect(phone.take()).toEqual([{ type: "blocked", blocked: [] }]);
    expect(text.takeLines()).toEqual(["* you block nobody"]);
    const late = join(world, "cellar", "alice");
    expect(late.last("welcome")).not.toHaveProperty("blocked");
  });

  test("a user gets private messages again after an unblock by name or id", () => {
    for (const frame of [{ username: "bob" }, { user: BOB.user }]) {
      const world = new World();
      const { alice, bob } = blocked(world);
      alice.send({ type: "unblock", ...frame });
      world.settle();
      bob.send("@alice psst");
      world.settle();
      expect(alice.privateTexts).toEqual(["psst"]);
    }
  });

  test("a user may block by the public id in a message after the sender has left the name", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    bob.send("hello");
    bob.send("/leave");
    world.pass(0);
    const { user, username } = alice.last("message");
    alice.send({ type: "block", username });
    world.settle();
    expect(alice.last("error").code).toBe("no_such_user");
    alice.send({ type: "block", user });
    world.settle();
    expect(alice.last("blocked").blocked).toEqual([{ user }]);
    alice.send({ type: "block", user, username });
    world.settle();
    expect(alice.last("blocked").blocked).toEqual([{ user, username }]);
  });

  test.each([
    ["themselves", "/block alice", "forbidden"],
    ["themselves by id", { user: userOf("alice") }, "forbidden"],
    ["a missing name", "/block nobody", "no_such_user"],
    ["an invalid name", "/block -x-", "bad_username"],
    [
      "an id with an invalid name",
      { user: BOB.user, username: "" },
      "bad_username",
    ],
    ["nobody", {}, "bad_request"],
    ["an invalid id", { user: "bob" }, "bad_request"],
  ])("a user who blocks %s gets an error", (_, frame, code) => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send(
      typeof frame === "string"
        ? frame
        : JSON.stringify({ type: "block", ...frame }),
    );
    world.settle();
    expect(alice.take()).toMatchObject([{ type: "error", code }]);
    alice.send("/unblock bob");
    world.settle();
    expect(alice.last("error").code).toBe("no_such_user");
  });

  test("a user may block up to the limit, and one more after an unblock", () => {
    const world = new World();
    joinAll(world, "lobby", "alice");
    const block = (user: string) =>
      ask(world, "alice", {
        type: "block",
        identity: identityOf("alice"),
        user,
        username: null,
      });
    for (let i = 0; i < LIMITS.blockedUsersMax; i++) block(`${i}`);
    expect(block("one more")).toMatchObject([{ code: "forbidden" }]);
    expect(block("0")).toEqual([{ type: "done" }]);
    ask(world, "alice", {
      type: "unblock",
      identity: identityOf("alice"),
      who: { user: "0" },
    });
    expect(block("one more")).toEqual([{ type: "done" }]);
    const again = join(world, "kitchen", "alice");
    expect(again.last("welcome").blocked).toHaveLength(LIMITS.blockedUsersMax);
  });

  test("a user's block list is deleted with the claim", () => {
    const world = new World();
    const { alice, bob } = blocked(world);
    alice.send("/leave");
    world.pass(60_000);
    expect(isForgotten(world, "alice")).toBe(true);
    const next = join(world, "lobby", "alice", { as: "another" });
    bob.send("@alice psst");
    world.settle();
    expect(next.privateTexts).toEqual(["psst"]);
  });

  test("a user who loses the name to an app user loses the block list too", () => {
    const world = new World();
    blocked(world);
    const replies = ask(world, "alice", enter("office", 1, "app's", "app"));
    world.settle();
    expect(replies[0]).not.toHaveProperty("blocked");
    expect(world.directory("alice").database.tables.blocked).toEqual([]);
  });

  test("a user who blocks nobody costs no row, and each block costs one", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice", "bob", "carol");
    const { database } = world.directory("alice");
    expect(database.tables).not.toHaveProperty("blocked");
    alice.send("/block bob");
    world.settle();
    const before = database.written;
    alice.send("/block carol");
    world.settle();
    expect(database.written - before).toBe(1);
  });
});
