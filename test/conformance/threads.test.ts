// Answers and threads: a message quotes another one, or belongs to a thread that is read on its own.
import { describe, expect, test } from "vitest";
import type { RoomAck } from "./support/frames.ts";
import { joinAll, type Member } from "./support/members.ts";
import { uniqueId, uniqueName } from "./support/people.ts";

async function say(
  member: Member,
  text: string,
  fields: object = {},
): Promise<RoomAck> {
  const id = uniqueId();
  member.send({ type: "message", text, id, ...fields });
  return member.roomAck(id);
}

async function page(member: Member, query: object) {
  member.send({ type: "history", ...query });
  return member.next("history");
}

async function foldedPage(member: Member, query: object) {
  const answer = await page(member, { ...query, fold: true });
  if (answer.fold !== true) throw new Error("The page is not folded.");
  return answer;
}

function seqs({ messages }: { messages: readonly { seq: number }[] }) {
  return messages.map(({ seq }) => seq);
}

describe("a message that answers another one", () => {
  test("bob hears which message alice answers, and reads its text", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const { seq: replyTo } = await say(bob, "x".repeat(300));
    const { seq } = await say(alice, "yes", { replyTo });
    expect(await bob.next("message")).toMatchObject({ seq, replyTo });
    const { messages } = await foldedPage(bob, { limit: 1 });
    expect(messages[0]).toHaveProperty("quoted", {
      ...{ seq: replyTo, user: bob.welcome.user, username: bob.name },
      text: "x".repeat(200),
    });
  });

  test("alice cannot answer what is not there", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const { seq } = await say(alice, "hello");
    for (const fields of [
      { replyTo: seq + 100 },
      { thread: seq + 100 },
      { replyTo: seq, epoch: "another" },
      { thread: seq, epoch: "another" },
    ]) {
      const frame = { type: "message", text: "yes", id: "a", ...fields };
      expect(await alice.refused(frame, "gone")).toHaveProperty("id", "a");
    }
    await bob.next("message", { text: "hello" });
    expect(await bob.unread()).toEqual([]);
  });
});

describe("a thread", () => {
  test("its messages are in line with all others, and the first one counts them", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const { seq: thread } = await say(alice, "Where do we eat?");
    const { seq: first } = await say(bob, "Pizza?", { thread });
    const { seq: other } = await say(bob, "Good morning");
    const { seq: last } = await say(alice, "Yes!", { thread, replyTo: first });
    expect(await alice.next("message", { thread })).toHaveProperty(
      "seq",
      first,
    );
    const everything = await foldedPage(bob, {});
    expect(seqs(everything)).toEqual([thread, first, other, last]);
    expect(everything.messages[0]).toHaveProperty("replies", {
      ...{ count: 2, last },
    });
    const only = await foldedPage(bob, { thread });
    expect(only).toMatchObject({ thread, more: false });
    expect(seqs(only)).toEqual([thread, first, last]);
    expect(seqs(await page(bob, { thread }))).toEqual([thread, first, last]);
  });

  test("a thread does not begin inside of a thread", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    const { seq: thread } = await say(alice, "Where do we eat?");
    const { seq } = await say(alice, "Pizza?", { thread });
    const frame = { type: "message", text: "Why?", thread: seq };
    await alice.refused(frame, "bad_request");
  });

  test("its pages together hold each message once, in both directions", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    const { seq: thread } = await say(alice, "Where do we eat?");
    const all = [thread];
    for (let i = 0; i < 30; i++) {
      alice.send({ type: "message", text: `noise ${i}` });
      all.push((await say(alice, `reply ${i}`, { thread })).seq);
    }
    const older: number[] = [];
    let before: number | undefined;
    for (;;) {
      const next = await foldedPage(alice, { thread, before, limit: 7 });
      older.unshift(...seqs(next));
      if (!next.more) break;
      before = next.from;
    }
    expect(older).toEqual(all);
    const newer: number[] = [];
    let after = 0;
    for (;;) {
      const next = await foldedPage(alice, { thread, after, limit: 7 });
      newer.push(...seqs(next));
      if (!next.more) break;
      after = next.to;
    }
    expect(newer).toEqual(all);
  });
});
