// What members say to the room: who hears it, in what order, once, and not too fast.
import { describe, expect, test } from "vitest";
import { join, meet, userOf } from "../../support/people.ts";
import { World } from "../../support/world.ts";

describe("a message", () => {
  test("is heard by everybody else in the room, and acked to its sender", () => {
    const world = new World();
    const { alice, bob, carol } = meet(world, "lobby", "alice", "bob", "carol");
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

  test("is not heard in another room", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    const { bob } = meet(world, "Lobby", "bob");
    alice.send("hello");
    expect(bob.inbox).toEqual([]);
  });

  test("is an ordinary message to its sender's other connections", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    const laptop = join(world, "lobby", "alice");
    alice.send({ type: "message", text: "hello", id: "1" });
    expect(laptop.all("message")).toMatchObject([{ text: "hello", id: "1" }]);
    expect(laptop.all("ack")).toEqual([]);
  });

  test("is stored before anybody sees it", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    const { database } = world.room("lobby");
    database.isFull = true;
    alice.send({ type: "message", text: "hello", id: "1" });
    expect([alice.inbox, bob.inbox]).toEqual([[], []]);
    expect([alice.closed, bob.closed]).toEqual(["restarted", "restarted"]);
    database.isFull = false;
    const back = meet(world, "lobby", "alice", "bob");
    back.alice.send({ type: "message", text: "hello", id: "1" });
    expect(back.alice.last("ack")).toMatchObject({ seq: 1 });
    expect(back.alice.last("ack")).not.toHaveProperty("duplicate");
    expect(back.bob.heard).toEqual(["hello"]);
  });

  test("keeps its number, text and all when it is read later", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    const text = 'one\n\ttwo "three" \\n 😀\u2028';
    alice.send({ type: "message", text, id: "~" });
    const [live] = bob.all("message");
    bob.send({ type: "history" });
    expect(bob.last("history").messages).toEqual([live]);
    expect(live?.text).toBe(text);
  });
});

test("everybody sees the same messages in the same order", () => {
  const world = new World();
  const { alice, bob, carol } = meet(world, "lobby", "alice", "bob", "carol");
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

  test("gets the first ack, whatever its text, and is not told again", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.send(message);
    const [first] = alice.all("ack");
    world.pass(1000);
    alice.send({ ...message, text: "another" });
    expect(alice.last("ack")).toEqual({ ...first, duplicate: true });
    expect(bob.heard).toEqual(["hello"]);
  });

  test("is one over a reconnect, a sleep and a crash", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.send(message);
    const [first] = alice.all("ack");
    world.hibernate(world.room("lobby"));
    alice.send(message);
    expect(alice.last("ack")).toEqual({ ...first, duplicate: true });
    world.crash(world.room("lobby"));
    const again = join(world, "lobby", "alice");
    again.send(message);
    expect(again.last("ack")).toEqual({ ...first, duplicate: true });
    expect(bob.heard).toEqual(["hello"]);
  });

  test("of another user is another message", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.send(message);
    bob.send(message);
    expect(bob.last("ack")).toMatchObject({ seq: 2 });
    expect(alice.heard).toEqual(["hello"]);
  });

  test("of the same person under another name is the same message", () => {
    const world = new World();
    const { alice } = meet(world, "lobby", "alice");
    alice.send(message);
    const carol = join(world, "lobby", "carol", { as: "alice" });
    carol.send(message);
    expect(carol.last("ack")).toMatchObject({ seq: 1, duplicate: true });
  });

  test("costs a token like any other, but not the message of it", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    for (let i = 0; i < 3; i++) alice.send(message);
    expect(alice.inbox.map(({ type }) => type)).toEqual([
      ...["ack", "ack", "error"],
    ]);
    expect(bob.heard).toEqual(["hello"]);
  });
});

describe("who talks too fast", () => {
  test("is told how long to wait, with the id, and can go on then", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 4 });
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    for (const id of ["1", "2", "3"])
      alice.send({ type: "message", text: id, id });
    expect(alice.last("error")).toMatchObject({
      code: "rate_limited",
      id: "3",
      retryAfter: 250,
    });
    world.pass(250);
    alice.send({ type: "message", text: "3", id: "3" });
    expect(bob.heard).toEqual(["1", "2", "3"]);
  });

  test("shares the limit with all of their connections, and nobody else", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    const laptop = join(world, "lobby", "alice");
    for (let i = 0; i < 2; i++) alice.send("noise");
    laptop.send("more");
    expect(laptop.last("error").code).toBe("rate_limited");
    bob.send("hello");
    expect(bob.all("ack")).toHaveLength(1);
  });

  test("can still read, and come and go", () => {
    const world = new World({ RATE_BURST: 1, RATE_PER_SECOND: 1 });
    const { alice } = meet(world, "lobby", "alice");
    for (let i = 0; i < 5; i++) alice.send("noise");
    alice.send("/who");
    expect(alice.all("members")).toHaveLength(1);
    alice.send("/leave");
    expect(alice.all("left")).toHaveLength(1);
  });

  test("and does not stop is closed as a flood, and gone", () => {
    const world = new World({ RATE_BURST: 1, RATE_PER_SECOND: 1 });
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    for (let i = 0; i < 200 && alice.closed === null; i++) alice.send("x");
    expect(alice.closed).toBe("flood");
    expect(alice.all("error")).toHaveLength(101);
    expect(bob.inbox.map(({ type }) => type)).toEqual(["message", "left"]);
  });

  test("is not limited at rate 0", () => {
    const world = new World({ RATE_PER_SECOND: 0 });
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    for (let i = 0; i < 500; i++) alice.send("x");
    world.pass(100);
    expect(bob.heard).toHaveLength(500);
  });
});

describe("typing", () => {
  const typing = { type: "typing" } as const;

  test("is told to the others, and never stored", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    const laptop = join(world, "lobby", "alice");
    laptop.take();
    alice.send(typing);
    const { user, username } = { user: userOf("alice"), username: "alice" };
    expect(bob.take()).toEqual([{ type: "typing", user, username }]);
    expect([alice.inbox, laptop.inbox]).toEqual([[], []]);
    expect(world.read("lobby", { type: "info" })).toMatchObject({ seq: 0 });
  });

  test("is dropped in rooms above 50", () => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    for (let i = 3; i <= 50; i++) join(world, "lobby", `crowd${i}`);
    bob.take();
    alice.send(typing);
    expect(bob.all("typing")).toHaveLength(1);
    join(world, "lobby", "crowd51");
    alice.send(typing);
    expect(bob.all("typing")).toHaveLength(1);
    expect(alice.all("error")).toEqual([]);
  });

  test("too fast is dropped without a word", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
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
    ["a name that is none", "@a..b. psst", "bad_username"],
    ["an unknown command", "/dance", "bad_request"],
  ])("%s gets an error, and costs nobody anything", (_, frame, code) => {
    const world = new World();
    const { alice, bob } = meet(world, "lobby", "alice", "bob");
    alice.send(frame);
    expect(alice.take()).toMatchObject([{ type: "error", code }]);
    alice.send("hello");
    expect(alice.all("ack")).toHaveLength(1);
    expect(bob.inbox.map(({ type }) => type)).toEqual(["message"]);
  });
});
