// Rank tests: an app user gets a guest's name, and the guest is disconnected in each room.
import { describe, expect, test } from "vitest";
import type { Post } from "../../../src/core/shared/directory-requests.ts";
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

/** An app user joins the room under the name. */
function joinAsAppUser(world: World, username: string, room = "office") {
  const replies = ask(world, username, enter(room, 1, "the app's", "app"));
  return replies;
}

function isEvict({ ops }: PendingCall): boolean {
  return ops.some(({ type }) => type === "evict");
}

describe("an app user who asks for a guest's name", () => {
  test("an app user gets a guest's name, and the guest is disconnected in each room", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const phone = join(world, "kitchen", "alice");
    const replies = joinAsAppUser(world, "alice");
    world.settle();
    expect(replies).toMatchObject([{ type: "entered", head: 0, mail: [] }]);
    expect([alice, phone].map(({ closed }) => closed)).toEqual([
      ...["reclaimed", "reclaimed"],
    ]);
    expect(bob.closed).toBeNull();
    expect(bob.take()).toMatchObject([{ type: "left", user: userOf("alice") }]);
  });

  test("an app user joins after the guest's rooms were told, and not before", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const replies = joinAsAppUser(world, "alice");
    expect(replies).toEqual([]);
    expect(alice.closed).toBeNull();
    world.settle();
    expect(replies).toHaveLength(1);
  });

  test("an app user gets a guest's name in the guest's own room", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const replies = joinAsAppUser(world, "alice", "lobby");
    world.settle();
    expect(replies).toMatchObject([{ type: "entered" }]);
    expect(alice.closed).toBe("reclaimed");
  });

  test("an app user does not get the guest's mail, and neither does the guest later", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "alice", "bob");
    bob.send("@alice psst");
    world.settle();
    const replies = joinAsAppUser(world, "alice");
    world.settle();
    expect(replies).toMatchObject([{ mail: [], head: 0 }]);
    const { mail = [] } = world.directory("alice").database.tables;
    expect(mail).toEqual([]);
  });

  test("an app user gets the name of a guest who is away, and keeps it", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/leave");
    world.settle();
    expect(joinAsAppUser(world, "alice")).toMatchObject([{ type: "entered" }]);
    const back = startJoin(world, "lobby", "alice");
    world.settle();
    expect(outcome(back)).toBe("username_taken");
    expect(back.last("error")).not.toHaveProperty("retryAfter");
  });

  test("an app user keeps the name long after the last leave", () => {
    const world = new World({ NAME_DAYS: 2 });
    joinAsAppUser(world, "alice");
    ask(world, "alice", leave("office", 1, "the app's"));
    world.pass(47 * 3_600_000);
    const early = startJoin(world, "lobby", "alice");
    world.settle();
    expect(outcome(early)).toBe("username_taken");
    world.pass(3_600_000);
    expect(outcome(join(world, "lobby", "alice"))).toBe("welcome");
  });

  test("an app user does not lose the name to another app user", () => {
    const world = new World();
    joinAsAppUser(world, "alice");
    const [reply] = ask(world, "ALICE", enter("x", 1, "another", "app"));
    expect(reply).toEqual({ type: "refused", code: "username_taken" });
  });

  test("an app user's name cannot be opened by a secret with the same hash", () => {
    const world = new World();
    joinAsAppUser(world, "alice");
    const replies = ask(world, "alice", enter("x", 1, "the app's", "guest"));
    world.settle();
    expect(replies).toMatchObject([{ code: "username_taken" }]);
  });
});

describe("a guest who lost the name", () => {
  test("a guest who loses the name during the join does not join", () => {
    const world = new World();
    const alice = startJoin(world, "lobby", "alice");
    world.deliver(world.pendingCall("enter"));
    const granted = world.pendingCall("enter");
    joinAsAppUser(world, "alice");
    world.settle((call) => call === granted);
    world.settle();
    expect(alice.all("welcome")).toEqual([]);
    expect(outcome(alice)).toBe("username_taken");
    expect(alice.closed).toBe("reclaimed");
    expect(world.askRoom("lobby", { type: "info" })).toMatchObject({
      count: 0,
    });
  });

  test("a guest who lost the name is disconnected once, however often the room is told", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    joinAsAppUser(world, "alice");
    const evict = world.pendingCalls.find(isEvict);
    if (evict === undefined) throw new Error("Nobody is told.");
    world.deliver(evict);
    world.lose(evict);
    world.pass(60_000);
    expect(alice.closed).toBe("reclaimed");
    expect(bob.all("left")).toHaveLength(1);
  });

  test("a guest who got the name back is not disconnected by a late eviction", () => {
    const world = new World({ NAME_DAYS: 1 });
    joinAll(world, "lobby", "alice");
    joinAsAppUser(world, "alice");
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

  test("a guest who lost the name is disconnected by a retry if the room did not answer", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const replies = joinAsAppUser(world, "alice");
    const evict = world.pendingCalls.find(isEvict);
    if (evict === undefined) throw new Error("Nobody is told.");
    world.lose(evict);
    expect(replies, "not kept waiting by it").toHaveLength(1);
    expect(alice.closed).toBeNull();
    world.pass(1000);
    expect(alice.closed).toBe("reclaimed");
  });

  test("a guest who lost the name is disconnected although the directory was killed", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    joinAsAppUser(world, "alice");
    world.crash(world.directory("alice"));
    expect(alice.closed).toBeNull();
    world.pass(60_000);
    expect(alice.closed).toBe("reclaimed");
    const { claim } = world.directory("alice").database.tables;
    expect(claim).toMatchObject([{ standing: '{"rank":"app"}' }]);
  });

  test("a guest who lost the name is disconnected although the room slept", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    world.hibernate(world.room("lobby"));
    joinAsAppUser(world, "alice");
    world.settle();
    expect(alice.closed).toBe("reclaimed");
  });

  test("a guest's late leave does not end the new holder's claim", () => {
    const world = new World();
    joinAsAppUser(world, "alice");
    const late = leave("office", Number.MAX_SAFE_INTEGER, identityOf("alice"));
    ask(world, "alice", late);
    expect(world.directory("alice").alarm).toBeNull();
  });

  test("a sender gets the ack for a private message to a guest who loses the name", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send("@bob psst");
    const post = world.pendingCall("post");
    joinAsAppUser(world, "alice");
    world.settle((call) => call === post);
    world.settle();
    expect(bob.privateTexts).toEqual(["psst"]);
    // The copy for its sender finds another holder of that name, who does not
    // get it.
    const { mail = [] } = world.directory("alice").database.tables;
    expect(mail).toEqual([]);
  });
});

test("a user does not get a private message that is repeated to the name's next holder", () => {
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
