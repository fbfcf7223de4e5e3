// Sender copy tests: a copy of a user's private message reaches the own mailbox and other connections once, also by retries.
import { describe, expect, test } from "vitest";
import type { Peer } from "../support/peer.ts";
import { join, joinAll, startJoin } from "../support/people.ts";
import { type PendingCall, World } from "../support/world.ts";

function begin() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice } = joinAll(world, "lobby", "alice");
  const { bob } = joinAll(world, "kitchen", "bob");
  const laptop = join(world, "attic", "alice");
  laptop.take();
  return { world, alice, bob, laptop };
}

describe("a sender's copy", () => {
  test("a sender's other connections get a copy, and the one that sent the message does not", () => {
    const { world, alice, laptop } = begin();
    const beside = join(world, "lobby", "alice");
    alice.send({ type: "private", to: "bob", text: "psst", id: "1" });
    world.settle();
    const copy = { username: "alice", to: "bob", clientId: "1" };
    expect(laptop.all("private")).toMatchObject([copy]);
    expect(beside.all("private")).toMatchObject([copy]);
    expect(alice.all("private")).toEqual([]);
    const ack = alice.last("ack");
    expect("private" in ack && ack.private).toBe(laptop.last("private").id);
  });

  test("a sender's later devices get the copies in order", () => {
    const { world, alice } = begin();
    for (const text of ["one", "two"]) alice.send(`@bob ${text}`);
    world.pass(1000);
    const phone = join(world, "attic", "alice", { mailSince: 0 });
    expect(phone.privateTexts).toEqual(["one", "two"]);
    const [first, second] = phone.all("private");
    expect(second?.mail).toBe((first?.mail ?? 0) + 1);
  });

  test("a sender's device gets a copy if it joins before the copy is stored", () => {
    const { world, alice } = begin();
    for (const text of ["one", "two"]) alice.send(`@bob ${text}`);
    const phone = join(world, "attic", "alice", { mailSince: 0 });
    expect(phone.privateTexts).toEqual(["one"]);
    world.pass(1000);
    expect(phone.privateTexts).toEqual(["one", "two"]);
  });

  test("a sender's copy is sent at once, and many copies by few calls", () => {
    const { world, alice, laptop } = begin();
    const calls = new Set<PendingCall>();
    const settle = () =>
      world.settle((call) => {
        if (call.ops[0]?.type === "copy") calls.add(call);
        return false;
      });
    for (let i = 1; i <= 20; i++) {
      alice.send(`@bob ${i}`);
      settle();
      if (i === 1) expect(laptop.privateTexts).toEqual(["1"]);
    }
    world.advance(1000);
    settle();
    expect(laptop.privateTexts).toEqual(
      Array.from({ length: 20 }, (_, i) => String(i + 1)),
    );
    expect(calls.size).toBe(2);
  });

  test("a sender's other connection in the room gets many copies within the flush ceiling", () => {
    const { world, alice } = begin();
    const beside = join(world, "lobby", "alice");
    const texts = ["one", "two", "three"];
    for (const text of texts) alice.send(`@bob ${text}`);
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(beside.privateTexts).toEqual(texts);
  });

  test("a sender gets copies although the addressee's claim ends at once", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    for (const text of ["one", "two"]) alice.send(`@bob ${text}`);
    world.settle();
    bob.send("/leave");
    world.pass(1000);
    expect(world.directory("bob").database.tables).toEqual({});
    const phone = join(world, "attic", "alice", { mailSince: 0 });
    expect(phone.privateTexts).toEqual(["one", "two"]);
  });

  test.each([
    ["free", false],
    ["another user's", true],
  ])(
    "a sender gets a lost copy although the addressee's name is %s by then",
    (_, isAgain) => {
      const world = new World({ GUEST_CLAIM_SECONDS: 0 });
      const { alice } = joinAll(world, "lobby", "alice");
      const { bob } = joinAll(world, "kitchen", "bob");
      alice.send("@bob psst");
      world.deliver(world.pendingCall("post"));
      world.lose(world.pendingCall("copy"));
      world.settle();
      bob.send("/leave");
      world.pass(1000);
      if (isAgain) {
        const other = world.open("attic", { username: "bob" });
        world.settle();
        expect(other.all("welcome")).toHaveLength(1);
        alice.send("@bob hello");
      }
      world.pass(60_000);
      const phone = join(world, "attic", "alice", { mailSince: 0 });
      expect(phone.privateTexts.toSorted()).toEqual(
        isAgain ? ["hello", "psst"] : ["psst"],
      );
      if (!isAgain) expect(world.directory("bob").database.tables).toEqual({});
    },
  );

  test("a sender who left before the copy arrived gets it later", () => {
    const { world, alice, laptop } = begin();
    alice.send("@bob psst");
    for (const peer of [alice, laptop]) peer.close();
    world.pass(10_000);
    const phone = join(world, "lobby", "alice", { mailSince: 0 });
    expect(phone.privateTexts).toEqual(["psst"]);
  });

  test("a user never gets copies of an earlier holder of the name", () => {
    const world = new World({ GUEST_CLAIM_SECONDS: 0 });
    const { alice } = joinAll(world, "lobby", "alice");
    joinAll(world, "kitchen", "bob");
    alice.send("@bob psst");
    world.deliver(world.pendingCall("post"));
    const copying = world.pendingCall("copy");
    alice.send("/leave");
    world.settle((call) => call === copying);
    world.advance(0);
    const other = world.open("lobby", { username: "alice" });
    world.settle();
    expect(other.last("welcome").username).toBe("alice");
    const { token = "" } = other.last("welcome");
    const late = world.open("attic");
    late.send({ type: "join", username: "alice", token, mailSince: 0 });
    world.settle();
    expect([...other.privateTexts, ...late.privateTexts]).toEqual([]);
  });
});

describe("a lost copy", () => {
  test.each([
    ["did not arrive", false],
    ["arrived without an answer", true],
  ])("a sender gets a copy once if the call %s", (_, isHeard) => {
    const { world, alice, laptop } = begin();
    alice.send("@bob psst");
    world.deliver(world.pendingCall("post"));
    const call = world.pendingCall("copy");
    if (isHeard) world.deliver(call);
    world.lose(call);
    world.settle();
    expect(alice.all("ack")).toHaveLength(1);
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual(["psst"]);
    const phone = join(world, "lobby", "alice", { mailSince: 0 });
    expect(phone.privateTexts).toEqual(["psst"]);
  });

  test("a sender's copy is retried until it has arrived", () => {
    const { world, alice, laptop } = begin();
    alice.send("@bob psst");
    world.deliver(world.pendingCall("post"));
    for (let i = 0; i < 5; i++) {
      world.lose(world.pendingCall("copy"));
      world.settle();
      const { alarm } = world.directory("bob");
      world.advance((alarm ?? 0) - world.now);
    }
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual(["psst"]);
    expect(world.directory("bob").alarm).toBeNull();
  });

  test.each(["crash", "hibernate"] as const)(
    "a sender's lost copy is sent again after a %s of the addressee's directory",
    (how) => {
      const { world, alice, laptop } = begin();
      alice.send("@bob psst");
      world.deliver(world.pendingCall("post"));
      world.lose(world.pendingCall("copy"));
      world.settle();
      expect(laptop.privateTexts).toEqual([]);
      world[how](world.directory("bob"));
      world.pass(60_000);
      expect(laptop.privateTexts).toEqual(["psst"]);
    },
  );

  test("a sender gets a copy once after a crash of the addressee's directory", () => {
    const { world, alice, laptop } = begin();
    alice.send("@bob psst");
    world.deliver(world.pendingCall("post"));
    const call = world.pendingCall("copy");
    world.deliver(call);
    world.crash(world.directory("bob"));
    world.pass(60_000);
    expect(laptop.privateTexts).toEqual(["psst"]);
  });
});

test("users' directories have no alarm once all mail is delivered and copied", () => {
  const { world, alice, bob } = begin();
  alice.send("@bob psst");
  bob.send("@alice hush");
  world.pass(60_000);
  expect(world.directory("bob").alarm).toBeNull();
  expect(world.directory("alice").alarm).toBeNull();
});

describe("a sender without another connection", () => {
  /** Does the world call that room until it settles? */
  function isCalled(world: World, room: string): boolean {
    let isSo = false;
    world.settle(({ to }) => {
      isSo ||= to === world.room(room);
      return false;
    });
    return isSo;
  }

  function beginAlone() {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "kitchen", "bob");
    return { world, alice, bob };
  }

  test("a sender without another connection costs no delivery of the copy", () => {
    const { world, alice } = beginAlone();
    alice.send("@bob psst");
    expect(isCalled(world, "lobby")).toBe(false);
    const phone = join(world, "attic", "alice", { mailSince: 0 });
    expect(phone.privateTexts).toEqual(["psst"]);
  });

  /** Sends private messages for some time, and counts the calls with copies. */
  function sendFor(world: World, alice: Peer, ms: number) {
    const calls = new Set<PendingCall>();
    const settle = () =>
      world.settle((call) => {
        if (call.ops[0]?.type === "copy") calls.add(call);
        return false;
      });
    const texts: string[] = [];
    for (let passed = 0; passed < ms; passed += 200) {
      texts.push(`${passed}`);
      alice.send(`@bob ${passed}`);
      settle();
      world.advance(200);
      settle();
    }
    return { texts, calls: calls.size };
  }

  test("a sender without another connection gets frequent copies within five seconds", () => {
    const { world, alice } = beginAlone();
    const { texts, calls } = sendFor(world, alice, 5000);
    expect(calls).toBe(1);
    world.pass(200);
    const phone = join(world, "attic", "alice", { mailSince: 0 });
    expect(phone.privateTexts).toEqual(texts);
  });

  test("a sender's frequent private messages set no alarm with each timer", () => {
    const { world, alice } = beginAlone();
    const bobs = world.directory("bob");
    const alarms = new Set<number | null>();
    for (let i = 0; i < 40; i++) {
      alice.send(`@bob ${i}`);
      world.pass(200);
      alarms.add(bobs.alarm);
    }
    expect([...alarms]).toHaveLength(1);
  });

  test("a sender's frequent private messages wake the addressee's directory for copies every five seconds", () => {
    const { world, alice } = beginAlone();
    sendFor(world, alice, 6000);
    const bobs = world.directory("bob");
    const timers = new Set<number | null>();
    for (let i = 0; i < 20; i++) {
      alice.send(`@bob again ${i}`);
      world.pass(200);
      timers.add(bobs.timer);
    }
    expect([...timers]).toHaveLength(1);
  });

  test("a sender without another connection gets the copies that waited after a crash", () => {
    const { world, alice } = beginAlone();
    const { texts } = sendFor(world, alice, 3000);
    world.crash(world.directory("bob"));
    world.pass(60_000);
    const phone = join(world, "attic", "alice", { mailSince: 0 });
    expect(phone.privateTexts).toEqual(texts);
  });

  test("a sender's connection in another room gets frequent copies within the flush ceiling", () => {
    const { world, alice } = beginAlone();
    const laptop = join(world, "attic", "alice");
    sendFor(world, alice, 2000);
    alice.send("@bob last");
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(laptop.privateTexts.at(-1)).toBe("last");
  });

  test("a sender's connection that joined since the message gets the copy", () => {
    const { world, alice } = beginAlone();
    alice.send("@bob psst");
    world.deliver(world.pendingCall("post"));
    const copying = world.pendingCall("copy");
    const late = startJoin(world, "lobby", "alice");
    world.settle((call) => call === copying);
    expect(late.all("welcome")).toHaveLength(1);
    world.settle();
    expect(late.privateTexts).toEqual(["psst"]);
    expect(alice.privateTexts).toEqual([]);
  });

  test("a sender's connection in another room gets the copy", () => {
    const { world, alice } = beginAlone();
    const laptop = join(world, "attic", "alice");
    alice.send("@bob psst");
    world.settle();
    expect(laptop.privateTexts).toEqual(["psst"]);
  });

  test("a sender without another connection costs no delivery after the room slept", () => {
    const { world, alice } = beginAlone();
    world.hibernate(world.room("lobby"));
    alice.send("@bob psst");
    expect(isCalled(world, "lobby")).toBe(false);
    expect(alice.all("ack")).toHaveLength(1);
  });
});
