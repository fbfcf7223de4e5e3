// Query tests: users and HTTP read pages of a room's history, its members and its counts.
import { describe, expect, test } from "vitest";
import { join, joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

function begin(messages: number) {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice } = joinAll(world, "lobby", "alice");
  for (let i = 1; i <= messages; i++) alice.send(String(i));
  world.pass(100);
  alice.take();
  return { world, alice };
}

describe("a page of history", () => {
  test.each([
    ["of the newest events", {}, "71-120 more"],
    ["of the five newest events", { limit: 5 }, "116-120 more"],
    ["before an event", { before: 50 }, "1-49"],
    ["before an event with a limit", { before: 50, limit: 10 }, "40-49 more"],
    ["after an event", { after: 50 }, "51-100 more"],
    ["after an event up to the end", { after: 50, limit: 70 }, "51-120"],
    ["before the first event", { before: 1 }, "none"],
    ["before 0", { before: 0 }, "none"],
    ["after the newest event", { after: 120 }, "none"],
    ["after 0", { after: 0, limit: 3 }, "1-3 more"],
    ["before a future event", { before: 10_000, limit: 2 }, "119-120 more"],
  ])("a user reads a page %s", (_, ask, expected) => {
    const { alice } = begin(120);
    alice.send({ type: "history", ...ask });
    const { messages, more } = alice.last("history");
    const [first, last] = [messages[0]?.seq, messages.at(-1)?.seq];
    const found = first === undefined ? "none" : `${first}-${last}`;
    expect(more ? `${found} more` : found).toBe(expected);
  });

  test("a user reads a page by typing /history", () => {
    const { alice } = begin(120);
    alice.send("/history 3");
    expect(alice.last("history").messages).toHaveLength(3);
  });

  test("a user who reads too many pages is limited, but can still send", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const { alice } = joinAll(world, "lobby", "alice");
    for (let i = 0; i < 3; i++) alice.send("/history");
    expect(alice.last("error").code).toBe("rate_limited");
    alice.send("hello");
    expect(alice.all("ack")).toHaveLength(1);
  });
});

describe("the list of members", () => {
  test("a user reads the members in pages of 200 names", () => {
    const world = new World();
    const name = (i: number) => `user${String(i).padStart(3, "0")}`;
    for (let i = 1; i <= 250; i++) join(world, "lobby", name(i));
    const alice = join(world, "lobby", "alice");
    expect(alice.last("welcome").members).toHaveLength(200);
    expect(alice.last("welcome").count).toBe(251);
    alice.send({ type: "who" });
    const first = alice.last("members");
    expect(first.members[0]).toBe("alice");
    expect(first.members).toHaveLength(200);
    expect(first).toMatchObject({ count: 251, more: true });
    const after = first.members.at(-1) ?? "";
    alice.send({ type: "who", after });
    const second = alice.last("members");
    expect(second).toMatchObject({ count: 251, more: false });
    expect(second.members).toHaveLength(51);
    expect(second.members.at(-1)).toBe(name(250));
  });

  test("a user with two connections counts once", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    join(world, "lobby", "alice");
    alice.send("/who");
    expect(alice.last("members")).toEqual({
      type: "members",
      members: ["alice"],
      count: 1,
      more: false,
    });
  });
});

describe("requests by HTTP", () => {
  test("a user of HTTP reads the count, the newest number and the epoch of a room", () => {
    const { world } = begin(3);
    const { epoch } = join(world, "lobby", "bob").last("welcome");
    expect(world.askRoom("lobby", { type: "info" })).toEqual({
      type: "info",
      count: 2,
      seq: 3,
      epoch,
    });
  });

  test("a user of HTTP reads the same messages as the members", () => {
    const { world, alice } = begin(3);
    alice.send({ type: "history", limit: 2 });
    const { messages, epoch } = alice.last("history");
    const reply = world.askRoom("lobby", { type: "messages", limit: 2 });
    if (reply.type !== "page") throw new Error("no page");
    expect(reply.lines.map((line) => JSON.parse(line))).toEqual(messages);
    expect(reply).toMatchObject({ more: true, epoch });
  });

  test.each([
    { type: "info" },
    { type: "messages" },
    { type: "messages", before: 100 },
    { type: "messages", after: 100 },
    { type: "challenge", key: "k", identity: "i" },
    { type: "deliver", key: "k", identity: "i", mail: [] },
  ] as const)("a user who asks $type of a new room stores nothing", (op) => {
    const world = new World();
    world.askRoom("nowhere", op);
    expect(world.room("nowhere").database.tables).toEqual({});
    expect(world.room("nowhere")).toMatchObject({ timer: null, alarm: null });
  });

  test("a request that only a newer version knows is refused without a failure", () => {
    const world = new World();
    const op = JSON.parse('{"type":"dance","more":1}');
    expect(world.askRoom("lobby", op)).toMatchObject({ code: "unsupported" });
  });
});
