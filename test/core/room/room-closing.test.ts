// Room closing tests: a closed room lets nobody in by any way, keeps what it has, and stays closed over a crash.
import { expect, test } from "vitest";
import type { Op } from "../../../src/core/shared/rpc.ts";
import type { Peer } from "../support/peer.ts";
import { join, startJoin } from "../support/people.ts";
import { World } from "../support/world.ts";

const CLOSED = { type: "refused", code: "forbidden", reason: "room_closed" };
const bot = { identity: "bot-identity-0123", username: "bot:ci" };

function close(world: World, isClosed = true, room = "lobby") {
  const reply = world.askRoom(room, { type: "close-room", isClosed });
  world.settle();
  return reply;
}

function refusalOf(peer: Peer) {
  const { code, reason, message } = peer.last("error");
  return { code, reason, message };
}

test("all connections end at once, also those that are joining, and their names are free", () => {
  const world = new World();
  const alice = join(world, "lobby", "alice");
  const bob = join(world, "lobby", "bob");
  const guest = world.open("lobby");
  const carol = startJoin(world, "lobby", "carol");
  bob.inbox.length = 0;
  alice.send({ type: "message", text: "hello", id: "a-1" });
  expect(close(world)).toEqual({ type: "done" });
  expect(alice.last("ack")).toMatchObject({ id: "a-1", seq: 1 });
  expect(bob.messageTexts).toEqual(["hello"]);
  for (const peer of [alice, bob, guest, carol])
    expect(peer.closed).toBe("roomClosed");
  // Nobody hears of the others.
  expect(bob.all("left")).toEqual([]);
  for (const name of ["alice", "bob", "carol"])
    expect(join(world, "attic", name).last("welcome").username).toBe(name);
  expect(world.askRoom("lobby", { type: "figures" })).toMatchObject({
    ...{ closed: true, members: 0, connections: 0, messages: 1 },
  });
});

test("nobody gets in or says anything until the room is opened, also after a crash", () => {
  const world = new World();
  join(world, "lobby", "alice").send({ type: "message", text: "hello" });
  world.settle();
  close(world);
  for (const restart of [
    () => undefined,
    () => world.crash(world.room("lobby")),
  ]) {
    restart();
    const late = startJoin(world, "lobby", "alice");
    world.settle();
    expect(refusalOf(late)).toMatchObject({ reason: "room_closed" });
    const ops: Op[] = [
      { type: "info" },
      { type: "messages" },
      { type: "publish", ...bot, text: "built" },
      { type: "publish-as", by: { kind: "bot", ...bot }, text: "built" },
      {
        ...{ type: "change-as", by: { kind: "bot", ...bot } },
        frame: { type: "delete", of: 1 },
      },
    ];
    for (const op of ops)
      expect(world.askRoom("lobby", op)).toMatchObject(CLOSED);
    // The operator reads all the same.
    expect(
      world.askRoom("lobby", { type: "messages", isServer: true }),
    ).toMatchObject({ lines: [expect.stringContaining("hello")] });
  }
  expect(close(world, false)).toEqual({ type: "done" });
  const bob = join(world, "lobby", "bob", { history: 10 });
  bob.send({ type: "message", text: "we are back" });
  world.pass(100);
  expect(bob.last("ack")).toMatchObject({ seq: 2 });
});

test("a private room refuses everybody with the same words, closed or not", () => {
  const world = new World({ PRIVATE_ROOMS: ["lobby", "attic"] });
  const op: Op = { type: "publish", ...bot, text: "built" };
  world.room("lobby").ask([op], () => undefined);
  world.pass(100);
  close(world);
  const words = ["lobby", "attic"].map((room) => {
    const peer = startJoin(world, room, "mallory");
    world.settle();
    return refusalOf(peer);
  });
  expect(words[0]).toEqual(words[1]);
  expect(words[0]).toMatchObject({ reason: "room_private" });
});

test("an invitation opens no closed room, and is not spent", () => {
  const world = new World();
  const code = "invitation-code-0123456789";
  const operator = { type: "moderate", ...bot } as const;
  const moderate = (frame: object) =>
    world
      .room("lobby")
      .ask(
        [{ ...operator, frame: { type: "moderate", ...frame } } as Op],
        () => undefined,
      );
  join(world, "lobby", "alice");
  moderate({ action: "invite", code, uses: 1 });
  world.settle();
  close(world);
  const late = startJoin(world, "lobby", "bob", { invite: code });
  world.settle();
  expect(refusalOf(late)).toMatchObject({ reason: "room_closed" });
  const [row] = world.room("lobby").database.tables.invitation ?? [];
  expect(row).toMatchObject({ uses: 1 });
});

test("a room that is not there is neither closed nor opened, and stores nothing", () => {
  const world = new World();
  for (const isClosed of [true, false])
    expect(close(world, isClosed, "attic")).toMatchObject({
      reason: "no_such_room",
    });
  expect(world.room("attic").database.tables).toEqual({});
});

test("a room that is closed again or opened again writes no row", () => {
  const world = new World();
  join(world, "lobby", "alice");
  world.settle();
  const { database } = world.room("lobby");
  const before = database.written;
  close(world, false);
  expect(database.written).toBe(before);
  close(world);
  expect(database.written).toBe(before + 1);
  close(world);
  expect(database.written).toBe(before + 1);
});
