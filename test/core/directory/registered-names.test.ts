// Registered name tests: a user registers or releases a name, and the name stays reserved for the time that the user was told.
import { describe, expect, test } from "vitest";
import {
  identityOf,
  join,
  joinAll,
  startJoin,
  userOf,
} from "../support/people.ts";
import { ask, isForgotten, outcome } from "../support/requests.ts";
import { World } from "../support/world.ts";

const DAY = 24 * 3_600_000;

/** The answer to another user who asks for the name. */
function tryToTake(world: World, username: string, as = "mallory") {
  const peer = startJoin(world, "cellar", username, { as });
  world.settle();
  return peer;
}

describe("a user who registers a name", () => {
  test("a user who registers a name is told on all connections how long it lasts", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const phone = join(world, "kitchen", "alice");
    const text = join(world, "attic", "alice", { query: { text: true } });
    phone.take();
    text.takeLines();
    alice.send("/register");
    world.settle();
    const until = world.now + 365 * DAY;
    const told = { type: "registered", username: "alice", until };
    expect(alice.take()).toEqual([told]);
    expect(phone.take()).toEqual([told]);
    expect(text.takeLines()).toEqual(["* alice is yours until 2026-06-15"]);
  });

  test("a user with a registered name is told so in each welcome, and may register again", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send({ type: "register" });
    alice.send({ type: "register" });
    world.settle();
    expect(alice.all("registered")).toHaveLength(2);
    const again = join(world, "kitchen", "alice");
    expect(again.last("welcome").registered).toBe(world.now + 365 * DAY);
    const bob = join(world, "lobby", "bob");
    expect(bob.last("welcome")).not.toHaveProperty("registered");
  });

  test("a user keeps a registered name and its mail for NAME_DAYS after the last leave", () => {
    const world = new World({ NAME_DAYS: 10 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send("/register");
    alice.send("/leave");
    world.settle();
    bob.send("@alice psst");
    world.pass(9 * DAY);
    expect(outcome(tryToTake(world, "alice"))).toBe("username_taken");
    const back = join(world, "lobby", "alice");
    expect(back.privateTexts).toEqual(["psst"]);
    back.send("/leave");
    world.pass(10 * DAY - 1);
    expect(outcome(tryToTake(world, "alice"))).toBe("username_taken");
    world.pass(1);
    expect(isForgotten(world, "alice")).toBe(true);
    const next = tryToTake(world, "alice");
    expect(outcome(next)).toBe("welcome");
    expect(next.privateTexts).toEqual([]);
  });

  test("a user keeps a registered name after the rooms were killed and nobody asked for it", () => {
    const world = new World({ NAME_DAYS: 10 });
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/register");
    world.settle();
    world.crash(world.room("lobby"));
    world.crash(world.directory("alice"));
    world.pass(365 * DAY);
    expect(outcome(tryToTake(world, "alice"))).toBe("username_taken");
    // The directory knows from now on that the user is gone.
    world.pass(10 * DAY);
    expect(outcome(tryToTake(world, "alice"))).toBe("welcome");
  });

  test("a user who asks for a registered name is not told when it is free", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/register");
    world.settle();
    for (const leave of [false, true]) {
      if (leave) alice.send("/leave");
      world.settle();
      const refusal = tryToTake(world, "ALICE").last("error");
      expect(refusal).toMatchObject({ code: "username_taken" });
      expect(refusal).not.toHaveProperty("retryAfter");
      world.pass(2000);
    }
  });

  test("a user who registers a name costs one row, and a later join no further one", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const { database } = world.directory("alice");
    const before = database.written;
    alice.send("/register");
    world.settle();
    expect(database.written - before).toBe(1);
    join(world, "kitchen", "alice");
    expect(database.written - before).toBe(2);
  });

  test("a user whose `register` call is lost is told that it may have taken effect", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/register");
    const call = world.pendingCall("register");
    world.deliver(call);
    world.lose(call);
    world.settle();
    expect(alice.take()).toMatchObject([
      { type: "error", code: "unavailable" },
      { type: "registered" },
    ]);
  });

  test("a user whose room restarts is told by the retry that the name is registered", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/register");
    world.deliver(world.pendingCall("register"));
    world.lose(world.pendingCall("notice"));
    world.settle();
    expect(alice.take()).toEqual([]);
    world.pass(1000);
    expect(alice.take()).toMatchObject([{ type: "registered" }]);
  });

  test("a room that never answers is told of a registration only a few times", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/register");
    world.deliver(world.pendingCall("register"));
    world.settle(({ ops }) => ops.some(({ type }) => type === "notice"));
    for (let tries = 0; tries < 5; tries++) {
      world.lose(world.pendingCall("notice"));
      world.advance(60_000);
    }
    expect(world.pendingCalls).toEqual([]);
    expect(alice.all("registered")).toEqual([]);
    const phone = join(world, "kitchen", "alice");
    expect(phone.last("welcome")).toHaveProperty("registered");
  });

  test("a user cannot register a name if the setting is off, unless it is registered", () => {
    const world = new World({ REGISTRATION: "off" });
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/register");
    world.settle();
    expect(alice.take()).toMatchObject([{ type: "error", code: "forbidden" }]);
  });

  test("a user cannot register a name that another user has by now", () => {
    const world = new World();
    const [reply] = ask(world, "alice", {
      type: "register",
      identity: identityOf("alice"),
      secret: identityOf("alice"),
    });
    expect(reply).toMatchObject({ type: "refused", code: "forbidden" });
    expect(isForgotten(world, "alice")).toBe(true);
  });
});

describe("a user who releases a name", () => {
  /** Alice is in the lobby, and releases her registered name. */
  function released(world: World) {
    const people = joinAll(world, "lobby", "alice", "bob");
    people.alice.send("/register");
    people.alice.send("/release");
    world.settle();
    return people;
  }

  test("a user who releases a name is told how long it rests", () => {
    const world = new World();
    const { alice } = released(world);
    expect(alice.last("released")).toEqual({
      type: "released",
      username: "alice",
      restsUntil: world.now + 30 * DAY,
    });
  });

  test("a user who releases a name is a guest, whose mail is deleted with the claim", () => {
    const world = new World();
    const { alice, bob } = released(world);
    bob.send("@alice psst");
    alice.send("/leave");
    world.pass(60_000);
    expect(world.directory("alice").database.tables.mail).toEqual([]);
    bob.send({ type: "private", to: "alice", text: "there?", id: "1" });
    world.settle();
    expect(bob.last("error")).toMatchObject({ code: "no_such_user", id: "1" });
  });

  test("a released name is free for other users only after its rest", () => {
    const world = new World();
    const { alice } = released(world);
    alice.send("/leave");
    for (const wait of [0, 60_000, 29 * DAY]) {
      world.pass(wait);
      const refusal = tryToTake(world, "alice").last("error");
      expect(refusal).toMatchObject({ code: "username_taken" });
      expect(refusal).not.toHaveProperty("retryAfter");
    }
    world.crash(world.directory("alice"));
    world.pass(DAY);
    expect(isForgotten(world, "alice")).toBe(true);
    expect(outcome(tryToTake(world, "alice"))).toBe("welcome");
  });

  test("a user gets the own released name back as a guest without mail, and may register it", () => {
    const world = new World();
    const { alice, bob } = released(world);
    bob.send("@alice psst");
    alice.send("/leave");
    world.pass(DAY);
    world.hibernate(world.directory("alice"));
    const back = join(world, "lobby", "alice");
    expect(back.privateTexts).toEqual([]);
    expect(back.last("welcome")).not.toHaveProperty("registered");
    back.send("/leave");
    world.pass(DAY);
    // The rest still ends at the same time.
    expect(outcome(tryToTake(world, "alice"))).toBe("username_taken");
    const again = join(world, "lobby", "alice");
    again.send("/register");
    again.send("/leave");
    world.pass(200 * DAY);
    expect(outcome(tryToTake(world, "alice"))).toBe("username_taken");
  });

  test("a released name does not rest if the setting is 0 days", () => {
    const world = new World({ NAME_REST_DAYS: 0 });
    const { alice } = released(world);
    alice.send("/leave");
    world.pass(60_000);
    expect(isForgotten(world, "alice")).toBe(true);
  });

  test("a user cannot release a name that is not registered", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send("/release");
    world.settle();
    expect(alice.last("error").code).toBe("forbidden");
  });
});

test("a guest cannot have a reserved name, or one that looks like it", () => {
  const world = new World({ RESERVED_NAMES: ["admin", "李雷"] });
  for (const name of ["admin", "ADMIN", "аdmin", "adm1n", "李雷"]) {
    const peer = startJoin(world, "lobby", name);
    expect(peer.take()).toMatchObject([{ type: "error", code: "forbidden" }]);
    expect(peer.closed).toBeNull();
  }
  const byUrl = world.open("lobby", { username: "Admin" });
  expect(byUrl.closed).toBe("refused");
  expect(world.pendingCalls).toEqual([]);
  expect(outcome(join(world, "lobby", "李蕾"))).toBe("welcome");
});

describe("a name that looks like a reserved one", () => {
  const RESERVED_NAMES = ["edge-chat", "admin", "Trust_Safety"];
  const lookAlikes = [
    "edge_chat",
    "edgechat",
    "EdgeChat",
    "edge.chat",
    "e-d-g-e-c-h-a-t",
    "edge--chat",
    "еdge_сhat",
    "édgechat",
    "a.d.m.i.n",
    "adm1n_",
    "ádmin",
    "trustsafety",
    "trust-safety",
  ];

  test.for(lookAlikes)("a guest cannot have the name %s", (name) => {
    const world = new World({ RESERVED_NAMES });
    const peer = startJoin(world, "lobby", name);
    world.settle();
    expect(peer.last("error")).toMatchObject({
      code: "forbidden",
      message: "The name is reserved.",
    });
    world.pass(120_000);
    expect(world.directory(name).alarm).toBeNull();
  });

  test.for(["admin2", "2admin", "edge-chats", "edge", "administer", "edgecat"])(
    "%s is another name",
    (name) => {
      const world = new World({ RESERVED_NAMES });
      expect(outcome(join(world, "lobby", name))).toBe("welcome");
    },
  );

  test("a user keeps a reserved name that was registered before, and no other user gets it", () => {
    const world = new World({ RESERVED_NAMES: [] });
    const owner = join(world, "lobby", "edge_chat", { as: "owner" });
    owner.send("/register");
    world.settle();
    owner.close();
    Object.assign(world.settings, { RESERVED_NAMES });
    world.crash(world.directory("edge_chat"));
    world.crash(world.room("lobby"));
    world.pass(3_600_000);
    const back = join(world, "lobby", "edge_chat", { as: "owner" });
    expect(outcome(back)).toBe("welcome");
    const other = startJoin(world, "lobby", "edge_chat", { as: "other" });
    world.settle();
    expect(outcome(other)).toBe("username_taken");
  });
});

test("a user with a registered name has the same public id in each room", () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  alice.send("/register");
  world.settle();
  const other = join(world, "kitchen", "ALICE", { as: "alice" });
  expect(other.last("welcome")).toMatchObject({
    user: userOf("alice"),
    username: "alice",
  });
});
