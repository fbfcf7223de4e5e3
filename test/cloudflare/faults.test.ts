// Faults: an error inside of an object loses nothing, and only the connections concerned must reconnect.
import { describe, expect, test } from "vitest";
import { nameKey } from "../../src/protocol/name-key.ts";
import { connect } from "../conformance/support/client.ts";
import { ask, expectProblem } from "../conformance/support/http-client.ts";
import {
  expectUndisturbed,
  join,
  joinAll,
  joinFrame,
  leaveRoom,
} from "../conformance/support/members.ts";
import { person, stranger, uniqueName } from "../conformance/support/people.ts";
import { serveFailing } from "./support/failing-server.ts";
import { eventually } from "./support/server.ts";

const server = serveFailing({ GUEST_CLAIM_SECONDS: 1, PRESENCE_GRACE_MS: 300 });

const SECRET = "nobody\n    at all may read this";

/** The log must not hold these words. */
function expectNothingOf(...words: string[]): void {
  const log = server.logs().map((line) => Object.values(line).join(" "));
  for (const word of words) expect(log.join("\n")).not.toContain(word);
}

describe("a room fails while it writes a message", () => {
  test("alice's message in a room that fails is seen by nobody, all are told to come back, and she sends it again", async () => {
    const room = uniqueName("lobby");
    const [who, other] = [person("alice"), person("bob")];
    const [alice, bob] = await joinAll(room, who, other);
    const [carol, dave] = await joinAll(uniqueName("kitchen"), "carol", "dave");
    await server.failRoom(room, "INSERT INTO log");
    const heard = bob.frames.length;
    const told = alice.frames.length;
    alice.send({ type: "message", text: SECRET, id: "id-1" });
    for (const member of [alice, bob])
      expect(await member.closed()).toEqual({
        code: 4002,
        reason: "restarted",
      });
    expect(alice.frames.slice(told)).toEqual([]);
    expect(bob.frames.slice(heard)).toEqual([]);
    expect(await server.room(room, "SELECT * FROM log")).toEqual([]);
    await expectUndisturbed(carol, dave);

    const back = await join(room, who, {
      since: 0,
      epoch: alice.welcome.epoch,
    });
    expect(back.welcome).toMatchObject({ resumed: true, seq: 0 });
    const ack = await back.sendMessage(SECRET, "id-1");
    expect(ack).toMatchObject({ seq: 1 });
    expect(ack).not.toHaveProperty("duplicate");
    const again = await join(room, other);
    expect(again.page?.messages).toMatchObject([{ text: SECRET, seq: 1 }]);
  });

  test("an operator reads in the log where a room failed and at which frame, and no text of users", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    await server.failRoom(room, "INSERT INTO log");
    alice.send(SECRET);
    await alice.closed();
    const failures = () =>
      server
        .logs()
        .filter((each) => each.room === room && each.event === "core failed");
    await expect.poll(() => failures().length).toBeGreaterThan(0);
    const [line, ...more] = failures();
    expect(more).toEqual([]);
    expect(line).toEqual({
      room,
      event: "core failed",
      kind: "frame",
      error: expect.stringMatching(/^Error: .*worker\.js:\d+/),
    });
    expectNothingOf(SECRET, "may read this", alice.name);
  });

  test("a user who does not come back after a failure of the room has left", async () => {
    const room = uniqueName("lobby");
    const who = person("alice");
    const [alice, bob] = await joinAll(room, who, "bob");
    await server.failRoom(room, "INSERT INTO log");
    alice.send("hello");
    await bob.closed();
    const back = await join(room, who);
    if (back.welcome.count > 1) await back.next("left", { username: bob.name });
    back.send({ type: "who" });
    expect(await back.next("members")).toHaveProperty("count", 1);
  });
});

test("a reader of a room that fails gets a 503 without the cause", async () => {
  const room = uniqueName("lobby");
  const [alice] = await joinAll(room, "alice");
  await alice.sendMessage("hello");
  await server.failRoom(room, "SELECT first, body FROM log");
  const answer = await ask(`/rooms/${room}/messages`);
  expectProblem(answer, 503);
  expect(answer.text).not.toMatch(/SELECT|worker\.js|\bat /);
  const next = await ask(`/rooms/${room}/messages`);
  expect(next.body).toMatchObject({ messages: [{ text: "hello" }] });
});

describe("a name's directory fails", () => {
  test("a user who joins while the directory fails is told to try again, and can", async () => {
    const room = uniqueName("lobby");
    const who = person("alice");
    const alice = await connect(room);
    const before = server.logs().length;
    await server.failDirectory(who.name, "INTO claim");
    const failure = await alice.refused(joinFrame(who), "unavailable");
    expect(failure.retryAfter).toBeGreaterThan(0);
    alice.send(joinFrame(who));
    expect(await alice.next("welcome")).toHaveProperty("count", 1);
    await expect
      .poll(() => server.logs().slice(before))
      .toMatchObject([
        { directory: expect.stringMatching(/^\w{12}$/), event: "core failed" },
        { room, event: "call failed", to: "directory" },
        { room, event: "join refused", code: "unavailable" },
      ]);
    expectNothingOf(who.name, nameKey(who.name), who.token);
  });

  test("alice's private message to a directory that fails is not acked, lost or doubled", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    const [bob] = await joinAll(uniqueName("kitchen"), "bob");
    await server.failDirectory(bob.name, "INTO mail");
    const frame = { type: "private", to: bob.name, text: "psst", id: "id-1" };
    const failure = await alice.refused(frame, "unavailable");
    expect(failure).toMatchObject({ id: "id-1" });
    const ack = await alice.sendPrivate(bob.name, "psst", { id: "id-1" });
    expect(ack).toMatchObject({ delivered: true });
    expect(ack).not.toHaveProperty("duplicate");
    expect(await bob.unread()).toMatchObject([
      { type: "private", mail: bob.welcome.mail + 1 },
    ]);
  });

  test("a claim of a user still ends if that fails the first time", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    await server.failDirectory(alice.name, "DELETE FROM mail");
    await leaveRoom(alice);
    const claims = await eventually(
      () => server.tables("directory", alice.name),
      (tables) => tables.length === 0,
    );
    expect(claims).toEqual([]);
  });
});

describe("a socket", () => {
  test("a user whose socket breaks is closed, and everybody else gets everything", async () => {
    const room = uniqueName("lobby");
    const [alice, bob, carol, dave] = await joinAll(
      room,
      "alice",
      "bob",
      "carol",
      "dave",
    );
    await server.breakSocket(room, bob.name);
    await alice.sendMessage("hello");
    for (const member of [carol, dave])
      expect(await member.next("message")).toHaveProperty("text", "hello");
    expect(await bob.closed()).toHaveProperty("code", 4000);
    await carol.next("left", { username: bob.name });
    await alice.next("left", { username: bob.name });
    await dave.next("left", { username: bob.name });
    await expectUndisturbed(alice, dave);
  });

  test("a user who never answers the close of a socket delays nobody", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const old = await join(room, who, { device: "phone" });
    const [alice, carol] = await joinAll(room, "alice", "carol");
    old.pause();
    const bob = await join(room, who, { device: "phone" });
    await alice.sendMessage("hello");
    for (const member of [bob, carol])
      expect(await member.next("message")).toHaveProperty("text", "hello");
    carol.send({ type: "who" });
    expect(await carol.next("members")).toHaveProperty("count", 3);
    const thief = await connect(uniqueName("kitchen"));
    await thief.refused(joinFrame(stranger(who.name)), "username_taken");
  });
});
