// Data schema tests: the app's schemas decide about the data of messages and users, and a bug of one harms nobody.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { DataSchema } from "../../../src/protocol/standard-schema.ts";
import { appWorld, joinByToken } from "../support/app.ts";
import { join, joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

const card = v.object({
  card: v.pipe(v.string(), v.maxLength(5)),
  n: v.optional(v.number(), 1),
});

function schemaOf(validate: (value: unknown) => unknown): DataSchema {
  return {
    "~standard": { version: 1, vendor: "test", validate } as never,
  };
}

function worldWith(message: DataSchema): World {
  const world = new World();
  world.schemas = { message };
  return world;
}

describe("the schema for messages", () => {
  test("a user's data is stored as the schema returns it", () => {
    const { alice, bob } = joinAll(worldWith(card), "lobby", "alice", "bob");
    alice.send({ type: "message", text: "hi", data: { card: "a", x: 1 } });
    expect(bob.last("message").data).toEqual({ card: "a", n: 1 });
  });

  test("a user's private data is stored as the schema returns it", () => {
    const world = worldWith(card);
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    const data = { card: "a" };
    alice.send({ type: "private", to: "bob", text: "hi", data });
    world.settle();
    expect(bob.last("private").data).toEqual({ card: "a", n: 1 });
  });

  test("a user gets the schema's reason for wrong data, with the path, and nobody gets the message", () => {
    const { alice, bob } = joinAll(worldWith(card), "lobby", "alice", "bob");
    for (const type of ["message", "private"] as const) {
      const data = { card: "too long" };
      alice.send({ type, to: "bob", text: "hi", id: "1", data } as never);
      if (type === "message") continue;
      expect(alice.take()).toMatchObject([
        { type: "error" },
        {
          ...{ type: "error", code: "bad_request", id: "1" },
          message: expect.stringMatching(/^data: card: .*length/),
        },
      ]);
    }
    expect(bob.inbox).toEqual([]);
  });

  test("a user may send a message without data", () => {
    const { alice } = joinAll(worldWith(card), "lobby", "alice");
    alice.send("hello");
    expect(alice.last("ack")).toMatchObject({ seq: 1 });
  });

  test("a user who sends an id again gets the first ack, whatever the schema says", () => {
    const { alice } = joinAll(worldWith(card), "lobby", "alice");
    const message = { type: "message", text: "hi", id: "1" } as const;
    alice.send({ ...message, data: { card: "a" } });
    alice.send({ ...message, data: 7 });
    expect(alice.last("ack")).toMatchObject({ seq: 1, duplicate: true });
  });

  test("a reason has one line of 200 characters at most", () => {
    const issue = { message: `two\nlines${" and more".repeat(100)}` };
    const world = worldWith(schemaOf(() => ({ issues: [issue] })));
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send({ type: "message", text: "hi", data: 1 });
    const { message } = alice.last("error");
    expect(message).toMatch(/^data: two lines and more/);
    expect(message.length).toBeLessThan(220);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("a bug");
      },
      "thrown",
    ],
    ["is asynchronous", async () => ({ value: 1 }), "asynchronous"],
    ["rejects", async () => Promise.reject(new Error("a bug")), "asynchronous"],
    ["returns junk", () => null, "thrown"],
    ["returns no JSON", () => ({ value: 1n }), "not_json"],
    ["returns a function", () => ({ value: () => 0 }), "not_json"],
    ["returns too much", () => ({ value: "x".repeat(5000) }), "not_json"],
    [
      "returns a value that throws",
      () => ({
        value: {
          toJSON() {
            throw new Error("a bug");
          },
        },
      }),
      "not_json",
    ],
  ])(
    "a user gets internal where the schema %s, the log has no text, and others go on",
    (_, validate, code) => {
      const world = worldWith(schemaOf(validate));
      const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
      alice.send({ type: "message", text: "secret", id: "1", data: "secret" });
      expect(alice.take()).toMatchObject([
        { type: "error", code: "internal", id: "1" },
      ]);
      expect(world.logs).toContainEqual(
        expect.objectContaining({ event: "schema failed", code }),
      );
      expect(JSON.stringify(world.logs)).not.toMatch(/secret|a bug/);
      bob.send("hello");
      expect(alice.messageTexts).toEqual(["hello"]);
    },
  );
});

describe("the schema for users", () => {
  const user = v.object({ plan: v.picklist(["free", "pro"]) });

  test.each([
    [{ plan: "pro", more: 1 }, { plan: "pro" }],
    [{ plan: "gold" }, undefined],
    [7, undefined],
  ])("a user with the data %j is shown with %j", (data, shown) => {
    const world = appWorld({ data });
    world.schemas = { user };
    const bob = join(world, "lobby", "guest-bob");
    joinByToken(world);
    expect(bob.last("joined").data).toEqual(shown);
    const refused = { event: "user data refused", code: "bad_request" };
    expect(world.logs.filter(({ event }) => event === refused.event)).toEqual(
      shown === undefined ? [expect.objectContaining(refused)] : [],
    );
  });
});
