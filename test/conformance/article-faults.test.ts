// Known faults: mistakes of a well-known chat tutorial, each with a test that this server does not make it.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { messagesOf } from "./support/frames.ts";
import {
  expectUndisturbed,
  join,
  joinAll,
  joinFrame,
  leaveRoom,
  takeReleasedName,
} from "./support/members.ts";
import { person, stranger, uniqueName } from "./support/people.ts";

test("alice's private message is not broadcast to the room (an = for ==)", async () => {
  const [alice, bob, carol] = await joinAll(
    uniqueName("lobby"),
    "alice",
    "bob",
    "carol",
  );
  alice.send(`@${bob.name} psst`);
  await bob.next("private", { text: "psst" });
  await alice.next("ack");
  expect(await carol.unread()).toEqual([]);
  carol.send({ type: "history" });
  const messages = messagesOf(await carol.next("history"));
  expect(messages).toHaveLength(1);
  expect(messages[0]?.username).toBe(carol.name);
});

test("the target of a private message does not keep its @", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  alice.send(`@${bob.name} psst`);
  expect((await bob.next("private")).to).toBe(bob.name);
  expect(await alice.next("ack")).toHaveProperty("to", bob.name);
});

describe("names are looked up in a map, not in an object", () => {
  test.for(["constructor", "toString", "hasOwnProperty", "valueOf"])(
    "nobody is called %s until somebody is",
    async (name) => {
      const [alice, bob, carol] = await joinAll(
        uniqueName("lobby"),
        "alice",
        "bob",
        "carol",
      );
      const frame = { type: "private", to: name, text: "psst" };
      await alice.refused(frame, "no_such_user");
      await alice.refused(`@${name} psst`, "no_such_user");
      await expectUndisturbed(bob, carol);
    },
  );

  test("a user who is really called so has a name like any other", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    // Another run on the same server may still hold the name.
    const name = "isPrototypeOf";
    const owner = await takeReleasedName(room, name);
    await alice.next("joined", { username: name });
    await alice.sendPrivate(name, "psst");
    await owner.next("private", { text: "psst" });
    await owner.sendMessage("hello");
    await alice.next("message", { username: name });
  }, 60_000);
});

describe("a malformed private message crashes nothing", () => {
  test.for([
    "@",
    "@ ",
    "@@",
    "@:",
    "@nobody",
    "@ psst",
    "@@bob psst",
    "@__proto__ psst",
    '{"type":"private"}',
    '{"type":"private","to":"","text":"psst"}',
    '{"type":"private","to":null,"text":"psst"}',
    '{"type":"private","to":{},"text":"psst"}',
    '{"type":"private","to":"@bob","text":"psst"}',
    '{"type":"private","to":"bob"}',
  ])("the malformed private message %j harms nobody", async (frame) => {
    const room = uniqueName("lobby");
    const [mallory, alice, bob] = await joinAll(
      room,
      "mallory",
      "alice",
      "bob",
    );
    await mallory.refused(frame, "bad_request", "bad_username", "no_such_user");
    await expectUndisturbed(alice, bob);
    await mallory.sendMessage("still here");
  });
});

describe("leaving is noticed, and the name does not leak", () => {
  test("alice is told that bob left, and after a while another user gets bob's name", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    bob.drop();
    await alice.next("left", { username: bob.name });
    alice.send({ type: "who" });
    expect((await alice.next("members")).members).toEqual([alice.name]);
    // The claim has ended, so the name is free.
    await expect
      .poll(
        async () => {
          alice.send({ type: "private", to: bob.name, text: "still there?" });
          const answer = await alice.inbox.next(
            ({ type }) => type === "ack" || type === "error",
            "ack or error",
          );
          return answer.type === "error" ? answer.code : "it is held";
        },
        { timeout: 15_000, interval: 100 },
      )
      .toBe("no_such_user");
    const next = await join(room, stranger(bob.name));
    await alice.next("joined", { user: next.welcome.user });
  }, 60_000);
});

describe("who joins under a taken name does not take over its messages", () => {
  test("bob still gets what is sent to him after a user was refused his name", async () => {
    const lobby = uniqueName("lobby");
    const [alice, bob] = await joinAll(lobby, "alice", "bob");
    const thief = await connect(lobby);
    await thief.refused(joinFrame(stranger(bob.name)), "username_taken");
    await alice.sendPrivate(bob.name, "for bob alone");
    await alice.sendMessage("for the room");
    await bob.next("private", { text: "for bob alone" });
    await bob.next("message", { text: "for the room" });
    // A message to the thief would have arrived before this one.
    const who = person("honest");
    thief.send(joinFrame(who));
    await thief.next("welcome", { username: who.name });
    const types = thief.inbox.seen.map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(["error", "welcome"]);
    expect(thief.frames.join()).not.toContain("for bob alone");
  });

  test("the next user with bob's name is told to the room as another user", async () => {
    const lobby = uniqueName("lobby");
    const [alice, bob] = await joinAll(lobby, "alice", "bob");
    const id = "my-id";
    await bob.sendMessage("I was bob", id);
    await leaveRoom(bob);
    const next = await takeReleasedName(lobby, bob.name);
    // Another identity has another public id and its own dedupe window.
    expect(next.welcome.user).not.toBe(bob.welcome.user);
    const ack = await next.sendMessage("I am bob now", id);
    expect(ack).not.toHaveProperty("duplicate");
    const heard = await alice.next("message", { text: "I am bob now" });
    expect(heard.user).toBe(next.welcome.user);
    const pinned = { to: bob.name, toUser: bob.welcome.user, text: "psst" };
    await alice.refused({ type: "private", ...pinned }, "no_such_user");
  }, 60_000);
});

test("a user who sends before joining gets not_joined", async () => {
  const lobby = uniqueName("lobby");
  const [alice, bob] = await joinAll(lobby, "alice", "bob");
  const early = await connect(lobby);
  await early.refused({ type: "message", text: "hi" }, "not_joined");
  await early.refused("hi", "not_joined");
  await early.refused(`@${bob.name} psst`, "not_joined");
  await expectUndisturbed(alice, bob);
  const who = person("early");
  early.send(joinFrame(who));
  await early.next("welcome");
  await early.next("history");
  expect((await early.sendMessage("hi")).seq).toBe(3);
});
