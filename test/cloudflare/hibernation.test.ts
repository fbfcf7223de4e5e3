// Hibernation: a room loses its memory while its sockets stay open, and no member notices.
import { expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import {
  expectSilence,
  join,
  joinAll,
  joinFrame,
  joinOn,
  joinText,
  leaveRoom,
} from "../conformance/support/members.ts";
import {
  person,
  publicIdOf,
  secret,
  stranger,
  uniqueName,
} from "../conformance/support/people.ts";
import { connectText } from "../conformance/support/text-client.ts";
import { readMetrics, timesConstructed } from "./support/object-metrics.ts";
import { eventually, serve } from "./support/server.ts";

const server = serve(
  { GUEST_CLAIM_SECONDS: 1, PRESENCE_GRACE_MS: 200 },
  "test/cloudflare/support/counting-worker.ts",
);

/** How often the room's object was constructed. */
function made(room: string): number {
  return timesConstructed(server, room);
}

test("a quiet room of users has no timer", async () => {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  await alice.sendMessage("hello");
  await bob.next("message");
  const { timer } = await readMetrics(server, "room", room);
  expect(timer).toBe(null);
});

test("members, their names and their connections are the same after a sleep", async () => {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  await server.sleep(room);
  alice.send({ type: "who" });
  expect(await alice.next("members")).toMatchObject({
    members: [alice.name, bob.name],
    count: 2,
  });
  await expect.poll(() => made(room)).toBe(2);
  await expectSilence(bob, alice);
  await expectSilence(alice, bob);
  const info = await fetch(`${server.url}/rooms/${room}`);
  expect(await info.json()).toMatchObject({
    count: 2,
    seq: 2,
    epoch: alice.welcome.epoch,
  });
});

test("a user's ping is answered without waking the room", async () => {
  const room = uniqueName("lobby");
  const [alice] = await joinAll(room, "alice");
  await server.sleep(room);
  for (let i = 0; i < 5; i++) {
    alice.send({ type: "ping" });
    await alice.next("pong");
  }
  expect(made(room)).toBe(1);
  await alice.sendMessage("awake");
  await expect.poll(() => made(room)).toBe(2);
});

test("a user who never sent anything may send the first message after a sleep", async () => {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  await server.sleep(room);
  expect(await bob.sendMessage("good morning")).toHaveProperty("seq", 1);
  expect(await alice.next("message")).toMatchObject({
    username: bob.name,
    user: bob.welcome.user,
    text: "good morning",
  });
});

test("each user goes on in their own format after a sleep", async () => {
  const room = uniqueName("lobby");
  const [alice] = await joinAll(room, "alice");
  const lines = await joinText(room, person("bob"));
  const packed = await join(
    room,
    person("carol"),
    {},
    { protocols: ["edge-chat.v1"] },
  );
  const wscat = await connectText(room);
  await server.sleep(room);
  await alice.sendMessage("hello\nthere");
  expect(await lines.lineLike(/hello/)).toBe(`${alice.name}: hello`);
  expect(await lines.lineLike(/there/)).toBe("  | there");
  expect(await packed.next("message")).toHaveProperty("text", "hello\nthere");
  packed.send({ type: "who" });
  packed.send({ type: "leave" });
  await packed.next("left");
  // A connection that has not joined may still join, and still reads lines.
  wscat.send("/join dave");
  expect(await wscat.lineLike(/^\*/)).toBe(
    `* you are dave in ${room} (3 here)`,
  );
});

test("a user's message from before a sleep is known when it is sent again", async () => {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  const first = await alice.sendMessage("once", "id-1");
  await bob.next("message");
  await server.sleep(room);
  expect(await alice.sendMessage("once", "id-1")).toEqual({
    ...first,
    duplicate: true,
  });
  await expectSilence(bob, alice);
});

test("private messages to a user go on after a sleep, each once", async () => {
  const [alice] = await joinAll(uniqueName("lobby"), "alice");
  const kitchen = uniqueName("kitchen");
  const [bob] = await joinAll(kitchen, "bob");
  const first = bob.welcome.mail + 1;
  await alice.sendPrivate(bob.name, "one");
  await bob.next("private", { mail: first, text: "one" });
  for (const room of [alice.welcome.room, kitchen]) await server.sleep(room);
  for (const { name } of [alice, bob]) await server.sleepDirectory(name);
  expect(await alice.sendPrivate(bob.name, "two")).toHaveProperty(
    "delivered",
    true,
  );
  expect(await bob.unread()).toMatchObject([{ mail: first + 1, text: "two" }]);
  const again = await alice.sendPrivate(bob.name, "two", { id: "id-2" });
  // The timer of the cursor keeps the room awake until then.
  await eventually(
    () => server.directory(bob.name, "SELECT had FROM claim"),
    ([row]) => row?.had === first + 2,
  );
  await server.sleepDirectory(bob.name);
  expect(await alice.sendPrivate(bob.name, "two", { id: "id-2" })).toEqual({
    ...again,
    duplicate: true,
  });
  expect(await bob.unread()).toMatchObject([{ mail: first + 2 }]);
});

test("mail that a user has not confirmed yet is not sent again after a sleep", async () => {
  const [alice] = await joinAll(uniqueName("lobby"), "alice");
  const kitchen = uniqueName("kitchen");
  const [bob] = await joinAll(kitchen, "bob");
  await alice.sendPrivate(bob.name, "one");
  const { mail } = await bob.next("private");
  bob.send({ type: "received", mail });
  await alice.sendPrivate(bob.name, "two");
  await bob.next("private", { text: "two" });
  await server.sleep(kitchen);
  await server.sleepDirectory(bob.name);
  await alice.sendPrivate(bob.name, "three");
  expect(await bob.unread()).toMatchObject([{ text: "three" }]);
});

test("a user keeps the name over a sleep, and others get it once the user leaves", async () => {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  await server.sleep(room);
  await server.sleepDirectory(alice.name);
  const thief = await connect(uniqueName("kitchen"));
  await thief.refused(joinFrame(stranger(alice.name)), "username_taken");
  await server.sleep(room);
  await leaveRoom(alice);
  await bob.next("left", { username: alice.name });
  const tables = await eventually(
    () => server.tables("directory", alice.name),
    (names) => names.length === 0,
  );
  expect(tables).toEqual([]);
});

test("a user whose connection drops while the room sleeps has left", async () => {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  await server.sleep(room);
  alice.drop();
  await bob.next("left", { username: alice.name });
});

test("a user who opened with a secret can join with it after a sleep", async () => {
  const room = uniqueName("lobby");
  const token = secret();
  const headers = { Authorization: `Bearer ${token}` };
  const client = await connect(room, { headers });
  client.send({ type: "ping" });
  await client.next("pong");
  await server.sleep(room);
  client.send({ type: "join", username: "erin" });
  expect(await client.next("welcome")).toMatchObject({
    user: publicIdOf(token),
    count: 1,
  });
});

test("a user's refused joins before and after a sleep are counted together", async () => {
  const room = uniqueName("lobby");
  const client = await connect(room);
  const bad = { type: "join", username: "not a name" };
  for (let i = 0; i < 3; i++) await client.refused(bad, "bad_username");
  await server.sleep(room);
  for (let i = 0; i < 2; i++) await client.refused(bad, "bad_username");
  expect(await client.closed()).toHaveProperty("code", 4500);
});

test("a newer connection of a user's device replaces the older one after a sleep", async () => {
  const room = uniqueName("lobby");
  const who = person("alice");
  const phone = await join(room, who, { device: "phone" });
  const tablet = await join(room, who, { device: "tablet" });
  phone.send({ type: "ping" });
  await phone.next("pong");
  await server.sleep(room);
  await joinOn(await connect(room), who, { device: "phone" });
  expect(await phone.closed()).toHaveProperty("code", 4503);
  expect(tablet.isOpen).toBe(true);
  tablet.send({ type: "who" });
  expect(await tablet.next("members")).toHaveProperty("count", 1);
});
