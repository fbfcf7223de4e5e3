// Reactions: people react to messages with emoji, each once, and everybody sees how many.
import { describe, expect, test } from "vitest";
import { join, joinAll, joinMany, type Member } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";

function react(member: Member, of: number, emoji = "👍", on = true): string {
  const id = uniqueId();
  member.send({ type: "react", of, emoji, on, id });
  return id;
}

/** The reactions to a message, as a member reads them. */
async function reactionsTo(member: Member, seq: number) {
  member.send({ type: "history", before: seq + 1, limit: 1, fold: true });
  const page = await member.next("history");
  const [message] = page.messages;
  return message !== undefined && "reactions" in message
    ? message.reactions
    : undefined;
}

test("alice reacts, and everybody sees it, she too, before her ack", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  const { seq: of } = await bob.sendMessage("hello");
  const id = react(alice, of);
  const heard = await bob.next("reacted");
  const reactor = { user: alice.welcome.user, username: alice.name, id };
  expect(heard).toMatchObject({
    ...{ of, emoji: "👍", added: [reactor], removed: [], count: 1 },
  });
  const own = (await alice.until("ack", { id })).slice(-2);
  expect(own).toEqual([
    heard,
    { type: "ack", id, seq: heard.seq, at: heard.at },
  ]);
});

test("alice takes her reaction back", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  const { seq: of } = await bob.sendMessage("hello");
  await alice.roomAck(react(alice, of));
  await alice.roomAck(react(alice, of, "👍", false));
  await bob.next("reacted", { count: 1 });
  const back = await bob.next("reacted");
  expect(back).toMatchObject({ added: [], count: 0 });
  expect(back.removed).toMatchObject([{ username: alice.name }]);
  expect(await reactionsTo(bob, of)).toBeUndefined();
});

test("alice reacts again, from another connection too, and is counted once", async () => {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  const { seq: of } = await bob.sendMessage("hello");
  const { seq } = await alice.roomAck(react(alice, of));
  const other = await join(room, alice.person);
  for (const connection of [alice, other]) {
    const again = await connection.roomAck(react(connection, of));
    expect(again).toMatchObject({ seq, duplicate: true });
  }
  expect(await reactionsTo(bob, of)).toMatchObject([{ count: 1 }]);
});

test("each user sees which reactions are their own", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  const { seq: of } = await bob.sendMessage("hello");
  await alice.roomAck(react(alice, of, "👍"));
  await bob.roomAck(react(bob, of, "👍"));
  await bob.roomAck(react(bob, of, "🎉"));
  const users = [alice.name, bob.name];
  expect(await reactionsTo(alice, of)).toEqual([
    { emoji: "👍", count: 2, mine: true, users },
    { emoji: "🎉", count: 1, users: [bob.name] },
  ]);
  expect(await reactionsTo(bob, of)).toEqual([
    { emoji: "👍", count: 2, mine: true, users },
    { emoji: "🎉", count: 1, mine: true, users: [bob.name] },
  ]);
});

test("a sign and its coloured form are one emoji", async () => {
  const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
  const { seq: of } = await bob.sendMessage("hello");
  await alice.roomAck(react(alice, of, "\u2764"));
  await bob.roomAck(react(bob, of, "\u2764\ufe0f"));
  expect(await reactionsTo(bob, of)).toMatchObject([
    { emoji: "\u2764\ufe0f", count: 2 },
  ]);
});

describe("what a server refuses", () => {
  test.for(["", "a", "ok", "👍👍", " 👍", 1, null])(
    "alice cannot react with %j",
    async (emoji) => {
      const [alice] = await joinAll(uniqueName("lobby"), "alice");
      const { seq: of } = await alice.sendMessage("hello");
      const frame = { type: "react", of, emoji, on: true };
      await alice.refused(frame, "bad_request");
    },
  );

  test("alice cannot react to what is no message, or not there", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    const { seq: of } = await alice.sendMessage("hello");
    const { seq } = await alice.roomAck(react(alice, of));
    const more = { emoji: "👍", on: true, id: "r" };
    for (const target of [
      { of: seq },
      { of: seq + 1000 },
      { of, epoch: "another" },
    ]) {
      const frame = { type: "react", ...target, ...more };
      expect(await alice.refused(frame, "gone")).toHaveProperty("id", "r");
    }
  });

  test("a message has at most 20 emoji", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const { seq: of } = await alice.sendMessage("hello");
    const many = [..."😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓"];
    for (const emoji of many) await alice.roomAck(react(alice, of, emoji));
    const frame = { type: "react", of, emoji: "🎉", on: true };
    await bob.refused(frame, "forbidden");
    await bob.roomAck(react(bob, of, many[0]));
  });
});

test("many people who react at once are counted exactly, each once", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  const people = [alice, ...(await joinMany(room, 30))];
  const { seq: of } = await alice.sendMessage("clap!");
  for (const member of people) react(member, of, "👏");
  await alice.until("reacted", { count: people.length });
  const again = react(alice, of, "👏");
  const frames = await alice.until("ack", { id: again });
  expect(frames.at(-1)).toHaveProperty("duplicate", true);
  const [summary] = (await reactionsTo(alice, of)) ?? [];
  expect(summary).toMatchObject({ count: people.length, mine: true });
  expect(summary?.users).toHaveLength(10);
});

test("reactions are numbered with the messages, and a resume brings them", async () => {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  const { seq: of } = await alice.sendMessage("hello");
  const { epoch } = alice.welcome;
  await bob.next("message");
  await bob.close();
  const { seq } = await alice.roomAck(react(alice, of));
  const back = await join(room, bob.person, { since: of, epoch });
  expect(back.welcome.resumed).toBe(true);
  expect(await back.next("reacted")).toMatchObject({ seq, of, count: 1 });
  const { seq: next } = await back.sendMessage("I am back");
  expect(next).toBe(seq + 1);
});
