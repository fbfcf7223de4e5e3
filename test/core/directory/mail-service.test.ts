// Private messages: to one user alone, in order, once, and there when they come.
import { describe, expect, test } from "vitest";
import { join, joinAll, startJoin, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Alice and bob, in rooms of their own. */
function begin(settings = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  const { alice } = joinAll(world, "lobby", "alice");
  const { bob } = joinAll(world, "kitchen", "bob");
  return { world, alice, bob };
}

const psst = { type: "private", to: "bob", text: "psst", id: "1" } as const;

describe("a private message", () => {
  test("reaches its addressee in another room, and is acked", () => {
    const { world, alice, bob } = begin();
    alice.send(psst);
    world.settle();
    const ack = alice.last("ack");
    if (!("private" in ack)) throw new Error("Not of a private message.");
    expect(alice.take()).toEqual([
      {
        type: "ack",
        id: "1",
        to: "bob",
        private: expect.any(String),
        at: world.now,
        delivered: true,
      },
    ]);
    expect(bob.take()).toEqual([
      {
        type: "private",
        mail: expect.any(Number),
        id: ack.private,
        clientId: "1",
        user: userOf("alice"),
        username: "alice",
        to: "bob",
        text: "psst",
        at: world.now,
      },
    ]);
  });

  test("is shown to nobody else, in any room", () => {
    const { world, alice } = begin();
    const { carol, dan } = joinAll(world, "lobby", "carol", "dan");
    const { erin } = joinAll(world, "kitchen", "erin");
    alice.send(psst);
    alice.send("@bob, psst");
    world.settle();
    for (const peer of [carol, dan, erin]) expect(peer.inbox).toEqual([]);
    const reply = world.askRoom("kitchen", { type: "messages" });
    expect(reply).toMatchObject({ type: "page", lines: [] });
  });

  test("reaches every connection of its addressee, each once", () => {
    const { world, alice, bob } = begin();
    const rooms = ["kitchen", "lobby", "attic", "attic"];
    const peers = rooms.map((room) => join(world, room, "bob"));
    alice.send(psst);
    world.settle();
    for (const peer of [bob, ...peers])
      expect(peer.privateTexts).toEqual(["psst"]);
  });

  test("finds its addressee under any spelling, and says the right one", () => {
    const { world, alice, bob } = begin();
    alice.send("@BOB psst");
    world.settle();
    expect(bob.last("private").to).toBe("bob");
    expect(alice.last("ack")).toMatchObject({ to: "bob" });
  });

  test("to nobody, or to another than the one meant, is refused", () => {
    const { world, alice, bob } = begin();
    alice.send({ ...psst, to: "carol" });
    alice.send({ ...psst, toUser: userOf("carol") });
    world.settle();
    expect(alice.take()).toMatchObject([
      { code: "no_such_user", id: "1" },
      { code: "no_such_user", id: "1" },
    ]);
    expect(bob.inbox).toEqual([]);
    alice.send({ ...psst, toUser: userOf("bob") });
    world.settle();
    expect(bob.privateTexts).toEqual(["psst"]);
  });

  test("to a name that nobody has makes nothing of it", () => {
    const { world, alice } = begin();
    alice.send("@nobody psst");
    world.settle();
    expect(world.directory("nobody").database.tables).toEqual({});
  });

  test("to oneself comes once, on every connection, and is acked", () => {
    const { world, alice } = begin();
    const laptop = join(world, "attic", "alice");
    alice.send("@alice note");
    world.settle();
    expect(alice.privateTexts).toEqual(["note"]);
    expect(laptop.privateTexts).toEqual(["note"]);
    expect(alice.all("ack")).toHaveLength(1);
    world.pass(100_000);
    expect(alice.privateTexts).toEqual(["note"]);
    const again = join(world, "attic", "alice", { mailSince: 0 });
    expect(again.privateTexts).toEqual(["note"]);
  });

  test("is read as a line by whoever reads lines", () => {
    const { world, alice } = begin();
    const query = { text: true };
    const bob = join(world, "lobby", "bob", { query });
    const laptop = join(world, "lobby", "alice", { query });
    for (const peer of [bob, laptop]) peer.takeLines();
    alice.send("@bob psst");
    world.settle();
    expect(bob.takeLines()).toEqual(["(private) alice: psst"]);
    expect(laptop.takeLines()).toEqual(["(private) alice to bob: psst"]);
  });

  test("is stored before it is acked or seen", () => {
    const { world, alice, bob } = begin();
    world.directory("bob").database.isFull = true;
    alice.send(psst);
    world.settle();
    expect(alice.take()).toMatchObject([{ code: "unavailable", id: "1" }]);
    expect(bob.inbox).toEqual([]);
    world.directory("bob").database.isFull = false;
    alice.send(psst);
    world.settle();
    expect(alice.last("ack")).not.toHaveProperty("duplicate");
    expect(bob.privateTexts).toEqual(["psst"]);
  });
});

describe("private messages", () => {
  test("to one user keep their order, however the calls go", () => {
    const { world, alice, bob } = begin();
    for (let i = 0; i < 10; i++) {
      alice.send(`@bob ${i}`);
      if (i % 3 === 0)
        world.deliver(world.pendingCalls[0] ?? world.pendingCall("post"));
    }
    world.settle();
    expect(bob.privateTexts).toEqual("0123456789".split(""));
    const mails = bob.all("private").map(({ mail }) => mail);
    const [first = 0] = mails;
    expect(mails).toEqual(mails.map((_, i) => first + i));
  });

  test("go many to a call", () => {
    const { world, alice, bob } = begin();
    for (let i = 0; i < 20; i++) alice.send(`@bob ${i}`);
    const calls = new Set<unknown>();
    world.settle((call) => {
      calls.add(call);
      return false;
    });
    expect(bob.privateTexts).toHaveLength(20);
    // The first alone, the others with the next: three of each kind at most.
    expect(calls.size).toBeLessThan(12);
  });

  test("do not wait for the room, nor the room for them", () => {
    const { world, alice } = begin();
    const { carol } = joinAll(world, "lobby", "carol");
    alice.send(psst);
    alice.send("hello");
    expect(alice.all("ack")).toMatchObject([{ seq: 1 }]);
    expect(carol.messageTexts).toEqual(["hello"]);
  });

  test("to one user do not wait for those to another", () => {
    const { world, alice, bob } = begin();
    const { carol } = joinAll(world, "lobby", "carol");
    alice.send(psst);
    alice.send("@carol psst");
    world.settle(({ to }) => to === world.directory("bob"));
    expect(carol.privateTexts).toEqual(["psst"]);
    expect(bob.privateTexts).toEqual([]);
  });

  test("are at most 32 in flight on a connection", () => {
    const { world, alice, bob } = begin();
    for (let i = 0; i < 40; i++) alice.send({ ...psst, id: String(i) });
    expect(alice.all("error")).toHaveLength(8);
    expect(alice.last("error")).toMatchObject({
      code: "rate_limited",
      id: "39",
    });
    world.settle();
    expect(bob.privateTexts).toHaveLength(32);
    alice.take();
    alice.send({ ...psst, id: "39" });
    world.settle();
    expect(alice.all("ack")).toHaveLength(1);
  });

  test("share the limit of pace with what is said to the room", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    alice.send("hello");
    for (let i = 0; i < 2; i++) alice.send(psst);
    expect(alice.last("error").code).toBe("rate_limited");
  });
});

describe("the same private message again", () => {
  test("gets the first ack and is not sent again", () => {
    const { world, alice, bob } = begin();
    alice.send(psst);
    world.settle();
    const [first] = alice.all("ack");
    world.pass(1000);
    alice.send({ ...psst, text: "another" });
    world.settle();
    expect(alice.last("ack")).toEqual({ ...first, duplicate: true });
    expect(bob.privateTexts).toEqual(["psst"]);
  });

  test.each([
    ["before it took effect", false],
    ["after it took effect", true],
  ])("is safe when the first call failed %s", (_, isHeard) => {
    const { world, alice, bob } = begin();
    alice.send(psst);
    const call = world.pendingCall("post");
    if (isHeard) world.deliver(call);
    world.lose(call);
    world.settle();
    expect(alice.take()).toMatchObject([{ code: "unavailable", id: "1" }]);
    alice.send(psst);
    world.settle();
    expect(alice.all("ack")).toHaveLength(1);
    expect("duplicate" in alice.last("ack")).toBe(isHeard);
    expect(bob.privateTexts).toEqual(["psst"]);
  });

  test("is one over a reconnect, and whatever slept or crashed", () => {
    const { world, alice, bob } = begin();
    alice.send(psst);
    world.settle();
    world.hibernate(world.directory("bob"));
    world.crash(world.directory("bob"));
    world.crash(world.room("lobby"));
    const again = join(world, "attic", "alice");
    again.send(psst);
    world.settle();
    expect(again.last("ack")).toMatchObject({ duplicate: true });
    expect(bob.privateTexts).toEqual(["psst"]);
  });

  test("is another one to another user, or from another user", () => {
    const { world, alice, bob } = begin();
    const { carol } = joinAll(world, "lobby", "carol");
    const laptop = join(world, "attic", "alice");
    alice.send(psst);
    alice.send({ ...psst, to: "carol" });
    carol.send(psst);
    world.settle();
    expect(bob.privateTexts).toEqual(["psst", "psst"]);
    expect(carol.privateTexts).toEqual(["psst"]);
    expect(alice.all("ack").some((ack) => "duplicate" in ack)).toBe(false);
    expect(laptop.all("private").map(({ to }) => to)).toEqual(["bob", "carol"]);
    alice.send({ ...psst, to: "alice" });
    world.settle();
    expect(laptop.last("private").to).toBe("alice");
  });
});

test("bob can write to alice twice while she is coming in for the first time", () => {
  const world = new World();
  const { bob } = joinAll(world, "lobby", "bob");
  bob.send("@alice one");
  const alice = startJoin(world, "lobby", "alice");
  bob.send("@alice two");
  world.settle();
  expect(bob.all("error").map(({ code }) => code)).toEqual(["no_such_user"]);
  expect(alice.privateTexts).toEqual(["two"]);
});

test("no name and no text is ever logged", () => {
  const { world, alice, bob } = begin();
  alice.send("@bob psst");
  startJoin(world, "attic", "alice", { as: "mallory" });
  world.settle();
  bob.close();
  world.pass(100_000);
  expect(world.logs.length).toBeGreaterThan(1);
  expect(JSON.stringify(world.logs)).not.toMatch(/alice|bob|psst/);
});
