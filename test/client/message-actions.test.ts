// Message actions: tests edits, deletions, reactions, pins and topics of a user, until and after the answer of the server.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import { alice, begin } from "./support/own-message.ts";
import {
  ack,
  change,
  errorReply,
  foldedPage,
  message,
  reacted,
  TestClient,
} from "./support/test-client.ts";

describe("a change is shown at once, and stays if the server accepts it", () => {
  test("an edit", async () => {
    const { client, shown, sent } = await begin();
    const edit = shown().edit("the", { data: 1 });
    expect(shown()).toMatchObject({ text: "the", data: 1, pendingEdit: true });
    const [frame] = await sent();
    expect(frame).toEqual({
      ...{ type: "edit", of: 1, text: "the", data: 1, was: 0, epoch: "e1" },
      id: edit.id,
    });
    client.serverSends(ack(frame, 2));
    expect(await edit).toEqual({ type: "ack", id: edit.id, seq: 2, at: 1002 });
    expect(shown()).toMatchObject({ text: "the", edited: 1002, data: 1 });
    expect(shown()).not.toHaveProperty("pendingEdit");
    client.serverSends(message(3));
    expect(client.lobby.messages).toHaveLength(2);
  });

  test("an edit whose event comes before its ack", async () => {
    const { client, shown, sent } = await begin();
    const edit = shown().edit("the");
    const [frame] = await sent();
    client.serverSends(
      change("edited", 2, 1, { ...alice, text: "the", id: edit.id }),
      ack(frame, 2),
      message(3),
    );
    expect(await edit).toMatchObject({ seq: 2 });
    expect(shown()).toMatchObject({ text: "the", edited: 1002 });
    expect(client.takeSent()).toEqual([]);
  });

  test("a deletion", async () => {
    const { client, shown, sent } = await begin();
    const deletion = shown().delete({ reason: "oops" });
    expect(shown()).toMatchObject({ text: "teh", pendingDelete: true });
    const [frame] = await sent();
    expect(frame).toMatchObject({ type: "delete", of: 1, reason: "oops" });
    client.serverSends(ack(frame, 2));
    expect(await deletion).toMatchObject({ seq: 2 });
    expect(shown()).toMatchObject({ text: "", deleted: true });
    expect(shown()).not.toHaveProperty("pendingDelete");
  });

  test("a reaction, and taking it back", async () => {
    const { client, shown, sent } = await begin();
    const mine = [{ emoji: "👍", count: 1, mine: true, users: ["alice"] }];
    const on = shown().react("👍");
    expect(shown().reactions).toEqual(mine);
    const [frame] = await sent();
    expect(frame).toMatchObject({
      type: "react",
      of: 1,
      emoji: "👍",
      on: true,
    });
    client.serverSends(
      reacted(2, 1, 1, { added: [{ ...alice, id: on.id }] }),
      ack(frame, 2),
    );
    expect(await on).toEqual({ type: "ack", id: on.id, seq: 2, at: 1002 });
    expect(shown().reactions).toEqual(mine);
    shown().react("👍", false);
    expect(shown().reactions).toEqual([]);
    expect(await sent()).toMatchObject([{ type: "react", on: false }]);
  });

  test("a reaction that is there already is acked alone", async () => {
    const { client, shown, sent } = await begin();
    client.serverSends(reacted(2, 1, 1, { added: [alice] }));
    const again = shown().react("👍");
    const [frame] = await sent();
    client.serverSends(ack(frame, 2, { duplicate: true }), message(3));
    expect(await again).toMatchObject({ seq: 2, duplicate: true });
    expect(shown().reactions).toMatchObject([{ count: 1 }]);
    expect(client.takeSent()).toEqual([]);
  });

  test("a reply, which quotes the message", async () => {
    const { client, shown, sent } = await begin();
    const reply = shown().reply("so true");
    expect(client.lobby.pending).toMatchObject([
      { text: "so true", replyTo: 1 },
    ]);
    const [frame] = await sent();
    expect(frame).toEqual({
      ...{ type: "message", text: "so true", replyTo: 1, epoch: "e1" },
      id: reply.id,
    });
    client.serverSends(ack(frame, 2));
    expect(client.lobby.messages[1]).toMatchObject({
      ...{ replyTo: 1, quoted: { seq: 1, username: "alice", text: "teh" } },
    });
    expect(Object.keys(client.lobby.messages[1] ?? {})).not.toContain("epoch");
  });

  test("a reply to a message of a thread belongs to the thread", async () => {
    const { client, sent } = await begin();
    client.serverSends(message(2, { thread: 1 }));
    client.lobby.messages[1]?.reply("here");
    expect(await sent()).toMatchObject([{ replyTo: 2, thread: 1 }]);
    client.lobby.send("there", { thread: 1 });
    client.lobby.send("elsewhere");
    await sent();
    expect(client.lobby.pending).toMatchObject([
      { replyTo: 2, thread: 1 },
      { thread: 1, replyTo: undefined },
      { thread: undefined, replyTo: undefined },
    ]);
  });

  test("a pin and a topic", async () => {
    const { client, shown, sent } = await begin();
    const pin = client.lobby.pin(1);
    const topic = client.lobby.setTopic("cats");
    const [first, second] = await sent();
    expect(first).toMatchObject({ type: "pin", of: 1, on: true, epoch: "e1" });
    expect(second).toMatchObject({
      ...{ type: "moderate", action: "topic", text: "cats" },
    });
    client.serverSends(ack(first, 2), ack(second, 3));
    await Promise.all([pin, topic]);
    expect(shown().pinned).toBe(true);
    expect(client.lobby.getSnapshot()).toMatchObject({
      ...{ pins: [1], topic: "cats" },
    });
    client.lobby.pin(1, false);
    const [third] = await sent();
    client.serverSends(ack(third, 4));
    expect(client.lobby.pins).toEqual([]);
    expect(shown()).not.toHaveProperty("pinned");
  });

  test("changes are no pending messages", async () => {
    const { client, shown } = await begin();
    const before = client.lobby.getSnapshot();
    shown().edit("the");
    shown().react("👍");
    expect(client.lobby.pending).toEqual([]);
    expect(client.sdk.pending).toEqual([]);
    expect(client.lobby.getSnapshot()).not.toBe(before);
  });
});

describe("a change goes back if the server refuses it", () => {
  test.for(["gone", "forbidden", "unsupported"])(
    "with the code %s",
    async (code) => {
      const { client, shown, sent } = await begin();
      const edit = shown().edit("the");
      const reaction = shown().react("👍");
      const deletion = shown().delete();
      const frames = await sent();
      for (const frame of frames) client.serverSends(errorReply(frame, code));
      for (const promise of [edit, reaction, deletion])
        await expect(promise).rejects.toMatchObject({ code });
      expect(shown()).toMatchObject({ text: "teh", reactions: [] });
      expect(shown()).not.toHaveProperty("pendingEdit");
      expect(shown()).not.toHaveProperty("pendingDelete");
      // Each is told by its promise alone.
      expect(client.events.filter(({ type }) => type === "error")).toEqual([]);
      expect(await client.storage.list("")).not.toContainEqual([
        expect.stringContaining("/out/"),
        expect.anything(),
      ]);
    },
  );

  test("a change that is refused for a moment is sent again", async () => {
    const { client, shown, sent } = await begin();
    const reaction = shown().react("👍");
    const [frame] = await sent();
    client.serverSends(errorReply(frame, "rate_limited", { retryAfter: 500 }));
    expect(shown().reactions).toHaveLength(1);
    await client.environment.advance(500);
    const [again] = await sent();
    expect(again).toEqual(frame);
    client.serverSends(ack(again, 2));
    expect(await reaction).toMatchObject({ seq: 2 });
  });

  test("an argument that is no text or emoji throws at the call", async () => {
    const { shown, client } = await begin();
    const wrong = 7 as never;
    for (const act of [
      () => shown().edit(wrong),
      () => shown().react(wrong),
      () => shown().react(""),
      () => shown().reply(wrong),
      () => client.lobby.setTopic(wrong),
    ])
      expect(act).toThrow(TypeError);
  });

  test("a change in a room that was left rejects", async () => {
    const { client, shown } = await begin();
    const message = shown();
    await client.lobby.leave();
    await expect(message.edit("x")).rejects.toMatchObject({ code: "closed" });
  });
});

describe("an edit says which text its author saw", () => {
  test("it names the newest edit that the message shows", async () => {
    const { client, shown, sent } = await begin();
    const old = shown();
    client.serverSends(change("edited", 2, 1, { ...alice, text: "b" }));
    shown().edit("c");
    expect(await sent()).toMatchObject([{ was: 2 }]);
    const stale = old.edit("d");
    await sent();
    stale.catch(() => {});
  });

  test("a message that the user has seen before an edit names the text it had", async () => {
    const { client, shown, sent } = await begin();
    const old = shown();
    client.serverSends(change("edited", 2, 1, { ...alice, text: "b" }));
    old.edit("c");
    expect(await sent()).toMatchObject([{ was: 0 }]);
  });

  test("an edit behind another one of the same user does not", async () => {
    const { shown, sent } = await begin();
    shown().edit("b");
    shown().edit("c");
    expect(shown().text).toBe("c");
    const frames = await sent();
    expect(frames).toMatchObject([{ was: 0 }, { text: "c" }]);
    expect(frames[1]).not.toHaveProperty("was");
  });

  test("an edited message of a page tells it too", async () => {
    const client = new TestClient({ history: 5 });
    const edited = message(1, { ...alice, edited: 5, editSeq: 2 });
    await client.join({ seq: 2 }, foldedPage([edited], { from: 1, to: 2 }));
    client.lobby.messages[0]?.edit("b");
    await flushPromises();
    expect(client.takeSent()).toMatchObject([{ was: 2 }]);
  });
});
