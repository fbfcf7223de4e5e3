// Server hand tests: the app's own server sends messages under a bot's name, each once, and reads a room.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { expect, test } from "vitest";
import type { Address } from "../../src/core/shared/contract.ts";
import type { Reply } from "../../src/core/shared/rpc.ts";
import {
  createRoomHandle,
  createUserHandle,
  type ServerHandOptions,
} from "../../src/hosting/create-server-hand.ts";
import { StoredEventSchema } from "../../src/protocol/event-schemas.ts";
import { readUsername } from "../../src/protocol/names.ts";
import { join, joinAll, makeBusy } from "../core/support/people.ts";
import { World } from "../core/support/world.ts";

const weather = { id: "weather", username: "Weather" };

function handIn(world: World): ServerHandOptions {
  const hostOf = ({ kind, name }: Address) =>
    kind === "room" ? world.room(name) : world.directory(name);
  return {
    settings: world.settings,
    platform: {
      hash: (text) => createHash("sha256").update(text).digest("base64url"),
      random: (bytes) => world.random(bytes),
    },
    ask: (to, ops) =>
      new Promise<readonly Reply[]>((resolve, reject) => {
        hostOf(to).ask(ops, (replies) =>
          replies === null ? reject(new Error("lost")) : resolve(replies),
        );
        world.settle();
      }),
    now: () => world.now,
  };
}

const lobbyOf = (world: World) => createRoomHandle(handIn(world), "lobby");
const bobOf = (world: World) => createUserHandle(handIn(world), "bob");

test("everybody in a room sees a bot's message under a name that no person can have", async () => {
  const world = new World();
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  const receipt = await lobbyOf(world).send({
    ...{ as: weather, text: "rain", id: "w-1", data: { mm: 3 } },
  });
  expect(receipt).toEqual({ seq: 1, at: world.now });
  for (const peer of [alice, bob])
    expect(peer.last("message")).toEqual({
      ...{ type: "message", seq: 1, room: "lobby", username: "bot:Weather" },
      ...{ user: expect.stringMatching(/^[\w-]{16}$/), text: "rain" },
      ...{ data: { mm: 3 }, bot: true, at: world.now, id: "w-1" },
    });
  expect(readUsername("bot:Weather")).toBeNull();
});

test("a bot keeps its public id in another room and under another name", async () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  const carol = join(world, "kitchen", "carol");
  await lobbyOf(world).send({ as: weather, text: "rain" });
  const renamed = { ...weather, username: "Sky" };
  const kitchen = createRoomHandle(handIn(world), "kitchen");
  await kitchen.send({ as: renamed, text: "sun" });
  const { user } = alice.last("message");
  expect(carol.last("message")).toMatchObject({ user, username: "bot:Sky" });
});

test("a bot's repeated id sends nothing, also after a crash, and gets the first receipt", async () => {
  const world = new World();
  const lobby = lobbyOf(world);
  const first = await lobby.send({ as: weather, text: "rain", id: "w-1" });
  world.crash(world.room("lobby"));
  const again = await lobby.send({ as: weather, text: "snow", id: "w-1" });
  expect(again).toEqual({ ...first, duplicate: true });
  const { messages } = await lobby.history();
  expect(messages).toMatchObject([{ text: "rain" }]);
});

test("two bots may use the same id", async () => {
  const world = new World();
  const lobby = lobbyOf(world);
  await lobby.send({ as: weather, text: "rain", id: "1" });
  const dice = { id: "dice", username: "Dice" };
  expect(await lobby.send({ as: dice, text: "six", id: "1" })).toMatchObject({
    seq: 2,
  });
});

test("a bot gets its receipts in a busy room when the messages are stored", async () => {
  const world = new World({ RATE_PER_SECOND: 0 });
  const names = Array.from({ length: 30 }, (_, i) => `user${i}`);
  const [talker] = Object.values(joinAll(world, "lobby", ...names));
  if (talker === undefined) throw new Error("Nobody is here.");
  makeBusy(world, talker);
  for (let i = 0; talker.host.timer === null; i++) talker.send(`noise ${i}`);
  const stored: string[] = [];
  const lobby = lobbyOf(world);
  const send = async () => {
    await lobby.send({ as: weather, text: "rain", id: "w-1" });
    stored.push("stored");
  };
  const sent = Promise.all([send(), send()]);
  await Promise.resolve();
  expect(stored).toEqual([]);
  world.pass(world.settings.FLUSH_CEILING_MS);
  await sent;
  expect(stored).toEqual(["stored", "stored"]);
  expect(talker.messageTexts.filter((text) => text === "rain")).toHaveLength(1);
});

test("a bot's call that a crash has lost is told, and may be repeated", async () => {
  const world = new World();
  const lobby = lobbyOf(world);
  world.room("lobby").nextFault = { kind: "uncommitted" };
  const message = { as: weather, text: "rain", id: "w-1" };
  await expect(lobby.send(message)).rejects.toMatchObject({
    ...{ code: "unavailable", retryAfter: 1000 },
  });
  expect(await lobby.send(message)).toMatchObject({ seq: 1 });
});

test("a bot's message opens a room, whose people find it in the history", async () => {
  const world = new World({ ROOM_CREATION: "jwt" });
  await lobbyOf(world).send({ as: weather, text: "rain" });
  const alice = join(world, "lobby", "alice");
  expect(alice.last("history").messages).toMatchObject([{ text: "rain" }]);
});

test("the server lists all members of a large room, sorted by name", async () => {
  const world = new World({ CONNECTS_PER_MINUTE: 0 });
  const names = Array.from({ length: 1100 }, (_, i) => `user${i}`);
  for (const name of names) join(world, "lobby", name, { history: 0 });
  const members = await lobbyOf(world).members();
  expect(members.map(({ username }) => username)).toEqual(names.sort());
  expect(new Set(members.map(({ user }) => user)).size).toBe(1100);
});

test("the server reads pages of a room, and of one that does not exist", async () => {
  const world = new World();
  const lobby = lobbyOf(world);
  expect(await lobby.history()).toEqual({
    ...{ messages: [], more: false, epoch: null },
  });
  for (const text of ["one", "two", "three"])
    await lobby.send({ as: weather, text });
  const page = await lobby.history({ after: 1, limit: 1 });
  expect(page).toMatchObject({ messages: [{ text: "two" }], more: true });
});

test("the server reads pages from a time on, and none of another time in its place", async () => {
  const world = new World();
  const lobby = lobbyOf(world);
  expect(await lobby.history({ at: 0 })).toMatchObject({ messages: [] });
  const times: number[] = [];
  for (const text of ["one", "two", "three"]) {
    times.push((await lobby.send({ as: weather, text })).at);
    world.pass(60_000);
  }
  const [, second = 0] = times;
  const texts = async (at: number) =>
    (await lobby.history({ at, fold: true })).messages.map((one) =>
      "text" in one ? one.text : one.type,
    );
  expect(await texts(0)).toEqual(["one", "two", "three"]);
  expect(await texts(second)).toEqual(["two", "three"]);
  const page = await lobby.history({ at: second + 1, limit: 1 });
  expect(page).toMatchObject({ messages: [{ text: "three" }], more: false });
  expect(await texts(world.now)).toEqual([]);
  // A room of an older release does not know the field.
  const hand = handIn(world);
  const older = createRoomHandle(
    {
      ...hand,
      ask: (to, ops) =>
        hand.ask(
          to,
          ops.map((op) =>
            op.type === "messages" ? { ...op, at: undefined } : op,
          ),
        ),
    },
    "lobby",
  );
  await expect(older.history({ at: second })).rejects.toMatchObject({
    ...{ code: "unavailable" },
  });
});

test("the server reads messages as they are now", async () => {
  const world = new World();
  const lobby = lobbyOf(world);
  const alice = join(world, "lobby", "alice");
  for (const text of ["one", "two"]) alice.send({ type: "message", text });
  alice.send({ type: "react", of: 1, emoji: "👍", on: true });
  alice.send({ type: "edit", of: 2, text: "second" });
  world.pass(1000);
  const page = await lobby.history({ fold: true });
  expect(page).toMatchObject({
    messages: [
      { seq: 1, text: "one", reactions: [{ emoji: "👍", count: 1 }] },
      { seq: 2, text: "second" },
    ],
    ...{ fold: true, more: false, asOf: 4, from: 1, to: 4 },
  });
  expect(page.messages).toHaveLength(2);
  const { messages } = await lobby.history({ fold: false });
  expect(messages.map(({ type }) => type)).toEqual([
    ...["message", "message", "reacted", "edited"],
  ]);
});

test("a bot's private message reaches its addressee alone, and no copy is made", async () => {
  const world = new World();
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  const receipt = await bobOf(world).send({
    ...{ as: weather, text: "take a coat", id: "w-1", data: [1] },
  });
  expect(receipt).toEqual({
    ...{ private: expect.any(String), to: "bob" },
    ...{ at: world.now, delivered: true },
  });
  expect(bob.last("private")).toMatchObject({
    ...{ username: "bot:Weather", to: "bob", text: "take a coat" },
    ...{ mail: 1, clientId: "w-1", data: [1], bot: true },
  });
  expect(alice.all("private")).toEqual([]);
  world.pass(1000);
  expect(bob.all("private")).toHaveLength(1);
});

test("a bot's private message waits for a user who is away, and comes once", async () => {
  const world = new World();
  const bob = join(world, "lobby", "bob");
  bob.close(1000);
  world.pass(1000);
  const message = { as: weather, text: "take a coat", id: "w-1" };
  const first = await bobOf(world).send(message);
  expect(first).toMatchObject({
    delivered: false,
    expires: expect.any(Number),
  });
  const again = await bobOf(world).send(message);
  expect(again).toMatchObject({ private: first.private, duplicate: true });
  const returned = join(world, "kitchen", "bob");
  expect(returned.privateTexts).toEqual(["take a coat"]);
});

test("a bot cannot write to a name that nobody has, nor to a user who blocks it", async () => {
  const world = new World();
  const refused = { code: "no_such_user" };
  const message = { as: weather, text: "take a coat" };
  await expect(bobOf(world).send(message)).rejects.toMatchObject(refused);
  const bob = join(world, "lobby", "bob");
  await bobOf(world).send(message);
  const { user } = bob.last("private");
  bob.send({ type: "block", user });
  world.settle();
  await expect(bobOf(world).send(message)).rejects.toMatchObject(refused);
});

test.for([
  ["a text with nothing to read", { text: " " }, "bad_request"],
  ["a text that is too long", { text: "x".repeat(5000) }, "too_large"],
  ["an id with a newline", { id: "a\nb" }, "bad_request"],
  ["a bot without an id", { as: { id: "", username: "x" } }, "bad_request"],
  ["a bot with a bad name", { as: { id: "x", username: "@" } }, "bad_username"],
] as const)("the server is told why %s is refused", async ([, wrong, code]) => {
  const world = new World();
  join(world, "lobby", "bob");
  const message = { as: weather, text: "rain", ...wrong };
  const refused = { name: "ServerHandError", code };
  await expect(lobbyOf(world).send(message)).rejects.toMatchObject(refused);
  await expect(bobOf(world).send(message)).rejects.toMatchObject(refused);
});

test("the server is told about a wrong name or page at once", async () => {
  const hand = handIn(new World());
  expect(() => createRoomHandle(hand, "a b")).toThrow(/A room's name/);
  expect(() => createUserHandle(hand, "a b")).toThrow(/A name/);
  const lobby = createRoomHandle(hand, "lobby");
  for (const page of [
    ...[{ limit: 0 }, { limit: 201 }, { before: -1 }, { at: -1 }],
    ...[{ at: 1.5 }, { before: 1, at: 1 }],
  ])
    await expect(lobby.history(page)).rejects.toMatchObject({
      ...{ code: "bad_request" },
    });
  await expect(lobby.history({ before: 1, after: 1 })).rejects.toMatchObject({
    ...{ code: "bad_request" },
  });
});

test("an export with a bot's messages can be imported", async () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  await lobbyOf(world).send({ as: weather, text: "rain" });
  const event = alice.last("message");
  expect(v.safeParse(StoredEventSchema, event).output).toEqual(event);
  const forged = { ...event, username: "bot:a b" };
  expect(v.safeParse(StoredEventSchema, forged).success).toBe(false);
});

test("data that is no JSON is refused with a code, and never throws at the app", async () => {
  const world = new World();
  const { alice } = joinAll(world, "lobby", "alice");
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const trap = {
    toJSON() {
      throw new Error("ha");
    },
  };
  for (const data of [1n, circle, trap, { run: () => 1 }, () => 1])
    await expect(
      lobbyOf(world).send({ as: weather, text: "rain", data }),
    ).rejects.toMatchObject({
      ...{ name: "ServerHandError", code: "bad_request" },
      message: expect.stringMatching(/^data: /),
    });
  const data = { at: new Date(0), none: undefined };
  await lobbyOf(world).send({ as: weather, text: "rain", data });
  expect(alice.last("message")).toMatchObject({
    data: { at: "1970-01-01T00:00:00.000Z" },
  });
});

test("the app closes a room to all but members, invites, and reads on", async () => {
  const world = new World();
  const lobby = lobbyOf(world);
  const bob = join(world, "lobby", "bob");
  const as = weather;
  await lobby.moderate({ as, action: "access", access: "members" });
  expect(bob.closed).toBe("refused");
  const code = "a-code-of-an-invitation";
  await lobby.moderate({ as, action: "invite", code, uses: 2, for: 60 });
  await expect(lobby.moderate({ as, action: "invite" })).rejects.toMatchObject({
    code: "bad_request",
  });
  const { messages } = await lobby.history();
  expect(messages).toMatchObject([
    { action: "access", access: "members" },
    { action: "invite", uses: 2 },
  ]);
  await lobby.moderate({ as, action: "uninvite", code });
});

test("the app moderates a room by its own hand, and is told of a wrong act", async () => {
  const world = new World();
  const lobby = lobbyOf(world);
  const bob = join(world, "lobby", "bob");
  const mute = { as: weather, action: "mute", username: "bob" } as const;
  const receipt = await lobby.moderate({ ...mute, for: 60, id: "m" });
  expect(bob.last("moderated")).toMatchObject({
    ...{ seq: receipt.seq, username: "bot:Weather", action: "mute" },
  });
  expect(await lobby.moderate({ ...mute, id: "m" })).toEqual({
    ...receipt,
    duplicate: true,
  });
  await expect(
    lobby.moderate({ ...mute, username: "nobody" }),
  ).rejects.toMatchObject({ code: "no_such_user" });
  await expect(lobby.moderate({ ...mute, for: 0.5 })).rejects.toMatchObject({
    code: "bad_request",
  });
});
