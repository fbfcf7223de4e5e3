// Mail service tests: private messages reach one user alone, in order and once, on each connection and later device.
import { describe, expect, test } from "vitest";
import { join, joinAll, startJoin, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Alice and bob are in different rooms. */
function begin(settings = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  const { alice } = joinAll(world, "lobby", "alice");
  const { bob } = joinAll(world, "kitchen", "bob");
  return { world, alice, bob };
}

const psst = { type: "private", to: "bob", text: "psst", id: "1" } as const;

describe("a private message", () => {
  test("a user gets a private message in another room, and the sender an ack", () => {
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

  test("a user's private message is shown to no other user in any room", () => {
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

  test("a user gets a private message once on each connection", () => {
    const { world, alice, bob } = begin();
    const rooms = ["kitchen", "lobby", "attic", "attic"];
    const peers = rooms.map((room) => join(world, room, "bob"));
    alice.send(psst);
    world.settle();
    for (const peer of [bob, ...peers])
      expect(peer.privateTexts).toEqual(["psst"]);
  });

  test("a user gets a private message to any spelling, and the ack has the user's own", () => {
    const { world, alice, bob } = begin();
    alice.send("@BOB psst");
    world.settle();
    expect(bob.last("private").to).toBe("bob");
    expect(alice.last("ack")).toMatchObject({ to: "bob" });
  });

  test("a sender is refused if the name is free, or another user has it", () => {
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

  test("a sender to a free name costs no row", () => {
    const { world, alice } = begin();
    alice.send("@nobody psst");
    world.settle();
    expect(world.directory("nobody").database.tables).toEqual({});
  });

  test("a user who writes to oneself gets the message once on each connection, and an ack", () => {
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

  test("a user of text format gets a private message as a line", () => {
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

  test("a user's private message is stored before it is acked or sent", () => {
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
  test("a user gets private messages in order, in whatever order calls are answered", () => {
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

  test("a user's private messages share a call when they are many", () => {
    const { world, alice, bob } = begin();
    for (let i = 0; i < 20; i++) alice.send(`@bob ${i}`);
    const calls = new Set<unknown>();
    world.settle((call) => {
      calls.add(call);
      return false;
    });
    expect(bob.privateTexts).toHaveLength(20);
    // The first one goes alone, and the others together: at most three of each
    // kind.
    expect(calls.size).toBeLessThan(12);
  });

  test("a user's private messages and room messages do not wait for each other", () => {
    const { world, alice } = begin();
    const { carol } = joinAll(world, "lobby", "carol");
    alice.send(psst);
    alice.send("hello");
    expect(alice.all("ack")).toMatchObject([{ seq: 1 }]);
    expect(carol.messageTexts).toEqual(["hello"]);
  });

  test("a user's private messages to different users do not wait for each other", () => {
    const { world, alice, bob } = begin();
    const { carol } = joinAll(world, "lobby", "carol");
    alice.send(psst);
    alice.send("@carol psst");
    world.settle(({ to }) => to === world.directory("bob"));
    expect(carol.privateTexts).toEqual(["psst"]);
    expect(bob.privateTexts).toEqual([]);
  });

  test("a user has at most 32 private messages in flight on a connection", () => {
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
    world.pass(world.settings.FLUSH_CEILING_MS);
    expect(alice.all("ack")).toHaveLength(1);
  });

  test("a user's private messages and room messages share one rate", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const { alice } = joinAll(world, "lobby", "alice", "bob");
    alice.send("hello");
    for (let i = 0; i < 2; i++) alice.send(psst);
    expect(alice.last("error").code).toBe("rate_limited");
  });
});

describe("a repeated private message", () => {
  test("a user who repeats a private message gets the first ack, and it is sent once", () => {
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
  ])(
    "a user may repeat a private message whose call failed %s",
    (_, isHeard) => {
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
    },
  );

  test("a user's repeat is recognised after a reconnect, a sleep and a crash", () => {
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

  test("a private message with the same id is another one between other users", () => {
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

test("a user may get two private messages during the first join", () => {
  const world = new World();
  const { bob } = joinAll(world, "lobby", "bob");
  bob.send("@alice one");
  const alice = startJoin(world, "lobby", "alice");
  bob.send("@alice two");
  world.settle();
  expect(bob.all("error").map(({ code }) => code)).toEqual(["no_such_user"]);
  expect(alice.privateTexts).toEqual(["two"]);
});

test("users' names and texts are never logged", () => {
  const { world, alice, bob } = begin();
  alice.send("@bob psst");
  startJoin(world, "attic", "alice", { as: "mallory" });
  world.settle();
  bob.close();
  world.pass(100_000);
  expect(world.logs.length).toBeGreaterThan(1);
  expect(JSON.stringify(world.logs)).not.toMatch(/alice|bob|psst/);
});
