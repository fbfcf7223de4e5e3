// Recovery: after a crash in the middle of a join or a delivery, names, mail and claims become consistent again.
import { expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import {
  join,
  joinAll,
  joinFrame,
  leaveRoom,
} from "../conformance/support/members.ts";
import { person, stranger, uniqueName } from "../conformance/support/people.ts";
import { serveFailing } from "./support/failing-server.ts";
import { eventually } from "./support/server.ts";

const server = serveFailing(
  // Long enough to reconnect in time on a busy machine.
  { GUEST_CLAIM_SECONDS: 3, PRESENCE_GRACE_MS: 100 },
);

test("a user can take a name that a room was granted before it died without a welcome", async () => {
  const room = uniqueName("lobby");
  const who = person("alice");
  const alice = await connect(room);
  // The first join of a room writes its epoch, together with the welcome.
  await server.failRoom(room, "INTO room");
  alice.send(joinFrame(who));
  expect(await alice.closed()).toHaveProperty("code", 4002);
  expect(alice.inbox.seen).toEqual([]);
  const claimOf = () => server.directory(who.name, "SELECT * FROM claim");
  expect(await claimOf()).toMatchObject([{ free_at: null }]);
  // A claimant makes the directory ask the room, and waits for the claim to
  // end.
  const other = await connect(uniqueName("kitchen"));
  const wanted = joinFrame(stranger(who.name));
  const { retryAfter = 0 } = await other.refused(wanted, "username_taken");
  expect(retryAfter).toBeLessThanOrEqual(3000);
  const freed = await eventually(claimOf, ([claim]) => claim === undefined);
  expect(freed).toEqual([]);
  other.send(wanted);
  await other.next("welcome", { username: who.name });
});

test("a user whose room died is in again at once, and gets what was sent to them", async () => {
  const room = uniqueName("lobby");
  const who = person("alice");
  const [bob] = await joinAll(uniqueName("attic"), "bob");
  const alice = await connect(room);
  await server.failRoom(room, "INTO room");
  alice.send(joinFrame(who));
  await alice.closed();
  const ack = await bob.sendPrivate(who.name, "are you there?");
  expect(ack.delivered).toBe(false);
  const back = await join(room, who);
  expect(await back.next("private")).toHaveProperty("text", "are you there?");
});

test("a user gets mail once from a directory that loses its memory during the delivery", async () => {
  const who = person("bob");
  const [alice] = await joinAll(uniqueName("lobby"), "alice");
  const room = uniqueName("kitchen");
  const bob = await join(room, who);
  const phone = await join(uniqueName("attic"), who);
  for (const text of ["one", "two", "three"]) {
    const asked = alice.sendPrivate(who.name, text, { id: text });
    // An object that sleeps already cannot be put to sleep. Here the delivery
    // has woken it, and its call to a room may be open.
    expect(await bob.next("private")).toHaveProperty("text", text);
    await server.sleepDirectory(who.name);
    await asked;
  }
  await server.sleep(room);
  await alice.sendPrivate(who.name, "last");
  expect(await bob.next("private")).toHaveProperty("text", "last");
  for (const text of ["one", "two", "three", "last"])
    expect(await phone.next("private")).toHaveProperty("text", text);
  for (const connection of [bob, phone])
    expect(await connection.unread()).toEqual([]);
});

test("a user finds mail from a directory that fails during the delivery, and a repeat is the same", async () => {
  const who = person("bob");
  const [alice] = await joinAll(uniqueName("lobby"), "alice");
  const bob = await join(uniqueName("kitchen"), who);
  // The cursor is written when the message is on its way.
  const failures = () =>
    server.logs().filter(({ event }) => event === "core failed").length;
  const before = failures();
  await server.failDirectory(who.name, "INTO claim");
  await alice.sendPrivate(who.name, "one", { id: "one" });
  expect(await bob.next("private")).toHaveProperty("text", "one");
  const after = await eventually(
    async () => failures(),
    (now) => now > before,
  );
  expect(after).toBe(before + 1);
  const again = await alice.sendPrivate(who.name, "one", { id: "one" });
  expect(again.duplicate).toBe(true);
  await alice.sendPrivate(who.name, "two");
  expect(await bob.next("private")).toHaveProperty("text", "two");
  const laptop = await join(uniqueName("attic"), who, { mailSince: 0 });
  for (const text of ["one", "two"])
    expect(await laptop.next("private")).toHaveProperty("text", text);
  expect(await laptop.unread()).toEqual([]);
});

test("one user gets a name that many rooms claim at once, and all of their rooms get it", async () => {
  const people = [person("alice"), person("alice")].map(({ token }) => token);
  const name = uniqueName("alice");
  const wishes = Array.from({ length: 12 }, (_, i) => ({
    name: i % 3 === 0 ? name.toUpperCase() : name,
    token: people[i % 2] ?? "",
  }));
  const clients = await Promise.all(
    wishes.map(() => connect(uniqueName("lobby"))),
  );
  clients.forEach((client, i) => {
    const wish = wishes[i];
    if (wish !== undefined) client.send(joinFrame(wish));
  });
  const answers = await Promise.all(
    clients.map((client) =>
      client.inbox.next(
        ({ type }) => type === "welcome" || type === "error",
        "answer",
      ),
    ),
  );
  const users = answers.flatMap((answer) =>
    answer.type === "welcome" ? answer.user : [],
  );
  expect(users).toHaveLength(6);
  expect(new Set(users).size).toBe(1);
  const codes = answers.flatMap((answer) =>
    answer.type === "error" ? answer.code : [],
  );
  expect(new Set(codes)).toEqual(new Set(["username_taken"]));
  const [bob] = await joinAll(uniqueName("attic"), "bob");
  await bob.sendPrivate(name, "psst");
  for (const [i, client] of clients.entries())
    if (answers[i]?.type === "welcome")
      expect(await client.next("private")).toHaveProperty("text", "psst");
  await leaveRoom(bob);
});
