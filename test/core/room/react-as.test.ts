// Reactions over HTTP: bots and people react to messages without a connection, each once, and hear of it once it is stored.
import { expect, test } from "vitest";
import type { Reply } from "../../../src/core/shared/rpc.ts";
import type { ReactAs } from "../../../src/core/shared/server-requests.ts";
import { join, joinAll, secretOf } from "../support/people.ts";
import { World } from "../support/world.ts";

const bot: ReactAs["by"] = {
  ...{ kind: "bot", identity: "ci-bot".padEnd(43, "-"), username: "bot:ci" },
};
const guest = (username: string): ReactAs["by"] => ({
  ...{ kind: "guest", secret: secretOf(username), username },
});

function react(
  world: World,
  by: ReactAs["by"],
  more: Partial<ReactAs["frame"]> = {},
): Reply | null {
  const frame = { type: "react", of: 1, emoji: "👍", on: true } as const;
  let reply: Reply | null = null;
  const op: ReactAs = { type: "react-as", by, frame: { ...frame, ...more } };
  world.room("lobby").ask([op], (replies) => {
    reply = replies?.[0] ?? null;
  });
  world.settle();
  return reply;
}

function started(settings = {}) {
  const world = new World(settings);
  const { alice } = joinAll(world, "lobby", "alice");
  alice.send({ type: "message", text: "hello" });
  return { world, alice };
}

test("a bot and a person who is away react, each once, and take it back", () => {
  const { world, alice } = started();
  const at = world.now;
  expect(react(world, bot, { id: "r-1" })).toEqual({
    ...{ type: "published", seq: 2, at },
  });
  expect(alice.last("reacted")).toMatchObject({
    ...{ seq: 2, of: 1, emoji: "👍", count: 1 },
    added: [{ username: "bot:ci", id: "r-1" }],
  });
  expect(react(world, bot)).toMatchObject({ seq: 2, at, duplicate: true });
  expect(react(world, guest("bob"))).toHaveProperty("seq", 3);
  expect(alice.last("reacted")).toMatchObject({ count: 2 });
  expect(react(world, bot, { on: false })).toHaveProperty("seq", 4);
  expect(alice.last("reacted")).toMatchObject({ count: 1, added: [] });
});

test("the reactions of alice by HTTP and by her connection are the same one", () => {
  const { world, alice } = started();
  alice.send({ type: "react", of: 1, emoji: "👍", on: true });
  world.settle();
  const again = react(world, guest("alice"));
  expect(again).toMatchObject({ seq: 2, duplicate: true });
  // The id of a message is no id of a reaction.
  alice.send({ type: "message", text: "more", id: "m" });
  const other = { emoji: "🎉", id: "m" };
  expect(react(world, guest("alice"), other)).toHaveProperty("seq", 4);
});

test("a reply comes with the flush, also if nothing is left to store", () => {
  const { world, alice } = started();
  const replies: (Reply | undefined)[] = [];
  const frame = { type: "react", of: 1, emoji: "👍" } as const;
  const ops: ReactAs[] = [true, true, false].map((on) => ({
    ...{ type: "react-as", by: bot, frame: { ...frame, on } },
  }));
  world.room("lobby").ask(ops, (all) => replies.push(...(all ?? [])));
  world.settle();
  expect(replies).toEqual([
    { type: "published", seq: 1, at: world.now },
    { type: "published", seq: 1, at: world.now, duplicate: true },
    { type: "published", seq: 1, at: world.now },
  ]);
  expect(alice.all("reacted")).toEqual([]);
});

test("a reaction to a message that is gone is refused, and no room begins with it", () => {
  const { world, alice } = started();
  for (const more of [{ of: 9 }, { epoch: "another" }])
    expect(react(world, bot, more)).toMatchObject({ code: "gone" });
  alice.send({ type: "delete", of: 1 });
  expect(react(world, bot)).toMatchObject({ code: "gone" });
  const empty = new World();
  expect(react(empty, bot)).toMatchObject({ code: "gone" });
  expect(empty.room("lobby").database.tables).toEqual({});
});

test("people who are muted or banned do not react, here or away; bots of the app do", () => {
  const { world } = started();
  const act = (action: "mute" | "ban", username: string) => {
    const frame = { type: "moderate", action, username } as const;
    const app = { identity: "app".padEnd(43, "-"), username: "bot:app" };
    const op = { type: "moderate", ...app, frame } as const;
    world.room("lobby").ask([op], () => undefined);
    world.settle();
  };
  join(world, "lobby", "bob");
  act("mute", "alice");
  act("ban", "bob");
  expect(react(world, guest("alice"))).toMatchObject({ code: "muted" });
  expect(react(world, guest("bob"))).toMatchObject({ code: "banned" });
  expect(react(world, bot)).toHaveProperty("type", "published");
});

test("a person's reactions have the rate of reactions, and a message takes so many emoji", () => {
  const { world, alice } = started({ RATE_BURST: 3, RATE_PER_SECOND: 1 });
  const emoji = [...Array(21).keys()].map((i) =>
    String.fromCodePoint(0x1f600 + i),
  );
  const replies = emoji.map((one) => react(world, bot, { emoji: one }));
  expect(replies[19]).toHaveProperty("type", "published");
  expect(replies[20]).toMatchObject({ code: "forbidden" });
  const [smile = ""] = emoji;
  for (const on of [true, false, true])
    alice.send({ type: "react", of: 1, emoji: smile, on });
  expect(react(world, guest("alice"), { emoji: smile })).toMatchObject({
    ...{ code: "rate_limited", retryAfter: expect.any(Number) },
  });
});
