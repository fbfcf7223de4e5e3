// Read marker tests: an app marks what was read, and the SDK tells the server of it once a second at most.
import { describe, expect, test } from "vitest";
// Loaded here, since the client loads it on demand.
import "../../src/client/mark-rooms-read.ts";
import { flushPromises } from "./support/fake-environment.ts";
import { resumedWelcome, TestClient } from "./support/test-client.ts";

const OLD_LIMITS = {
  ...{ text: 4000, frame: 16_384, history: 10_000 },
  ...{ rateBurst: 20, ratePerSecond: 0 },
};
const LIMITS = { ...OLD_LIMITS, rooms: 500 };

async function begin(fields: object = {}) {
  const client = new TestClient();
  await client.join({ seq: 90, limits: LIMITS, ...fields });
  client.takeSent();
  return { client, room: client.lobby };
}

const NO_NUMBERS = [Infinity, Number.NaN, -1, 1.5, 2 ** 53, "5"];

describe("an app that marks what was read", () => {
  test.each(NO_NUMBERS)(
    "is told that %s is no number of a message",
    async (wrong) => {
      const { client, room } = await begin({ mailEpoch: 1 });
      for (const one of [room, client.sdk])
        expect(() => one.markRead(wrong as number)).toThrow(/whole number/);
      await client.environment.advance(5000);
      expect([room.read, client.sdk.mailRead, client.takeSent()]).toEqual([
        0,
        0,
        [],
      ]);
    },
  );

  test("tells the server at once, then once a second the newest number", async () => {
    const { client, room } = await begin();
    room.markRead(5);
    expect(client.takeSent()).toMatchObject([{ type: "read", seq: 5 }]);
    room.markRead(6);
    room.markRead(7);
    room.markRead(3);
    expect(client.takeSent()).toEqual([]);
    expect(room.read).toBe(7);
    await client.environment.advance(1000);
    expect(client.takeSent()).toMatchObject([{ type: "read", seq: 7 }]);
    await client.environment.advance(1000);
    expect(client.takeSent()).toEqual([]);
  });

  test("has what other devices have read", async () => {
    const { client, room } = await begin({ read: 40 });
    expect(room.read).toBe(40);
    const events: unknown[] = [];
    room.on("read", (event) => events.push(event));
    room.on("seen", (event) => events.push(event));
    const epoch = "e1";
    client.serverSends({ type: "read", read: 50, epoch });
    client.serverSends({ type: "read", read: 45, epoch });
    client.serverSends({ type: "read", read: 60, epoch: "another" });
    client.serverSends({ type: "read", mail: 99 });
    const seen = { type: "seen", user: "b".repeat(16), username: "bob" };
    client.serverSends({ ...seen, read: 9 });
    await flushPromises();
    expect(events).toEqual([
      { type: "read", read: 50 },
      { ...seen, read: 9 },
    ]);
    expect(room.getSnapshot().read).toBe(50);
    room.markRead(48);
    expect(client.takeSent()).toEqual([]);
  });

  test("says it again where the server has lost it", async () => {
    const { client, room } = await begin();
    room.markRead(5);
    client.takeSent();
    await client.loseConnection();
    const limits = LIMITS;
    client.serverSends(resumedWelcome({ seq: 90, limits, read: 2 }));
    await client.environment.advance(1000);
    const sent = client.takeSent().filter(({ type }) => type === "read");
    expect(sent).toMatchObject([{ type: "read", seq: 5 }]);
  });

  test("sends nothing to an older server, and keeps it for the view", async () => {
    const { client, room } = await begin({ limits: OLD_LIMITS });
    room.markRead(5);
    await client.environment.advance(5000);
    expect(client.takeSent()).toEqual([]);
    expect(room.read).toBe(5);
  });
});

describe("an app that marks private messages as read", () => {
  const bob = { user: "b".repeat(16), username: "bob" };
  const letter = (mail: number) => ({
    ...{ type: "private", id: `p${mail}`, ...bob, to: "alice" },
    ...{ text: "psst", at: mail, mail },
  });

  test("tells the server once a second the newest number", async () => {
    const { client } = await begin({ mailEpoch: 1, mail: 0 });
    const { sdk } = client;
    client.serverSends(letter(4), letter(5), letter(7));
    sdk.markRead(4);
    sdk.markRead();
    sdk.markRead(5);
    expect(sdk.mailRead).toBe(7);
    await client.environment.advance(1000);
    const sent = client.takeSent().filter(({ type }) => type === "read");
    expect(sent).toEqual([{ type: "read", mail: 7, id: "read" }]);
    expect(sdk.privates.map(({ mail }) => mail)).toEqual([4, 5, 7]);
  });

  test("has what other devices have read, in any room", async () => {
    const { client } = await begin({ mailEpoch: 1, mailRead: 40 });
    const { sdk } = client;
    const events: unknown[] = [];
    sdk.on("read", (event) => events.push(event));
    expect(sdk.getSnapshot().mailRead).toBe(40);
    client.serverSends({ type: "read", mail: 50 });
    client.serverSends({ type: "read", mail: 45 });
    client.serverSends({ type: "read", mail: "60" });
    await flushPromises();
    expect(events).toEqual([{ type: "read", mail: 50 }]);
    expect(sdk.getSnapshot().mailRead).toBe(50);
    sdk.markRead(48);
    await client.environment.advance(1000);
    expect(client.takeSent()).toEqual([]);
  });

  test("says it again where the server has lost it, and not under another claim", async () => {
    const { client } = await begin({ mailEpoch: 1 });
    const { sdk } = client;
    client.serverSends(letter(5));
    sdk.markRead();
    await client.environment.advance(1000);
    client.takeSent();
    const limits = LIMITS;
    const back = async (fields: object) => {
      await client.loseConnection();
      client.serverSends(resumedWelcome({ seq: 90, limits, ...fields }));
      await client.environment.advance(1000);
      return client.takeSent().filter(({ type }) => type === "read");
    };
    const again = await back({ mailEpoch: 1, mailRead: 2 });
    expect(again).toMatchObject([{ type: "read", mail: 5 }]);
    expect(await back({ mailEpoch: 2 })).toEqual([]);
    expect(sdk.mailRead).toBe(0);
  });

  test("has told the server when the client is closed", async () => {
    const { client } = await begin({ mailEpoch: 1 });
    client.serverSends(letter(5));
    client.sdk.markRead();
    await client.sdk.close();
    expect(client.takeSent()).toMatchObject([
      { type: "read", mail: 5 },
      { type: "leave" },
    ]);
  });

  test("sends nothing to an older server", async () => {
    const { client } = await begin({ mailEpoch: 1, limits: OLD_LIMITS });
    client.serverSends(letter(5));
    client.sdk.markRead();
    await client.environment.advance(5000);
    expect(client.takeSent()).toEqual([]);
  });
});

describe("the list of rooms", () => {
  test("comes page by page, and loses a room", async () => {
    const { client } = await begin();
    const first = client.sdk.rooms();
    await flushPromises();
    expect(client.takeSent()).toEqual([{ type: "rooms" }]);
    const rooms = [{ room: "lobby", unread: 3 }];
    client.serverSends({ type: "rooms", rooms, more: true, before: "1 x" });
    expect(await first).toMatchObject({ rooms, more: true, before: "1 x" });
    const next = client.sdk.rooms("1 x");
    const forgotten = client.sdk.forgetRoom("kitchen");
    await flushPromises();
    expect(client.takeSent()).toEqual([{ type: "rooms", before: "1 x" }]);
    client.serverSends({ type: "rooms", rooms: [], more: false });
    expect(await next).toMatchObject({ rooms: [], more: false });
    expect(client.takeSent()).toEqual([{ type: "forget", room: "kitchen" }]);
    client.serverSends({ type: "forgotten", room: "kitchen" });
    await forgotten;
  });

  test("has rooms that are read without a connection, but for those that do not answer", async () => {
    const { client } = await begin();
    const rooms = Array.from({ length: 21 }, (_, i) => ({
      ...{ room: `room-${i}`, epoch: "e", seq: i + 1, unread: 1 },
    }));
    const empty = { room: "empty", epoch: "e", seq: 0, read: 0, unread: 0 };
    const done = client.sdk.markRoomsRead([
      ...[...rooms, empty, { room: "closed" }],
    ]);
    await flushPromises();
    const readOf = (from: number, to: number) =>
      rooms
        .slice(from, to)
        .map(({ room, epoch, seq }) => ({ room, epoch, seq }));
    expect(client.takeSent()).toEqual([{ type: "rooms", read: readOf(0, 20) }]);
    const answer = rooms.slice(0, 20).map((one) => ({ ...one, read: one.seq }));
    const [silent, older, other] = [
      { room: "room-0" },
      { room: "room-1", epoch: "e", seq: 2, read: 1 },
      { room: "room-2", epoch: "f", seq: 9, read: 9 },
    ];
    answer.splice(0, 3);
    client.serverSends({
      ...{ type: "rooms", more: false },
      rooms: [silent, older, other, ...answer],
    });
    await flushPromises();
    expect(client.takeSent()).toEqual([
      { type: "rooms", read: readOf(20, 21) },
    ]);
    const last = { room: "room-20", epoch: "e", seq: 30, read: 25, unread: 5 };
    client.serverSends({ type: "rooms", rooms: [last], more: false });
    expect((await done).map(({ room }) => room)).toEqual([
      ...["room-0", "room-1", "room-2", "closed"],
    ]);
  });

  test("is unsupported by an older server", async () => {
    const { client } = await begin({ limits: OLD_LIMITS });
    await expect(client.sdk.rooms()).rejects.toMatchObject({
      code: "unsupported",
    });
    expect(client.takeSent()).toEqual([]);
  });
});
