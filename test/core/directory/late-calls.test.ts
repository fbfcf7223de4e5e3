// Late call tests: a call that takes effect again, after the claim or the mail has changed, does no harm.
import { describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/shared/rpc.ts";
import type { Peer } from "../support/peer.ts";
import { identityOf, join, joinAll, userOf } from "../support/people.ts";
import { ask } from "../support/requests.ts";
import { type PendingCall, World } from "../support/world.ts";

/** A world that records each call, so that a test can repeat it. */
function begin(settings = {}) {
  const world = new World({
    ...{ RATE_PER_SECOND: 0, GUEST_CLAIM_SECONDS: 1, PRESENCE_GRACE_MS: 0 },
    ...settings,
  });
  const calls: PendingCall[] = [];
  world.onCall = (call) => calls.push({ ...call });
  const repeatCalls = (...types: Op["type"][]) => {
    for (const call of [...calls])
      if (call.ops.some(({ type }) => types.includes(type))) world.repeat(call);
    world.settle();
  };
  return { world, repeatCalls };
}

/** The user leaves, and the claim ends. */
function endClaim(world: World, ...peers: Peer[]): void {
  for (const peer of peers) peer.send("/leave");
  world.pass(5000);
}

function privatesOf(peer: Peer): [number, string][] {
  return peer.all("private").map(({ mail, text }) => [mail, text]);
}

describe("a private message whose call comes again", () => {
  test.each(["lobby", "kitchen"])(
    "a user never gets a repeated private message to an earlier holder, in the %s",
    (room) => {
      const { world, repeatCalls } = begin();
      const { alice } = joinAll(world, "lobby", "alice");
      const { bob } = joinAll(world, room, "bob");
      alice.send("@bob for you alone");
      world.settle();
      expect(bob.privateTexts).toEqual(["for you alone"]);
      endClaim(world, bob);
      const next = join(world, room, "bob", { as: "another", mailSince: 0 });
      repeatCalls("post");
      world.pass(60_000);
      expect(next.last("welcome").user).toBe(userOf("another"));
      expect(next.privateTexts).toEqual([]);
    },
  );

  test("a user with a new claim does not get a repeated private message again", () => {
    const { world, repeatCalls } = begin();
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    alice.send("@bob once");
    world.settle();
    endClaim(world, bob);
    const back = join(world, "kitchen", "bob", { mailSince: 0 });
    repeatCalls("post");
    expect(back.privateTexts).toEqual([]);
  });

  test("a user gets a private message once although the mailbox has dropped it since", () => {
    const { world, repeatCalls } = begin({ MAILBOX_MESSAGES: 2 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 1; i <= 5; i++) {
      alice.send({ type: "private", to: "bob", text: `${i}`, id: `${i}` });
      world.pass(1000);
    }
    world.crash(world.directory("bob"));
    repeatCalls("post");
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["1", "2", "3", "4", "5"]);
    alice.send("@bob 6");
    world.settle();
    expect(bob.privateTexts.at(-1)).toBe("6");
  });

  test("a user gets a private message once although it was dropped in the ms of its time", () => {
    const { world, repeatCalls } = begin({ MAILBOX_MESSAGES: 2 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const texts = Array.from({ length: 40 }, (_, i) => `${i}`);
    for (const text of texts.slice(0, 15)) {
      alice.send(`@bob ${text}`);
      world.settle();
    }
    expect(bob.privateTexts).toEqual(texts.slice(0, 15));
    repeatCalls("post");
    expect(bob.privateTexts).toEqual(texts.slice(0, 15));
  });

  test("a user in the room gets a private message, however far the clock was set back", () => {
    const { world } = begin();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const { carol } = joinAll(world, "kitchen", "carol");
    world.setClockBack(3_600_000);
    for (const peer of [alice, carol]) peer.send("@bob still here?");
    world.settle();
    expect(bob.privateTexts).toEqual(["still here?", "still here?"]);
  });

  test("a private message is refused if the room takes its user for another one", () => {
    const { world } = begin();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const [entered] = ask(world, "bob", {
      ...{ type: "enter", identity: "app's", rank: "app", username: "bob" },
      ...{ room: "attic", version: world.now },
    });
    expect(entered).toBeUndefined();
    alice.send({ type: "private", to: "bob", text: "psst", id: "1" });
    world.deliver(world.pendingCall("post"));
    world.settle();
    expect(alice.last("error")).toMatchObject({ code: "no_such_user" });
    expect(bob.privateTexts).toEqual([]);
  });
});

describe("a copy that comes again", () => {
  /** Alice sends bob five messages, and her mailbox stores the newest two. */
  function sendFive(settings = {}) {
    const { world, repeatCalls } = begin({ MAILBOX_MESSAGES: 2, ...settings });
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    const laptop = join(world, "attic", "alice");
    for (let i = 1; i <= 5; i++) {
      alice.send(`@bob ${i}`);
      world.pass(1000);
    }
    return { world, repeatCalls, alice, bob, laptop };
  }
  const five = ["1", "2", "3", "4", "5"];

  test("a user's device gets a copy once although the mailbox has dropped it since", () => {
    const { world, repeatCalls, laptop } = sendFive();
    repeatCalls("copy");
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual(five);
  });

  test("a user's device gets a copy once after crashes of both directories", () => {
    const { world, repeatCalls, alice, bob, laptop } = sendFive();
    bob.send("@alice 6");
    bob.send("@alice 7");
    world.settle();
    alice.take();
    for (const name of ["alice", "bob"]) world.crash(world.directory(name));
    repeatCalls("copy");
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual([...five, "6", "7"]);
    expect(alice.privateTexts).toEqual([]);
  });

  test("a user with a new claim does not get a copy of the old one", () => {
    const { world, repeatCalls, alice, laptop } = sendFive();
    endClaim(world, alice, laptop);
    const back = join(world, "attic", "alice", { mailSince: 0 });
    repeatCalls("copy");
    world.pass(60_000);
    expect(back.privateTexts).toEqual([]);
  });

  test("a user's device gets a copy from a new claim of the addressee", () => {
    const { world, alice, bob, laptop } = sendFive();
    endClaim(world, bob);
    join(world, "kitchen", "bob");
    alice.send("@bob 6");
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual([...five, "6"]);
  });

  test("a user's device gets copies in any order from a directory of the first release", () => {
    const { world, laptop } = sendFive();
    const copy = (id: string): Op => ({
      type: "copy",
      letter: {
        ...{ id, identity: identityOf("alice"), username: "alice" },
        ...{ to: "bob", text: id, at: world.now },
      },
      origin: "elsewhere",
    });
    ask(world, "alice", copy("old-2"), copy("old-1"), copy("old-2"));
    world.settle();
    expect(laptop.privateTexts).toEqual([...five, "old-2", "old-1"]);
  });

  test("a user's device gets a copy after the earlier one that was lost", () => {
    const { world, alice, laptop } = sendFive();
    alice.send("@bob 6");
    alice.send("@bob 7");
    world.settle(({ ops }) => ops.some(({ type }) => type === "copy"));
    world.lose(world.pendingCall("copy"));
    world.pass(1000);
    expect(laptop.privateTexts).toEqual(five);
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual([...five, "6", "7"]);
  });

  test("a user's dropped copy costs a row only if it is the newest of its addressee", () => {
    const { world, alice, bob } = sendFive();
    const { database } = world.directory("alice");
    expect(database.tables.copied).toBeUndefined();
    for (const text of ["6", "7"]) bob.send(`@alice ${text}`);
    world.pass(1000);
    expect(alice.privateTexts).toEqual(["6", "7"]);
    expect(database.tables.copied).toMatchObject([{ source: "bob", mail: 5 }]);
    expect(database.tables.copied).toHaveLength(1);
  });

  test("a user's copy marks are deleted with the claim", () => {
    const { world, alice, bob, laptop } = sendFive();
    for (const text of ["6", "7"]) bob.send(`@alice ${text}`);
    world.settle();
    endClaim(world, alice, laptop);
    world.pass(60_000);
    expect(world.directory("alice").database.tables).toEqual({});
  });
});

describe("a call for an earlier claim of the same user", () => {
  test("a user with a new claim gets all new mail after a late delivery of the old one", () => {
    const { world, repeatCalls } = begin();
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    for (let i = 1; i <= 5; i++) alice.send(`@bob old ${i}`);
    world.pass(5000);
    endClaim(world, bob);
    const back = join(world, "kitchen", "bob", { mailSince: 0 });
    repeatCalls("deliver", "had");
    expect(back.privateTexts).toEqual([]);
    alice.send("@bob new");
    world.settle();
    expect(privatesOf(back)).toEqual([[1, "new"]]);
  });

  test("a user's new mail is not marked as received by a late call of the old claim", () => {
    const { world, repeatCalls } = begin({ GUEST_CLAIM_SECONDS: 10 });
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    alice.send("@bob old");
    world.settle();
    bob.send({ type: "received", mail: 1 });
    world.settle();
    endClaim(world, bob);
    world.pass(20_000);
    const back = join(world, "kitchen", "bob");
    back.send("/leave");
    world.settle();
    alice.send("@bob new");
    world.settle();
    repeatCalls("had");
    expect(join(world, "kitchen", "bob").privateTexts).toEqual(["new"]);
  });
});

describe("an account command whose call comes again", () => {
  function beginWithCommands() {
    const { world, repeatCalls } = begin();
    const { alice } = joinAll(world, "lobby", "alice");
    const sendCommand = (...frames: Parameters<Peer["send"]>[0][]) => {
      for (const frame of frames) {
        world.advance(1);
        alice.send(frame);
        world.settle();
      }
    };
    return { world, repeatCalls, alice, sendCommand };
  }
  const [block, unblock] = [
    { type: "block", username: "bob" },
    { type: "unblock", username: "bob" },
  ] as const;

  test("a user's late `register` does not register a name that was released since", () => {
    const { world, repeatCalls, alice, sendCommand } = beginWithCommands();
    sendCommand({ type: "register" }, { type: "release" });
    world.crash(world.directory("alice"));
    repeatCalls("register");
    const back = join(world, "attic", "alice");
    expect(back.last("welcome").registered).toBeUndefined();
    expect(alice.all("registered")).toHaveLength(1);
  });

  test("a user's late `release` does not release a name that was registered since", () => {
    const { world, repeatCalls, sendCommand } = beginWithCommands();
    sendCommand(
      { type: "register" },
      { type: "release" },
      { type: "register" },
    );
    world.crash(world.directory("alice"));
    repeatCalls("release");
    const back = join(world, "attic", "alice");
    expect(back.last("welcome").registered).toBeGreaterThan(world.now);
  });

  test("a user's late `block` or `unblock` does not undo a newer command", () => {
    const { world, repeatCalls, alice, sendCommand } = beginWithCommands();
    const { bob } = joinAll(world, "kitchen", "bob");
    sendCommand(block, unblock);
    repeatCalls("block");
    bob.send("@alice do you hear me?");
    world.settle();
    expect(alice.privateTexts).toEqual(["do you hear me?"]);
    sendCommand(block);
    repeatCalls("unblock");
    bob.send("@alice and now?");
    world.settle();
    expect(alice.privateTexts).toHaveLength(1);
  });

  test("a user's commands are done in any order from a room of the first release, or after a clock was set back", () => {
    const { world, alice, sendCommand } = beginWithCommands();
    sendCommand({ type: "register" });
    world.setClockBack(3_600_000);
    sendCommand({ type: "release" });
    expect(alice.all("released")).toHaveLength(1);
    const identity = identityOf("alice");
    const op = { type: "register", identity, secret: identity } as const;
    expect(ask(world, "alice", op)).toEqual([{ type: "done" }]);
  });
});
