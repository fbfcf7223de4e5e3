// Storage: checks the stored rows, and that a room without a join stores nothing.
import { describe, expect, test } from "vitest";
import { nameKey } from "../../src/protocol/name-key.ts";
import { connect } from "../conformance/support/client.ts";
import { Message } from "../conformance/support/frames.ts";
import {
  join,
  joinAll,
  joinFrame,
  leaveRoom,
} from "../conformance/support/members.ts";
import { person, stranger, uniqueName } from "../conformance/support/people.ts";
import { readMetrics } from "./support/object-metrics.ts";
import { eventually, serve } from "./support/server.ts";

const server = serve(
  { RATE_PER_SECOND: 0, ROOM_HISTORY: 40 },
  "test/cloudflare/support/counting-worker.ts",
);

const INDEXES =
  "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";

describe("a room nobody has joined", () => {
  async function expectUntouched(room: string) {
    expect(await server.tables("room", room)).toEqual([]);
    const { rows, alarms } = await readMetrics(server, "room", room);
    expect({ rows, alarms }).toEqual({ rows: 0, alarms: 0 });
  }

  test("a room that nobody has joined is not written to when a reader asks for it", async () => {
    const room = uniqueName("nowhere");
    for (const path of ["", "/messages", "/messages?after=0&limit=5"]) {
      const answer = await fetch(`${server.url}/rooms/${room}${path}`);
      expect(answer.status).toBe(200);
    }
    await expectUntouched(room);
  });

  test("a room that nobody has joined is not written to by connections that never join", async () => {
    const room = uniqueName("nowhere");
    const silent = await connect(room);
    const guest = await connect(room);
    await guest.refused({ type: "message", text: "hello" }, "not_joined");
    await guest.refused(
      { type: "join", username: "not a name" },
      "bad_username",
    );
    guest.send({ type: "ping" });
    await guest.next("pong");
    await guest.close();
    await expectUntouched(room);
    await server.sleep(room);
    await silent.refused({ type: "who" }, "not_joined");
    await expectUntouched(room);
  });

  test("a room that nobody has joined is not written to by a user whose name is taken", async () => {
    const room = uniqueName("nowhere");
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    const thief = await connect(room);
    await thief.refused(joinFrame(stranger(alice.name)), "username_taken");
    await expectUntouched(room);
  });

  test("a room with a bad name, or without an upgrade of a user, is not even an object", async () => {
    const before = await server.ids();
    for (const path of [
      "/rooms/-",
      "/rooms/lobby?username=alice",
      "/nowhere",
    ]) {
      const answer = await fetch(server.url + path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    expect(await server.ids()).toEqual(before);
  });
});

/** A row takes no further message above this size. */
const ROW_BYTES = 3 * 1024;

describe("a room", () => {
  test("a room of users has its epoch, its schema version and its log, and no second index", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice", "bob");
    await alice.sendMessage("hello");
    expect(await server.tables("room", room)).toEqual([
      "log",
      "room",
      "schema",
    ]);
    expect(await server.room(room, INDEXES)).toEqual([]);
    expect(await server.room(room, "SELECT * FROM schema")).toEqual([
      { part: "room", version: 1 },
    ]);
    // The registry of rooms may still have to answer.
    await expect
      .poll(() => server.room(room, "SELECT * FROM room"))
      .toEqual([
        { room, epoch: alice.welcome.epoch },
        { room: `${room} (registered)`, epoch: "" },
      ]);
  });

  test("a room stores many events of users in a row, each as the frame that was sent", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    for (let i = 1; i <= 34; i++) await alice.sendMessage(`number ${i}`);
    const rows = await server.room(room, "SELECT first, count, body FROM log");
    expect(rows).toMatchObject([{ first: 1 }, { count: expect.any(Number) }]);
    // The last message made the first row full.
    const [full = {}] = rows;
    const body = Buffer.from(String(full.body));
    expect(body.length).toBeGreaterThanOrEqual(ROW_BYTES);
    expect(body.lastIndexOf("\n")).toBeLessThan(ROW_BYTES);
    const newest = rows.at(-1);
    const from = Number(newest?.first);
    const lines = String(newest?.body).split("\n");
    await bob.until("message", { seq: from - 1 });
    const heard: unknown[] = [];
    for (let seq = from; seq <= 34; seq++)
      heard.push(await bob.next("message", { seq }));
    expect(lines.map((line) => JSON.parse(line))).toEqual(heard);
    // The fields of features that nobody has used cost no byte.
    const required = Object.entries(Message.entries)
      .filter(([name, { type }]) => name === "id" || type !== "optional")
      .map(([name]) => name);
    expect(Object.keys(JSON.parse(lines[0] ?? "")).sort()).toEqual(
      required.sort(),
    );
  });

  test("a room stores three of the longest messages of users in a row", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    for (let i = 0; i < 4; i++) await alice.sendMessage("é".repeat(3900));
    const rows = await server.room(room, "SELECT first, count FROM log");
    expect(rows).toEqual([
      { first: 1, count: 3 },
      { first: 4, count: 1 },
    ]);
  });

  test("a room drops old events of users in whole rows, and tells users who ask", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    for (let i = 1; i <= 72; i++) await alice.sendMessage(`number ${i}`);
    const firsts = "SELECT first FROM log ORDER BY first";
    const [oldest] = await server.room(room, firsts);
    // The row that holds message 33 is kept completely.
    expect(Number(oldest?.first)).toBeGreaterThan(11);
    expect(Number(oldest?.first)).toBeLessThanOrEqual(33);
    const late = await join(room, person("bob"), {
      since: 10,
      epoch: alice.welcome.epoch,
    });
    expect(late.welcome).toMatchObject({ gap: true, resumed: false, seq: 72 });
    await server.sleep(room);
    late.send({ type: "history", after: 0, limit: 1 });
    expect((await late.next("history")).messages).toMatchObject([
      { seq: oldest?.first },
    ]);
  });

  test("a room is not written to when users leave, and stays when all have left", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    await alice.sendMessage("hello");
    for (const member of [alice, bob]) await leaveRoom(member);
    const answer = await fetch(`${server.url}/rooms/${room}`);
    expect(await answer.json()).toEqual({
      room,
      count: 0,
      seq: 1,
      epoch: alice.welcome.epoch,
    });
  });
});

describe("a name", () => {
  const CLAIM = "SELECT * FROM claim";

  test("a user's name has one claim with the owner as a hash, the spelling and the rooms", async () => {
    const who = person("Älice");
    const [lobby, kitchen] = [uniqueName("lobby"), uniqueName("kitchen")];
    const first = await join(lobby, who);
    await join(kitchen, who);
    const [claim, ...others] = await server.directory(who.name, CLAIM);
    expect(others).toEqual([]);
    expect(claim).toMatchObject({
      key: nameKey(who.name),
      username: who.name,
      free_at: null,
      head: first.welcome.mail,
    });
    expect(JSON.parse(String(claim?.rooms))).toEqual([
      [lobby, expect.any(Number)],
      [kitchen, expect.any(Number)],
    ]);
    expect(claim?.identity).toMatch(/^[\w-]{43}$/);
    expect(String(claim?.identity).slice(0, 16)).toBe(first.welcome.user);
    expect(JSON.stringify(claim)).not.toContain(who.token);
    expect(await server.tables("directory", who.name)).toEqual(["claim"]);
    expect(await server.directory(who.name, INDEXES)).toEqual([]);
  });

  test("a user's name has its mail: received messages there, and copies at the sender", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    const [bob, carol] = await joinAll(uniqueName("kitchen"), "bob", "carol");
    const ack = await alice.sendPrivate(bob.name, "psst", { id: "id-1" });
    await bob.next("private");
    const mail = "SELECT mail, letter, from_key FROM mail";
    const [received] = await server.directory(bob.name, mail);
    expect(received).toMatchObject({
      mail: bob.welcome.mail + 1,
      from_key: nameKey(alice.name),
    });
    const [copy] = await eventually(
      () => server.directory(alice.name, mail),
      (rows) => rows.length > 0,
    );
    expect(copy).toMatchObject({
      mail: alice.welcome.mail + 1,
      from_key: null,
    });
    const letter = JSON.parse(String(received?.letter));
    // A sender's copy names its source too.
    const source = { key: nameKey(bob.name), mail: received?.mail };
    expect(JSON.parse(String(copy?.letter))).toEqual({
      ...letter,
      source: { ...source, epoch: bob.welcome.mailEpoch },
    });
    expect(letter).toMatchObject({
      id: ack.private,
      clientId: "id-1",
      username: alice.name,
      to: bob.name,
      text: "psst",
      at: ack.at,
    });
    expect(await server.directory(carol.name, mail)).toEqual([]);
  });
});
