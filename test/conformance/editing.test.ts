// Editing: authors change and delete their messages, and everybody comes to the same end, live, by pages and by a resume.
import { describe, expect, test } from "vitest";
import { register } from "./support/attack.ts";
import { ask } from "./support/http-client.ts";
import {
  join,
  joinAll,
  joinText,
  type Member,
  receivedBefore,
} from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";

/** A user with a registered name owns the room; another one is a member. */
async function owned(room: string): Promise<[owner: Member, member: Member]> {
  const first = await join(uniqueName("hall"), person("owner"));
  await register(first);
  const owner = await join(room, first.person);
  const member = await join(room, person("member"));
  await owner.next("joined");
  return [owner, member];
}

/** All that a room stores, as a page has it. */
async function page(reader: Member) {
  reader.send({ type: "history", limit: 200 });
  return (await reader.next("history")).messages;
}

describe("an edit", () => {
  test("alice's edit reaches bob, her other device, and carol who comes later", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const phone = await join(room, alice.person);
    const { seq: of } = await alice.sendMessage("helo");
    const id = uniqueId();
    const { epoch } = alice.welcome;
    alice.send({ type: "edit", of, text: "hello", id, epoch, was: 0 });
    const ack = await alice.roomAck(id);
    expect(ack).toMatchObject({ seq: of + 1 });
    for (const reader of [bob, phone])
      expect(await reader.next("edited")).toMatchObject({
        ...{ of, text: "hello", seq: ack.seq, at: ack.at, id },
        ...{ user: alice.welcome.user, username: alice.name, room },
      });
    const carol = await join(room, person("carol"));
    expect(carol.page?.messages).toMatchObject([
      {
        ...{ type: "message", seq: of, text: "hello" },
        ...{ edited: ack.at, editSeq: ack.seq, edits: 1 },
      },
      { type: "edited", of, text: "hello" },
    ]);
  });

  test("a resume leads to the same end as being there", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const { seq: of } = await alice.sendMessage("one");
    await bob.next("message");
    const since = of;
    bob.drop();
    for (const text of ["two", "three"]) {
      const id = uniqueId();
      alice.send({ type: "edit", of, text, id });
      await alice.roomAck(id);
    }
    const { epoch } = bob.welcome;
    const back = await join(room, bob.person, { since, epoch });
    const first = await back.next("edited");
    expect(first).toMatchObject({ of, seq: of + 1 });
    expect(first).not.toHaveProperty("text");
    expect(await back.next("edited")).toMatchObject({ of, text: "three" });
  });

  test("alice's edit with a repeated id is done once", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const { seq: of } = await alice.sendMessage("one");
    await bob.next("message");
    const id = uniqueId();
    for (const text of ["two", "three"])
      alice.send({ type: "edit", of, text, id });
    const first = await alice.roomAck(id);
    expect(await alice.roomAck(id)).toEqual({ ...first, duplicate: true });
    expect(await bob.next("edited")).toHaveProperty("text", "two");
    expect(await bob.unread()).toEqual([]);
  });

  test("bob may not edit alice's message, nor alice what is not there", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const { seq: of } = await alice.sendMessage("one");
    await bob.next("message");
    await bob.refused({ type: "edit", of, text: "two" }, "forbidden");
    const edit = { type: "edit", of, text: "two" };
    await alice.refused({ ...edit, of: of + 1 }, "gone");
    await alice.refused({ ...edit, epoch: "another" }, "gone");
    await alice.refused({ ...edit, was: 7 }, "gone");
    await alice.refused({ ...edit, of: -1 }, "bad_request");
    await alice.refused({ ...edit, text: "" }, "bad_request");
    await alice.refused({ ...edit, text: "x".repeat(4001) }, "too_large");
    expect(await receivedBefore(bob, alice)).toEqual([]);
  });

  test("alice edits her newest message by hand, and a reader of lines is told", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const carol = await joinText(room, person("carol"));
    await alice.next("joined");
    const { seq: of } = await alice.sendMessage("helo");
    alice.send("/edit hello");
    await carol.lineLike(
      new RegExp(`^\\* ${alice.name} edited #${of}: hello$`),
    );
    alice.send(`/edit #${of} hello, all`);
    await carol.lineLike(/hello, all$/);
    carol.send("/history");
    await carol.line(`#${of} ${alice.name}: hello, all`);
    await carol.line(`* #${of}: edited`);
  });
});

describe("a deletion", () => {
  test("bob and a later page see that alice's message is deleted, and nothing of it", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const id = uniqueId();
    const { seq: of, at } = await alice.sendMessage("a text for nobody", id);
    const [edit, deletion] = [uniqueId(), uniqueId()];
    alice.send({ type: "edit", of, text: "nobody's other text", id: edit });
    alice.send({ type: "delete", of, id: deletion, reason: "a slip" });
    const ack = await alice.roomAck(deletion);
    expect(await bob.next("deleted")).toMatchObject({
      ...{ of, reason: "a slip", seq: ack.seq, username: alice.name },
    });
    const messages = await page(bob);
    expect(JSON.stringify(messages)).not.toMatch(/nobody/);
    const { user } = alice.welcome;
    expect(messages[0]).toEqual({
      ...{ type: "erased", seq: of, room, user, username: alice.name, at, id },
    });
    const { epoch } = bob.welcome;
    const again = await join(room, person("carol"), { since: 0, epoch });
    expect(await again.next("erased")).toHaveProperty("seq", of);
    const over = await ask(`/rooms/${room}/messages?after=0`);
    expect(JSON.stringify(over)).not.toMatch(/nobody/);
    // A late resend of the message brings nothing back.
    const late = await alice.sendMessage("a text for nobody", id);
    expect(late).toMatchObject({ seq: of, at, duplicate: true });
  });

  test("is for the author, and for a moderator", async () => {
    const [owner, member] = await owned(uniqueName("lobby"));
    const { seq: mine } = await owner.sendMessage("the owner's");
    const { seq: theirs } = await member.sendMessage("the member's");
    await member.refused({ type: "delete", of: mine }, "forbidden");
    owner.send({ type: "delete", of: theirs, reason: "spam" });
    expect(await member.next("deleted")).toMatchObject({
      ...{ of: theirs, username: owner.name, reason: "spam" },
    });
    await member.refused({ type: "delete", of: theirs }, "gone");
  });

  test("alice deletes her newest message by hand", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const { seq: of } = await alice.sendMessage("one");
    alice.send("/delete");
    expect(await bob.next("deleted")).toHaveProperty("of", of);
    await alice.refused("/delete", "gone");
  });
});

describe("pins and the topic", () => {
  test("the owner pins a message and sets the topic, and a later member finds both", async () => {
    const room = uniqueName("lobby");
    const [owner, member] = await owned(room);
    const { seq: of } = await member.sendMessage("read this");
    const id = uniqueId();
    owner.send({ type: "pin", of, on: true, id });
    const ack = await owner.roomAck(id);
    expect(await member.next("pinned")).toMatchObject({ of, seq: ack.seq });
    const again = uniqueId();
    owner.send({ type: "pin", of, on: true, id: again });
    expect(await owner.roomAck(again)).toMatchObject({
      ...{ seq: ack.seq, at: ack.at, duplicate: true },
    });
    owner.send({ type: "moderate", action: "topic", text: "Tea at four" });
    expect(await member.next("topic")).toMatchObject({ text: "Tea at four" });
    const told = { topic: "Tea at four", pins: [of] };
    const carol = await join(room, person("carol"));
    expect(carol.welcome).toMatchObject(told);
    owner.send({ type: "pin", of, on: false });
    owner.send("/topic");
    expect(await carol.next("unpinned")).toHaveProperty("of", of);
    expect(await carol.next("topic")).toHaveProperty("text", "");
    const { welcome } = await join(room, person("dave"));
    expect(welcome).not.toHaveProperty("topic");
    expect(welcome).not.toHaveProperty("pins");
  });

  test("other members may do neither, and nobody in a room without an owner", async () => {
    const [, member] = await owned(uniqueName("lobby"));
    const { seq: of } = await member.sendMessage("read this");
    const topic = { type: "moderate", action: "topic", text: "Tea" };
    await member.refused({ type: "pin", of, on: true }, "forbidden");
    await member.refused(topic, "forbidden");
    const alice = await join(uniqueName("lobby"), person("alice"));
    await alice.refused(topic, "forbidden");
    await member.refused({ ...topic, text: "x".repeat(251) }, "bad_request");
    await member.refused({ ...topic, action: "dance" }, "bad_request");
  });
});
