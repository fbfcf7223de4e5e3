// Message data tests: the JSON that an app adds to a message is stored, replayed and paged as it came, and is bounded.
import { describe, expect, test } from "vitest";
import { join, joinAll } from "../../support/people.ts";
import { World } from "../../support/world.ts";

const DATA = {
  sticker: "cat",
  at: [1, 2.5, null, true, "\ud83d\ude00"],
  deep: {},
};

describe("a message with data", () => {
  test("a user's data reaches the other members as it was sent", () => {
    const { alice, bob } = joinAll(new World(), "lobby", "alice", "bob");
    alice.send({ type: "message", text: "hello", id: "1", data: DATA });
    expect(alice.take()).toMatchObject([{ type: "ack", id: "1" }]);
    expect(bob.last("message").data).toEqual(DATA);
  });

  test.each([0, "", false, null, [], "text", -1.5])(
    "a user's data may be %j",
    (data) => {
      const world = new World();
      const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
      alice.send({ type: "message", text: "hello", data });
      alice.send({ type: "private", to: "bob", text: "psst", data });
      world.settle();
      expect(bob.last("message").data).toEqual(data);
      expect(bob.last("private").data).toEqual(data);
    },
  );

  test("a user reads data in a page, by a resume, and after the room has slept and crashed", () => {
    const world = new World();
    const { epoch } = join(world, "lobby", "carol").last("welcome");
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send({ type: "message", text: "hello", id: "1", data: DATA });
    const first = bob.last("message");
    world.hibernate(world.room("lobby"));
    alice.send({ type: "history" });
    expect(alice.last("history").messages).toEqual([first]);
    world.crash(world.room("lobby"));
    const again = join(world, "lobby", "bob", { since: 0, epoch });
    expect(again.all("message")).toEqual([first]);
  });

  test("a user who sends an id again with other data gets the first ack, and nobody gets the other data", () => {
    const { alice, bob } = joinAll(new World(), "lobby", "alice", "bob");
    alice.send({ type: "message", text: "hello", id: "1", data: 1 });
    alice.send({ type: "message", text: "hello", id: "1", data: 2 });
    expect(alice.last("ack")).toMatchObject({ seq: 1, duplicate: true });
    expect(bob.all("message").map(({ data }) => data)).toEqual([1]);
  });

  test("a user's message without data has no field for it", () => {
    const world = new World();
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    alice.send({ type: "message", text: "hello" });
    alice.send({ type: "private", to: "bob", text: "psst" });
    world.settle();
    expect(bob.last("message")).not.toHaveProperty("data");
    expect(bob.last("private")).not.toHaveProperty("data");
  });

  test("a reader of text sees the text alone", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const carol = join(world, "lobby", "carol", { query: { text: true } });
    alice.send({ type: "message", text: "hello", data: DATA });
    expect(carol.lines.at(-1)).toBe("alice: hello");
  });
});

describe("the bounds of data", () => {
  test.each([
    ["4,096 bytes", "x".repeat(4094), "ack"],
    ["4,097 bytes", "x".repeat(4095), "data: at most 4096 bytes of JSON."],
    [
      "4,098 bytes in fewer characters",
      `${"\u674e".repeat(1365)}x`,
      "data: at most 4096 bytes of JSON.",
    ],
  ])("a user who sends data of %s gets %j", (_, data, expected) => {
    const { alice } = joinAll(new World(), "lobby", "alice");
    alice.send({ type: "message", text: "hello", id: "1", data });
    const answer = alice.inbox.at(-1);
    expect(answer).toMatchObject(
      expected === "ack"
        ? { type: "ack", id: "1" }
        : { type: "error", code: "bad_request", id: "1", message: expected },
    );
  });

  test.each([
    ["32 levels", 32, "ack"],
    ["33 levels", 33, "error"],
    ["7,000 levels", 7000, "error"],
  ])("a user who sends data of %s gets an answer", (_, levels, type) => {
    const { alice } = joinAll(new World(), "lobby", "alice");
    const data = `${"[".repeat(levels)}${"]".repeat(levels)}`;
    alice.send(`{"type":"message","text":"hello","id":"1","data":${data}}`);
    expect(alice.inbox.at(-1)).toMatchObject({ type, id: "1" });
  });

  test("a user cannot send a number that JSON cannot hold", () => {
    const { alice } = joinAll(new World(), "lobby", "alice");
    alice.send('{"type":"message","text":"hello","id":"1","data":[1e999]}');
    expect(alice.inbox.at(-1)).toMatchObject({ code: "bad_request", id: "1" });
  });

  test("a user's key __proto__ is data as any other", () => {
    const { alice, bob } = joinAll(new World(), "lobby", "alice", "bob");
    alice.send('{"type":"message","text":"hi","data":{"__proto__":{"a":1}}}');
    expect(JSON.stringify(bob.last("message").data)).toBe(
      '{"__proto__":{"a":1}}',
    );
  });
});
