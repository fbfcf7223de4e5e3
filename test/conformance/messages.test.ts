// Messages: a sender gets an ack for each room message, and each message is stored once.
import { describe, expect, test } from "vitest";
import { isRoomAck } from "./support/frames.ts";
import {
  expectSilence,
  join,
  joinAll,
  receivedBefore,
} from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";

// The sender gets the ack, all others the message.
describe("the ack", () => {
  test("alice's ack has the number and the time of her message, not the text", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const id = uniqueId();
    const ack = await alice.sendMessage("hello", id);
    const heard = await bob.next("message");
    expect(ack).toEqual({ type: "ack", id, seq: heard.seq, at: heard.at });
    expect(await alice.unread()).toEqual([]);
  });

  test("alice may send a message without an id", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    alice.send({ type: "message", text: "hello" });
    const ack = await alice.next("ack");
    expect(ack).not.toHaveProperty("id");
    const heard = await bob.next("message");
    expect(heard).not.toHaveProperty("id");
    expect(heard).toHaveProperty("seq", isRoomAck(ack) ? ack.seq : undefined);
  });

  // An id has 1 to 64 printable ASCII characters.
  test.for(["1", "x".repeat(64), "a:b/c?d=e&f~!{}|'\"\\", "__proto__"])(
    "alice may use %j as an id",
    async (id) => {
      const [alice] = await joinAll(uniqueName("lobby"), "alice");
      const ack = await alice.sendMessage("hello", id);
      expect(ack.id).toBe(id);
      expect(await alice.sendMessage("again", id)).toHaveProperty(
        "duplicate",
        true,
      );
    },
  );

  // The ack stands at the place of its seq in the sender's stream.
  test("alice's acks come in their place among the messages that she gets", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    for (let turn = 0; turn < 40; turn++) {
      alice.send({ type: "message", text: `alice ${turn}` });
      bob.send({ type: "message", text: `bob ${turn}` });
    }
    for (const member of [alice, bob]) {
      const frames = [];
      while (frames.length < 80)
        frames.push(await member.inbox.next(() => true, "message or ack"));
      const seqs = frames.map((frame) => ("seq" in frame ? frame.seq : 0));
      expect(seqs).toEqual(Array.from({ length: 80 }, (_, n) => n + 1));
      const types = frames.map(({ type }) => type);
      expect(types.filter((type) => type === "ack")).toHaveLength(40);
    }
  });

  // The room messages of one connection keep their order.
  test("messages that alice sends without waiting arrive in her order", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const texts = Array.from({ length: 50 }, (_, n) => `word ${n}`);
    for (const text of texts) alice.send({ type: "message", text });
    const heard = await bob.until("message", { text: "word 49" });
    expect(heard.map((frame) => "text" in frame && frame.text)).toEqual(texts);
  });
});

describe("the text", () => {
  test.for([
    "two\nlines\tand a tab",
    "  spaces   kept  ",
    "😀 𝒜 👩‍👩‍👧 é é हिन्दी ไทย 李雷 \u{10ffff}",
    `<b>"quotes" & 'more'</b> \\ \\n \\u0000 {"type":"message"}`,
    "/say hello",
    "@bob hello",
    "constructor",
  ])("bob reads %j as alice wrote it", async (text) => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await alice.sendMessage(text);
    expect((await bob.next("message")).text).toBe(text);
  });
});

// A repeated id from the same user is acked again and not sent again.
describe("once", () => {
  test("alice sends a message twice with one id, and bob gets it once", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const id = uniqueId();
    const first = await alice.sendMessage("hello", id);
    const second = await alice.sendMessage("quite another text", id);
    expect(second).toEqual({ ...first, duplicate: true });
    const heard = await receivedBefore(bob, alice);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ text: "hello", seq: first.seq });
  });

  test("alice sends a message again before its ack, and bob gets it once", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const id = uniqueId();
    for (let turn = 0; turn < 3; turn++)
      alice.send({ type: "message", text: "hello", id });
    const first = await alice.next("ack", { id });
    expect(first).not.toHaveProperty("duplicate");
    const again = { ...first, duplicate: true };
    expect(await alice.next("ack", { id })).toEqual(again);
    expect(await alice.next("ack", { id })).toEqual(again);
    expect(await receivedBefore(bob, alice)).toHaveLength(1);
  });

  test("alice sends a message again after a reconnect, and bob gets it once", async () => {
    const room = uniqueName("lobby");
    const who = person("alice");
    const [bob, alice] = await joinAll(room, "bob", who);
    const id = uniqueId();
    const first = await alice.sendMessage("hello", id);
    const back = await join(room, who);
    alice.drop();
    const second = await back.sendMessage("hello", id);
    expect(second).toEqual({ ...first, duplicate: true });
    expect(await receivedBefore(bob, back)).toHaveLength(1);
  });

  test("alice's laptop sends again what her phone has sent, and bob gets it once", async () => {
    const room = uniqueName("lobby");
    const who = person("alice");
    const [bob, phone, laptop] = await joinAll(room, "bob", who, who);
    const id = uniqueId();
    const first = await phone.sendMessage("hello", id);
    await laptop.next("message", { seq: first.seq });
    const second = await laptop.sendMessage("hello", id);
    expect(second).toEqual({ ...first, duplicate: true });
    expect(await receivedBefore(bob, laptop)).toHaveLength(1);
    await phone.next("message");
    await expectSilence(phone, laptop);
  });

  test("two users may use the same id", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const id = uniqueId();
    const { seq } = await alice.sendMessage("mine", id);
    const ack = await bob.sendMessage("mine too", id);
    expect(ack).toMatchObject({ seq: seq + 1 });
    expect(ack).not.toHaveProperty("duplicate");
  });

  test("an id that was used in one room is new in another", async () => {
    const who = person("alice");
    const lobby = await join(uniqueName("lobby"), who);
    const kitchen = await join(uniqueName("kitchen"), who);
    const id = uniqueId();
    await lobby.sendMessage("hello", id);
    expect(await kitchen.sendMessage("hello", id)).not.toHaveProperty(
      "duplicate",
    );
  });

  // The dedupe window is the newest 1,000 events.
  test("alice sends a message again after many others, and bob gets it once", async () => {
    const room = uniqueName("lobby");
    const who = person("alice");
    const [alice, bob, carol] = await joinAll(room, who, "bob", "carol");
    const id = uniqueId();
    const first = await alice.sendMessage("hello", id);
    for (let turn = 0; turn < 150; turn++)
      for (const member of [bob, carol])
        member.send({ type: "message", text: `talk ${turn}` });
    await alice.next("message", { seq: first.seq + 300 });
    expect(await alice.sendMessage("hello", id)).toEqual({
      ...first,
      duplicate: true,
    });
  });

  // Dedupe goes by identity, not by name or connection: a later holder of the
  // name must not be mistaken for the first. names.test.ts tests the claim.
  test("a repeated id does not use up a number", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    const id = uniqueId();
    const { seq } = await alice.sendMessage("hello", id);
    await alice.sendMessage("hello", id);
    await alice.sendMessage("hello", id);
    expect((await alice.sendMessage("next")).seq).toBe(seq + 1);
  });
});
