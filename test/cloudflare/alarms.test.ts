// Alarms: a guest's claim ends by an alarm, and what is older than ROOM_DAYS goes, without a call and after all memory is lost.
import { expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import {
  beforeClaimEnds,
  join,
  joinAll,
  joinFrame,
  leaveRoom,
} from "../conformance/support/members.ts";
import { person, stranger, uniqueName } from "../conformance/support/people.ts";
import { eventually, serve } from "./support/server.ts";

/** Long enough to reconnect in time on a busy machine. */
const GUEST_CLAIM_SECONDS = 3;

const ADMIN_SECRET = "correct-horse-battery";
const DAY_MS = 86_400_000;

const server = serve({
  ...{ GUEST_CLAIM_SECONDS, PRESENCE_GRACE_MS: 100 },
  ...{ ROOM_DAYS: 1, ADMIN_SECRET },
});

/** Reads the storage only, so that no call wakes the directory. */
function emptied(username: string): Promise<string[]> {
  return eventually(
    () => server.tables("directory", username),
    (tables) => tables.length === 0,
  );
}

test("a guest's claim ends a while after they left, and its storage is empty", async () => {
  const [alice] = await joinAll(uniqueName("lobby"), "alice");
  const goneAt = Date.now();
  await leaveRoom(alice);
  expect(await emptied(alice.name)).toEqual([]);
  expect(Date.now() - goneAt).toBeGreaterThanOrEqual(
    GUEST_CLAIM_SECONDS * 1000,
  );
  const other = await join(uniqueName("kitchen"), stranger(alice.name));
  expect(other.welcome.username).toBe(alice.name);
  expect(await other.unread()).toEqual([]);
});

test("a guest's claim ends after they were cut off while the directory slept", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  alice.drop();
  await bob.next("left", { username: alice.name });
  await eventually(
    () => server.directory(alice.name, "SELECT free_at FROM claim"),
    ([claim]) => claim?.free_at !== null,
  );
  await server.sleepDirectory(alice.name);
  expect(await emptied(alice.name)).toEqual([]);
});

test("a guest's mail goes with the claim, read or not", async () => {
  const { alice, bob, ack } = await beforeClaimEnds(async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await alice.sendPrivate(bob.name, "one");
    await leaveRoom(bob);
    const ack = await alice.sendPrivate(bob.name, "two");
    return { alice, bob, ack };
  }, GUEST_CLAIM_SECONDS);
  expect(ack.delivered).toBe(false);
  expect(await emptied(bob.name)).toEqual([]);
  expect(Date.now()).toBeGreaterThanOrEqual(ack.expires ?? Infinity);
  const thief = await join(uniqueName("kitchen"), stranger(bob.name));
  expect(await thief.unread()).toEqual([]);
  await alice.refused(
    { type: "private", to: bob.name, text: "psst", toUser: bob.welcome.user },
    "no_such_user",
  );
});

test("a guest who is back in time keeps name and mail when the alarm fires", async () => {
  const { who, back } = await beforeClaimEnds(async () => {
    const who = person("alice");
    const [alice, bob] = await joinAll(uniqueName("lobby"), who, "bob");
    await leaveRoom(alice);
    await bob.sendPrivate(who.name, "while you were away");
    const back = await join(uniqueName("kitchen"), who);
    await back.next("private", { mail: back.welcome.mail });
    return { who, back };
  }, GUEST_CLAIM_SECONDS);
  const claimOf = () => server.directory(who.name, "SELECT * FROM claim");
  const [claim] = await claimOf();
  await new Promise((resolve) =>
    setTimeout(resolve, Number(claim?.alarm_at) - Date.now() + 300),
  );
  expect(await claimOf()).toMatchObject([
    { free_at: null, head: back.welcome.mail },
  ]);
  const thief = await connect(uniqueName("lobby"));
  await thief.refused(joinFrame(stranger(who.name)), "username_taken");
});

test("a guest who left one room and is still in another keeps the name", async () => {
  const who = person("alice");
  const lobby = await join(uniqueName("lobby"), who);
  const kitchen = await join(uniqueName("kitchen"), who);
  await leaveRoom(lobby);
  const [claim] = await server.directory(who.name, "SELECT * FROM claim");
  expect(claim).toMatchObject({ free_at: null });
  await leaveRoom(kitchen);
  const [left] = await server.directory(who.name, "SELECT * FROM claim");
  expect(left).toMatchObject({ free_at: expect.any(Number) });
});

test("a text of a sleeping room is in no row once its day has passed", async () => {
  const room = uniqueName("lobby");
  const header = { type: "export", version: 1, epoch: "e", first: 1, seq: 2 };
  const said = { type: "message", user: "someone", username: "someone", room };
  const at = Date.now() - DAY_MS + 5000;
  const lines = [
    { ...header, room },
    { ...said, seq: 1, text: "too old", at: at - 60_000 },
    { ...said, seq: 2, text: "a word of yesterday", at },
  ];
  const imported = await fetch(`${server.url}/admin/rooms/${room}/import`, {
    method: "POST",
    headers: { Authorization: `Bearer ${ADMIN_SECRET}` },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  });
  expect(await imported.json()).toMatchObject({ events: 2, expired: 1 });
  await server.sleep(room);
  // Reads the storage only, so that nothing but the alarm wakes the room.
  const read = async () =>
    JSON.stringify(await server.room(room, "SELECT * FROM log"));
  expect(await read()).not.toContain("too old");
  expect(await eventually(read, (rows) => !rows.includes("yesterday"))).toMatch(
    "bot:retention",
  );
  expect(Date.now()).toBeGreaterThanOrEqual(at + DAY_MS);
});
