// Who wins a name: a user of the app goes before a guest, and every room of the guest's hears of it.
import { describe, expect, test } from "vitest";
import type { Post } from "../../../src/core/shared/rpc.ts";
import {
  identityOf,
  join,
  joinAll,
  sendPrivateToBob,
  startJoin,
  userOf,
} from "../support/people.ts";
import { ask, enter, leave, outcome } from "../support/requests.ts";
import { type PendingCall, World } from "../support/world.ts";

/** A user of the app comes into that room under that name. */
function takeOver(world: World, username: string, room = "office") {
  const replies = ask(world, username, enter(room, 1, "the app's", "app"));
  return replies;
}

function isEvict({ ops }: PendingCall): boolean {
  return ops.some(({ type }) => type === "evict");
}

describe("a user of the app who wants a guest's name", () => {
  test("has it; the guest is sent away in every room", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const phone = join(world, "kitchen", "alice");
    const replies = takeOver(world, "alice");
    world.settle();
    expect(replies).toMatchObject([{ type: "entered", head: 0, mail: [] }]);
    expect([alice, phone].map(({ closed }) => closed)).toEqual([
      ...["reclaimed", "reclaimed"],
    ]);
    expect(bob.closed).toBeNull();
    expect(bob.take()).toMatchObject([{ type: "left", user: userOf("alice") }]);
  });

  test("is let in when the rooms have been told, not before", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const replies = takeOver(world, "alice");
    expect(replies).toEqual([]);
    expect(alice.closed).toBeNull();
    world.settle();
    expect(replies).toHaveLength(1);
  });

  test("in the very room where the guest is", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const replies = takeOver(world, "alice", "lobby");
    world.settle();
    expect(replies).toMatchObject([{ type: "entered" }]);
    expect(alice.closed).toBe("reclaimed");
  });

  test("gets none of the guest's mail, nor does the guest again", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "alice", "bob");
    bob.send("@alice psst");
    world.settle();
    const replies = takeOver(world, "alice");
    world.settle();
    expect(replies).toMatchObject([{ mail: [], head: 0 }]);
    expect(world.directory("alice").database.tables.mail).toEqual([]);
  });

  test("has it while the guest is away, and from then on", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/leave");
    world.settle();
    expect(takeOver(world, "alice")).toMatchObject([{ type: "entered" }]);
    const back = startJoin(world, "lobby", "alice");
    world.settle();
    expect(outcome(back)).toBe("username_taken");
    expect(back.last("error")).not.toHaveProperty("retryAfter");
  });

  test("keeps it long after they went", () => {
    const world = new World({ NAME_DAYS: 2 });
    takeOver(world, "alice");
    ask(world, "alice", leave("office", 1, "the app's"));
    world.pass(47 * 3_600_000);
    const early = startJoin(world, "lobby", "alice");
    world.settle();
    expect(outcome(early)).toBe("username_taken");
    world.pass(3_600_000);
    expect(outcome(join(world, "lobby", "alice"))).toBe("welcome");
  });

  test("loses it to no other user of the app", () => {
    const world = new World();
    takeOver(world, "alice");
    const [reply] = ask(world, "ALICE", enter("x", 1, "another", "app"));
    expect(reply).toEqual({ type: "refused", code: "username_taken" });
  });

  test("is not to be had by a secret whose hash were the same", () => {
    const world = new World();
    takeOver(world, "alice");
    const replies = ask(world, "alice", enter("x", 1, "the app's", "guest"));
    world.settle();
    expect(replies).toMatchObject([{ code: "username_taken" }]);
  });
});

describe("a guest who lost the name", () => {
  test("and was just let in, but has not heard so, is not let in", () => {
    const world = new World();
    const alice = startJoin(world, "lobby", "alice");
    world.deliver(world.pendingCall("enter"));
    const granted = world.pendingCall("enter");
    takeOver(world, "alice");
    world.settle((call) => call === granted);
    world.settle();
    expect(alice.all("welcome")).toEqual([]);
    expect(outcome(alice)).toBe("username_taken");
    expect(alice.closed).toBe("reclaimed");
    expect(world.askRoom("lobby", { type: "info" })).toMatchObject({
      count: 0,
    });
  });

  test("is sent away once, however often the room is told", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    takeOver(world, "alice");
    const evict = world.pendingCalls.find(isEvict);
    if (evict === undefined) throw new Error("Nobody is told.");
    world.deliver(evict);
    world.lose(evict);
    world.pass(60_000);
    expect(alice.closed).toBe("reclaimed");
    expect(bob.all("left")).toHaveLength(1);
  });

  test("but got it back meanwhile is not sent away by a late word", () => {
    const world = new World({ NAME_DAYS: 1 });
    joinAll(world, "lobby", "alice");
    takeOver(world, "alice");
    const evict = world.pendingCalls.find(isEvict);
    if (evict === undefined) throw new Error("Nobody is told.");
    const op = evict.ops[0];
    if (op?.type !== "evict") throw new Error("unreachable");
    world.settle();
    ask(world, "alice", leave("office", 1, "the app's"));
    world.pass(25 * 3_600_000);
    const back = join(world, "lobby", "alice");
    world.room("lobby").ask([op], () => undefined);
    expect(back.closed).toBeNull();
    const again = startJoin(world, "lobby", "alice", { device: "phone" });
    world.room("lobby").ask([op], () => undefined);
    world.settle();
    expect(outcome(again)).toBe("welcome");
  });

  test("is sent away in the end by a room that did not answer", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const replies = takeOver(world, "alice");
    const evict = world.pendingCalls.find(isEvict);
    if (evict === undefined) throw new Error("Nobody is told.");
    world.lose(evict);
    expect(replies, "not kept waiting by it").toHaveLength(1);
    expect(alice.closed).toBeNull();
    world.pass(1000);
    expect(alice.closed).toBe("reclaimed");
  });

  test("is sent away even if the directory was killed meanwhile", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    takeOver(world, "alice");
    world.crash(world.directory("alice"));
    expect(alice.closed).toBeNull();
    world.pass(60_000);
    expect(alice.closed).toBe("reclaimed");
    const { claim } = world.directory("alice").database.tables;
    expect(claim).toMatchObject([{ standing: '{"rank":"app"}' }]);
  });

  test("and whose room slept is sent away when it wakes", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    world.hibernate(world.room("lobby"));
    takeOver(world, "alice");
    world.settle();
    expect(alice.closed).toBe("reclaimed");
  });

  test("leaves late: that is not the new holder's leave", () => {
    const world = new World();
    takeOver(world, "alice");
    const late = leave("office", Number.MAX_SAFE_INTEGER, identityOf("alice"));
    ask(world, "alice", late);
    expect(world.directory("alice").alarm).toBeNull();
  });

  test("has a letter under way, acked to the sender as it was", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send("@bob psst");
    const post = world.pendingCall("post");
    takeOver(world, "alice");
    world.settle((call) => call === post);
    world.settle();
    expect(bob.privateTexts).toEqual(["psst"]);
    // The copy for its sender finds another holder, who gets nothing.
    expect(world.directory("alice").database.tables.mail).toEqual([]);
  });
});

test("what is sent again to the name's next holder is not theirs", () => {
  const world = new World();
  const { alice: writer } = joinAll(world, "lobby", "alice", "bob");
  sendPrivateToBob(world, writer, "for the guest");
  ask(world, "bob", enter("office", 1, "the app's", "app"));
  world.settle();
  const letter = {
    id: "again",
    clientId: "1",
    identity: identityOf("alice"),
    username: "alice",
    to: "bob",
    text: "for the guest",
    at: world.now,
  };
  const post: Post = {
    type: "post",
    letter,
    toUser: userOf("bob"),
    fromKey: "allce",
    origin: "x",
  };
  expect(ask(world, "bob", post)).toEqual([
    { type: "refused", code: "no_such_user" },
  ]);
});
