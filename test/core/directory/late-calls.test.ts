// Late calls: a call takes effect again after the state it compares with is gone, or the name is another's.
import { describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/shared/rpc.ts";
import type { Peer } from "../support/peer.ts";
import { identityOf, join, joinAll, userOf } from "../support/people.ts";
import { ask } from "../support/requests.ts";
import { type PendingCall, World } from "../support/world.ts";

/** A world that remembers every call, to make it once more. */
function begin(settings = {}) {
  const world = new World({
    ...{ RATE_PER_SECOND: 0, GUEST_CLAIM_SECONDS: 1, PRESENCE_GRACE_MS: 0 },
    ...settings,
  });
  const calls: PendingCall[] = [];
  world.onCall = (call) => calls.push({ ...call });
  const again = (...types: Op["type"][]) => {
    for (const call of [...calls])
      if (call.ops.some(({ type }) => types.includes(type))) world.repeat(call);
    world.settle();
  };
  return { world, again };
}

/** They go, and their claim ends. */
function end(world: World, ...peers: Peer[]): void {
  for (const peer of peers) peer.send("/leave");
  world.pass(5000);
}

function privatesOf(peer: Peer): [number, string][] {
  return peer.all("private").map(({ mail, text }) => [mail, text]);
}

describe("a private message whose call comes again", () => {
  test.each(["lobby", "kitchen"])(
    "is not shown to the next who has the name, in the %s",
    (room) => {
      const { world, again } = begin();
      const { alice } = joinAll(world, "lobby", "alice");
      const { bob } = joinAll(world, room, "bob");
      alice.send("@bob for you alone");
      world.settle();
      expect(bob.privateTexts).toEqual(["for you alone"]);
      end(world, bob);
      const next = join(world, room, "bob", { as: "another", mailSince: 0 });
      again("post");
      world.pass(60_000);
      expect(next.last("welcome").user).toBe(userOf("another"));
      expect(next.privateTexts).toEqual([]);
    },
  );

  test("is not shown to the same person twice, whose claim began anew", () => {
    const { world, again } = begin();
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    alice.send("@bob once");
    world.settle();
    end(world, bob);
    const back = join(world, "kitchen", "bob", { mailSince: 0 });
    again("post");
    expect(back.privateTexts).toEqual([]);
  });

  test("is there once although the mailbox has dropped it since", () => {
    const { world, again } = begin({ MAILBOX_MESSAGES: 2 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 1; i <= 5; i++) {
      alice.send({ type: "private", to: "bob", text: `${i}`, id: `${i}` });
      world.pass(1000);
    }
    world.crash(world.directory("bob"));
    again("post");
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["1", "2", "3", "4", "5"]);
    alice.send("@bob 6");
    world.settle();
    expect(bob.privateTexts.at(-1)).toBe("6");
  });

  test("is there once although it was dropped in the moment it was written in", () => {
    const { world, again } = begin({ MAILBOX_MESSAGES: 2 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const texts = Array.from({ length: 40 }, (_, i) => `${i}`);
    for (const text of texts.slice(0, 15)) {
      alice.send(`@bob ${text}`);
      world.settle();
    }
    expect(bob.privateTexts).toEqual(texts.slice(0, 15));
    again("post");
    expect(bob.privateTexts).toEqual(texts.slice(0, 15));
  });

  test("reaches who is in the room, however far the clock was set back", () => {
    const { world } = begin();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const { carol } = joinAll(world, "kitchen", "carol");
    world.setClockBack(3_600_000);
    for (const peer of [alice, carol]) peer.send("@bob still here?");
    world.settle();
    expect(bob.privateTexts).toEqual(["still here?", "still here?"]);
  });

  test("to one whom the room takes for another is refused", () => {
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
  /** Alice writes five to bob; her mailbox keeps the newest two. */
  function written(settings = {}) {
    const { world, again } = begin({ MAILBOX_MESSAGES: 2, ...settings });
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    const laptop = join(world, "attic", "alice");
    for (let i = 1; i <= 5; i++) {
      alice.send(`@bob ${i}`);
      world.pass(1000);
    }
    return { world, again, alice, bob, laptop };
  }
  const five = ["1", "2", "3", "4", "5"];

  test("is told once although the mailbox has dropped it since", () => {
    const { world, again, laptop } = written();
    again("copy");
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual(five);
  });

  test("is told once after crashes of both directories", () => {
    const { world, again, alice, bob, laptop } = written();
    bob.send("@alice 6");
    bob.send("@alice 7");
    world.settle();
    alice.take();
    for (const name of ["alice", "bob"]) world.crash(world.directory(name));
    again("copy");
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual([...five, "6", "7"]);
    expect(alice.privateTexts).toEqual([]);
  });

  test("is not told to a later claim of the same person", () => {
    const { world, again, alice, laptop } = written();
    end(world, alice, laptop);
    const back = join(world, "attic", "alice", { mailSince: 0 });
    again("copy");
    world.pass(60_000);
    expect(back.privateTexts).toEqual([]);
  });

  test("is told where the addressee's claim is another", () => {
    const { world, alice, bob, laptop } = written();
    end(world, bob);
    join(world, "kitchen", "bob");
    alice.send("@bob 6");
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual([...five, "6"]);
  });

  test("is told by an addressee of the first release, which has no order", () => {
    const { world, laptop } = written();
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

  test("never overtakes one ahead of it that was lost", () => {
    const { world, alice, laptop } = written();
    alice.send("@bob 6");
    alice.send("@bob 7");
    world.settle(({ ops }) => ops.some(({ type }) => type === "copy"));
    world.lose(world.pendingCall("copy"));
    world.pass(1000);
    expect(laptop.privateTexts).toEqual(five);
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual([...five, "6", "7"]);
  });

  test("costs no row while a newer one is in the mailbox, then one", () => {
    const { world, alice, bob } = written();
    const { database } = world.directory("alice");
    expect(database.tables.copied).toBeUndefined();
    for (const text of ["6", "7"]) bob.send(`@alice ${text}`);
    world.pass(1000);
    expect(alice.privateTexts).toEqual(["6", "7"]);
    expect(database.tables.copied).toMatchObject([{ source: "bob", mail: 5 }]);
    expect(database.tables.copied).toHaveLength(1);
  });

  test("leaves nothing behind once the sender's claim has ended", () => {
    const { world, alice, bob, laptop } = written();
    for (const text of ["6", "7"]) bob.send(`@alice ${text}`);
    world.settle();
    end(world, alice, laptop);
    world.pass(60_000);
    expect(world.directory("alice").database.tables).toEqual({});
  });
});

describe("what was asked for an earlier claim of the same person", () => {
  test("delivers nothing, and hides nothing of the new one's mail", () => {
    const { world, again } = begin();
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    for (let i = 1; i <= 5; i++) alice.send(`@bob old ${i}`);
    world.pass(5000);
    end(world, bob);
    const back = join(world, "kitchen", "bob", { mailSince: 0 });
    again("deliver", "had");
    expect(back.privateTexts).toEqual([]);
    alice.send("@bob new");
    world.settle();
    expect(privatesOf(back)).toEqual([[1, "new"]]);
  });

  test("marks nothing as had", () => {
    const { world, again } = begin({ GUEST_CLAIM_SECONDS: 10 });
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    alice.send("@bob old");
    world.settle();
    bob.send({ type: "received", mail: 1 });
    world.settle();
    end(world, bob);
    world.pass(20_000);
    const back = join(world, "kitchen", "bob");
    back.send("/leave");
    world.settle();
    alice.send("@bob new");
    world.settle();
    again("had");
    expect(join(world, "kitchen", "bob").privateTexts).toEqual(["new"]);
  });
});

describe("what somebody did with their name, whose call comes again", () => {
  function begun() {
    const { world, again } = begin();
    const { alice } = joinAll(world, "lobby", "alice");
    const does = (...frames: Parameters<Peer["send"]>[0][]) => {
      for (const frame of frames) {
        world.advance(1);
        alice.send(frame);
        world.settle();
      }
    };
    return { world, again, alice, does };
  }
  const [block, unblock] = [
    { type: "block", username: "bob" },
    { type: "unblock", username: "bob" },
  ] as const;

  test("does not register a name again that was given up", () => {
    const { world, again, alice, does } = begun();
    does({ type: "register" }, { type: "release" });
    world.crash(world.directory("alice"));
    again("register");
    const back = join(world, "attic", "alice");
    expect(back.last("welcome").registered).toBeUndefined();
    expect(alice.all("registered")).toHaveLength(1);
  });

  test("does not give up a name again that was registered since", () => {
    const { world, again, does } = begun();
    does({ type: "register" }, { type: "release" }, { type: "register" });
    world.crash(world.directory("alice"));
    again("release");
    const back = join(world, "attic", "alice");
    expect(back.last("welcome").registered).toBeGreaterThan(world.now);
  });

  test("does not block again whom they hear again, nor the reverse", () => {
    const { world, again, alice, does } = begun();
    const { bob } = joinAll(world, "kitchen", "bob");
    does(block, unblock);
    again("block");
    bob.send("@alice do you hear me?");
    world.settle();
    expect(alice.privateTexts).toEqual(["do you hear me?"]);
    does(block);
    again("unblock");
    bob.send("@alice and now?");
    world.settle();
    expect(alice.privateTexts).toHaveLength(1);
  });

  test("is done in any order by a room of the first release, and where a clock was set back", () => {
    const { world, alice, does } = begun();
    does({ type: "register" });
    world.setClockBack(3_600_000);
    does({ type: "release" });
    expect(alice.all("released")).toHaveLength(1);
    const identity = identityOf("alice");
    const op = { type: "register", identity, secret: identity } as const;
    expect(ask(world, "alice", op)).toEqual([{ type: "done" }]);
  });
});
