// Message tests: a user's message reaches all members in one order, once, and within the rate limit.
import { describe, expect, test } from "vitest";
import { join, joinAll, userOf } from "../../support/people.ts";
import { World } from "../../support/world.ts";

describe("a message", () => {
  test("a user's message is sent to all others in the room, and acked to the user", () => {
    const world = new World();
    const { alice, bob, carol } = joinAll(
      world,
      "lobby",
      "alice",
      "bob",
      "carol",
    );
    alice.send({ type: "message", text: "hello", id: "1" });
    expect(alice.take()).toEqual([
      { type: "ack", id: "1", seq: 1, at: world.now },
    ]);
    for (const peer of [bob, carol])
      expect(peer.take()).toEqual([
        {
          type: "message",
          seq: 1,
          room: "lobby",
          user: userOf("alice"),
          username: "alice",
          text: "hello",
          at: world.now,
          id: "1",
        },
      ]);
  });

  test("a user's message is not sent to another room", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const { bob } = joinAll(world, "Lobby", "bob");
    alice.send("hello");
    expect(bob.inbox).toEqual([]);
  });

  test("a user's other connections get the user's message as any other", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const laptop = join(world, "lobby", "alice");
    alice.send({ type: "message", text: "hello", id: "1" });
    expect(laptop.all("message")).toMatchObject([{ text: "hello", id: "1" }]);
    expect(laptop.all("ack")).toEqual([]);
  });

  test("a user's message is stored before others see it", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const { database } = world.room("lobby");
    database.isFull = true;
    alice.send({ type: "message", text: "hello", id: "1" });
    expect([alice.inbox, bob.inbox]).toEqual([[], []]);
    expect([alice.closed, bob.closed]).toEqual(["restarted", "restarted"]);
    database.isFull = false;
    const back = joinAll(world, "lobby", "alice", "bob");
    back.alice.send({ type: "message", text: "hello", id: "1" });
    expect(back.alice.last("ack")).toMatchObject({ seq: 1 });
    expect(back.alice.last("ack")).not.toHaveProperty("duplicate");
    expect(back.bob.messageTexts).toEqual(["hello"]);
  });

  test("a user's message is the same when it is read later", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const text = 'one\n\ttwo "three" \\n 😀\u2028';
    alice.send({ type: "message", text, id: "~" });
    const [live] = bob.all("message");
    bob.send({ type: "history" });
    expect(bob.last("history").messages).toEqual([live]);
    expect(live?.text).toBe(text);
  });
});

test("all users see the same messages in the same order", () => {
  const world = new World();
  const { alice, bob, carol } = joinAll(
    world,
    "lobby",
    "alice",
    "bob",
    "carol",
  );
  for (let i = 0; i < 5; i++) {
    alice.send(`a${i}`);
    bob.send(`b${i}`);
  }
  const seqs = carol.all("message").map(({ seq }) => seq);
  expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const acked = (peer: typeof alice) =>
    peer.inbox.map((one) => ("seq" in one ? one.seq : null));
  expect(acked(alice)).toEqual(seqs);
  expect(acked(bob)).toEqual(seqs);
});

describe("a repeated id", () => {
  const message = { type: "message", text: "hello", id: "1" } as const;

  test("a user who repeats an id gets the first ack, and others get nothing again", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send(message);
    const [first] = alice.all("ack");
    world.pass(1000);
    alice.send({ ...message, text: "another" });
    expect(alice.last("ack")).toEqual({ ...first, duplicate: true });
    expect(bob.messageTexts).toEqual(["hello"]);
  });

  test("a user who repeats an id after a sleep or a crash gets the first ack", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send(message);
    const [first] = alice.all("ack");
    world.hibernate(world.room("lobby"));
    alice.send(message);
    expect(alice.last("ack")).toEqual({ ...first, duplicate: true });
    world.crash(world.room("lobby"));
    const again = join(world, "lobby", "alice");
    again.send(message);
    expect(again.last("ack")).toEqual({ ...first, duplicate: true });
    expect(bob.messageTexts).toEqual(["hello"]);
  });

  test("two users can send the same id", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send(message);
    bob.send(message);
    expect(bob.last("ack")).toMatchObject({ seq: 2 });
    expect(alice.messageTexts).toEqual(["hello"]);
  });

  test("a user who repeats an id under another name gets the first ack", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send(message);
    const carol = join(world, "lobby", "carol", { as: "alice" });
    carol.send(message);
    expect(carol.last("ack")).toMatchObject({ seq: 1, duplicate: true });
  });

  test("a user's repeated messages count against the rate, and are acked within it", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 0; i < 3; i++) alice.send(message);
    expect(alice.inbox.map(({ type }) => type)).toEqual([
      ...["ack", "ack", "error"],
    ]);
    expect(bob.messageTexts).toEqual(["hello"]);
  });
});

describe("the rate limit", () => {
  test("a user who sends too fast is told how long to wait, and can send then", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 4 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (const id of ["1", "2", "3"])
      alice.send({ type: "message", text: id, id });
    expect(alice.last("error")).toMatchObject({
      code: "rate_limited",
      id: "3",
      retryAfter: 250,
    });
    world.pass(250);
    alice.send({ type: "message", text: "3", id: "3" });
    expect(bob.messageTexts).toEqual(["1", "2", "3"]);
  });

  test("a user's connections share one rate limit, which other users do not share", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const laptop = join(world, "lobby", "alice");
    for (let i = 0; i < 2; i++) alice.send("noise");
    laptop.send("more");
    expect(laptop.last("error").code).toBe("rate_limited");
    bob.send("hello");
    expect(bob.all("ack")).toHaveLength(1);
  });

  test("a user who sends too fast can still read and leave", () => {
    const world = new World({ RATE_BURST: 1, RATE_PER_SECOND: 1 });
    const { alice } = joinAll(world, "lobby", "alice");
    for (let i = 0; i < 5; i++) alice.send("noise");
    alice.send("/who");
    expect(alice.all("members")).toHaveLength(1);
    alice.send("/leave");
    expect(alice.all("left")).toHaveLength(1);
  });

  test("a user who keeps sending too fast is disconnected as a flood, and has left", () => {
    const world = new World({ RATE_BURST: 1, RATE_PER_SECOND: 1 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 0; i < 200 && alice.closed === null; i++) alice.send("x");
    expect(alice.closed).toBe("flood");
    expect(alice.all("error")).toHaveLength(101);
    expect(bob.inbox.map(({ type }) => type)).toEqual(["message", "left"]);
  });

  test("a user can send messages without limit at rate 0", () => {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 0; i < 500; i++) alice.send("x");
    world.pass(100);
    expect(bob.messageTexts).toHaveLength(500);
  });
});

describe("typing", () => {
  const typing = { type: "typing" } as const;

  test("a user's typing is sent to the others, and never stored", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const laptop = join(world, "lobby", "alice");
    laptop.take();
    alice.send(typing);
    const { user, username } = { user: userOf("alice"), username: "alice" };
    expect(bob.take()).toEqual([{ type: "typing", user, username }]);
    expect([alice.inbox, laptop.inbox]).toEqual([[], []]);
    expect(world.askRoom("lobby", { type: "info" })).toMatchObject({ seq: 0 });
  });

  test("a user's typing is dropped in rooms above 50 members", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 3; i <= 50; i++) join(world, "lobby", `crowd${i}`);
    bob.take();
    alice.send(typing);
    expect(bob.all("typing")).toHaveLength(1);
    join(world, "lobby", "crowd51");
    alice.send(typing);
    expect(bob.all("typing")).toHaveLength(1);
    expect(alice.all("error")).toEqual([]);
  });

  test("a user's typing above the rate is dropped without an error", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    for (let i = 0; i < 100; i++) alice.send(typing);
    expect(bob.all("typing")).toHaveLength(2);
    expect(alice.inbox).toEqual([]);
    expect(alice.closed).toBeNull();
  });
});

describe("bad input", () => {
  test.each([
    ["malformed JSON", '{"type":', "bad_request"],
    ["an unknown type", '{"type":"dance"}', "unsupported"],
    ["a binary frame", null, "unsupported"],
    ["a text too long", "x".repeat(4001), "too_large"],
    ["a frame too big", "x".repeat(16_385), "too_large"],
    ["an empty line", "", "bad_request"],
    ["an invalid name", "@a..b. psst", "bad_username"],
    ["an unknown command", "/dance", "bad_request"],
  ])("a user who sends %s gets an error, and can go on", (_, frame, code) => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send(frame);
    expect(alice.take()).toMatchObject([{ type: "error", code }]);
    alice.send("hello");
    expect(alice.all("ack")).toHaveLength(1);
    expect(bob.inbox.map(({ type }) => type)).toEqual(["message"]);
  });
});
