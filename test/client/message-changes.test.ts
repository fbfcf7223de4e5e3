// Message changes: tests that the snapshot has messages as they are now, after edits, deletions, reactions and pins.
import { describe, expect, test } from "vitest";
import type { DataSchema } from "../../src/protocol/standard-schema.ts";
import {
  ALICE,
  BOB,
  change,
  foldedPage,
  history,
  message,
  reacted,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

const bob = { user: BOB, username: "bob" };
const alice = { user: ALICE, username: "alice" };
const texts = (client: TestClient) =>
  client.lobby.messages.map(({ text }) => text);

async function joined(...events: object[]): Promise<TestClient> {
  const client = new TestClient();
  await client.join();
  client.serverSends(...events);
  return client;
}

describe("events that change messages", () => {
  test("a user sees the new text of an edited message, and when it was edited", async () => {
    const client = await joined(
      message(1, { data: 1 }),
      change("edited", 2, 1, { text: "better" }),
    );
    const [shown] = client.lobby.messages;
    expect(shown).toMatchObject({ seq: 1, text: "better", edited: 1002 });
    // An edit without data keeps the data.
    expect(shown).toMatchObject({ data: 1, editSeq: 2 });
    client.serverSends(change("edited", 3, 1, { text: "best", data: null }));
    expect(client.lobby.messages).toMatchObject([{ data: null }]);
  });

  test("an edit whose text is empty by now leaves the newest text", async () => {
    const client = await joined(
      message(1, { text: "newest", edited: 1003 }),
      change("edited", 2, 1),
      change("edited", 3, 1, { text: "newest" }),
    );
    expect(client.lobby.messages).toMatchObject([
      { text: "newest", edited: 1003 },
    ]);
  });

  test("a deleted message keeps its place and author, and nothing that was in it", async () => {
    const client = await joined(
      message(1),
      message(2, { replyTo: 1, data: 1, id: "a" }),
      reacted(3, 2, 1, { added: [bob] }),
      change("pinned", 4, 2),
      change("edited", 5, 2, { text: "again", data: 2 }),
      change("deleted", 6, 2, { reason: "spam" }),
    );
    expect(client.lobby.messages[1]).toEqual({
      ...{ type: "message", seq: 2, room: "lobby", ...bob, at: 1002, id: "a" },
      ...{ text: "", deleted: true, reactions: [], mine: false },
      isReplay: false,
    });
    expect(Object.keys(client.lobby.messages[1] ?? {})).not.toContain("data");
  });

  test("later events do not bring a deleted message back", async () => {
    const client = await joined(
      message(1),
      change("deleted", 2, 1),
      change("edited", 3, 1, { text: "back" }),
      reacted(4, 1, 1, { added: [bob] }),
      change("pinned", 5, 1),
    );
    expect(client.lobby.messages).toMatchObject([
      { text: "", deleted: true, reactions: [] },
    ]);
    expect(client.lobby.messages[0]).not.toHaveProperty("pinned");
  });

  test("reactions are counted, with names and with one's own", async () => {
    const client = await joined(
      message(1),
      reacted(2, 1, 2, { added: [bob, alice] }),
    );
    const reactions = () => client.lobby.messages[0]?.reactions;
    expect(reactions()).toEqual([
      { emoji: "👍", count: 2, mine: true, users: ["bob", "alice"] },
    ]);
    client.serverSends(reacted(3, 1, 1, { removed: [alice] }));
    expect(reactions()).toEqual([
      { emoji: "👍", count: 1, mine: false, users: ["bob"] },
    ]);
    client.serverSends({ ...reacted(4, 1, 1, { added: [bob] }), emoji: "🎉" });
    client.serverSends(reacted(5, 1, 0, { removed: [bob] }));
    expect(reactions()).toMatchObject([{ emoji: "🎉", count: 1 }]);
  });

  test("a message shows the names of ten people who react, and the count of all", async () => {
    const added = Array.from({ length: 12 }, (_, i) => ({
      ...{ user: `user ${i}`, username: `name ${i}` },
    }));
    const client = await joined(message(1), reacted(2, 1, 12, { added }));
    const [reaction] = client.lobby.messages[0]?.reactions ?? [];
    expect(reaction).toMatchObject({ count: 12, mine: false });
    expect(reaction?.users).toHaveLength(10);
  });

  test("damaged people in a reaction do not stop the others", async () => {
    const added = [null, 7, {}, bob];
    const client = await joined(
      message(1),
      { ...reacted(2, 1, 1), added },
      message(3),
    );
    expect(client.lobby.messages[0]?.reactions).toMatchObject([
      { users: ["bob"] },
    ]);
    expect(texts(client)).toEqual(["text 1", "text 3"]);
  });

  test("pins and the topic are those of the welcome, and change with their events", async () => {
    const client = new TestClient();
    await client.join({
      ...{ seq: 9, topic: "cats", pins: [7, 3], role: "moderator" },
    });
    expect(client.lobby.getSnapshot()).toMatchObject({
      ...{ topic: "cats", pins: [7, 3], role: "moderator" },
    });
    client.serverSends(
      change("pinned", 10, 3),
      change("unpinned", 11, 7),
      change("pinned", 12, 8),
      { ...change("topic", 13, 0), text: "dogs" },
    );
    expect(client.lobby.getSnapshot()).toMatchObject({
      ...{ topic: "dogs", pins: [8, 3] },
    });
    client.serverSends(change("deleted", 14, 8));
    expect(client.lobby.pins).toEqual([3]);
  });

  test("a user's role is the one of the welcome, and changes with its event", async () => {
    const client = await joined();
    expect(client.lobby.role).toBe(null);
    const role = (seq: number, user: string, role: string) =>
      client.serverSends({
        ...change("moderated", seq, 0, { action: "role", role }),
        target: { user, username: "somebody" },
      });
    role(1, BOB, "owner");
    expect(client.lobby.role).toBe(null);
    role(2, ALICE, "moderator");
    expect(client.lobby.getSnapshot().role).toBe("moderator");
    role(3, ALICE, "none");
    expect(client.lobby.role).toBe(null);
  });

  test("a replay does not change a topic and pins that are newer", async () => {
    const client = new TestClient();
    await client.join();
    await client.loseConnection();
    client.serverSends(
      resumedWelcome({ seq: 3, topic: "newest", pins: [9] }),
      { ...change("topic", 1, 0), text: "old" },
      change("unpinned", 2, 9),
      change("pinned", 3, 9),
    );
    const { topic, pins } = client.lobby.getSnapshot();
    expect({ topic, pins }).toEqual({ topic: "newest", pins: [9] });
    client.serverSends({ type: "reset", epoch: "e2", seq: 0 });
    expect(client.lobby.topic).toBe("");
  });

  test("listeners get each change once, with whose it is", async () => {
    const client = new TestClient();
    const heard: unknown[] = [];
    for (const type of ["edited", "reacted", "topic"] as const)
      client.lobby.on(type, (event) => heard.push(event));
    await client.join();
    client.serverSends(message(1), change("edited", 2, 1, { text: "b" }));
    client.serverSends(
      change("edited", 2, 1, { text: "b" }),
      reacted(3, 1, 1, { added: [alice] }),
      { ...change("topic", 4, 0), text: "cats" },
    );
    expect(heard).toMatchObject([
      { type: "edited", of: 1, text: "b", mine: false, isReplay: false },
      { type: "reacted", of: 1, mine: true },
      { type: "topic", text: "cats", mine: false },
    ]);
  });

  test("an app's schema checks the data of an edit", async () => {
    const schema: DataSchema = {
      "~standard": {
        ...{ version: 1, vendor: "test" },
        validate: (data: unknown) =>
          data === 1 ? { value: "one" } : { issues: [{ message: "no" }] },
      },
    };
    const client = new TestClient({ schemas: { message: schema } });
    await client.join();
    client.serverSends(
      message(1),
      change("edited", 2, 1, { text: "b", data: 1 }),
    );
    expect(client.lobby.messages).toMatchObject([{ data: "one" }]);
    client.serverSends(change("edited", 3, 1, { text: "c", data: 2 }));
    expect(client.lobby.messages[0]).not.toHaveProperty("data");
  });
});

describe("quotes and threads", () => {
  test("an answer quotes the message as it is now", async () => {
    const client = await joined(message(1), message(2, { replyTo: 1 }));
    const quoted = () => client.lobby.messages[1]?.quoted;
    expect(quoted()).toEqual({ seq: 1, ...bob, text: "text 1" });
    client.serverSends(change("edited", 3, 1, { text: "😀".repeat(300) }));
    expect(quoted()).toMatchObject({ text: "😀".repeat(200) });
    client.serverSends(change("deleted", 4, 1));
    expect(quoted()).toEqual({ seq: 1, erased: true });
  });

  test("the first message of a thread counts its replies", async () => {
    const client = await joined(
      message(1),
      message(2, { thread: 1 }),
      message(3, { thread: 1 }),
    );
    const replies = () => client.lobby.messages[0]?.replies;
    expect(replies()).toEqual({ count: 2, last: 3 });
    client.serverSends(change("deleted", 4, 2));
    expect(replies()).toEqual({ count: 1, last: 3 });
  });
});

describe("folded pages", () => {
  const page = () =>
    foldedPage(
      [
        message(4, {
          ...{ text: "now", edited: 1006, replies: { count: 1, last: 8 } },
          reactions: [
            { emoji: "👍", count: 3, mine: true, users: ["bob"] },
            { emoji: "🎉", count: 1, users: ["carl"] },
          ],
        }),
        { ...message(5), type: "erased", text: undefined },
        message(8, { replyTo: 2, quoted: { seq: 2, ...bob, text: "two" } }),
        message(9, { thread: 4 }),
      ],
      { from: 4, to: 10, more: true },
    );

  test("the first page is folded, and shows messages as they are now", async () => {
    const client = new TestClient({ history: 50 });
    const join = await client.join({ seq: 10 }, page());
    expect(join).toMatchObject({ fold: true });
    expect(client.lobby.messages).toMatchObject([
      {
        ...{ text: "now", edited: 1006, replies: { count: 1, last: 8 } },
        reactions: [
          { emoji: "👍", count: 3, mine: true },
          { emoji: "🎉", count: 1, mine: false },
        ],
      },
      { seq: 5, text: "", deleted: true },
      { quoted: { text: "two" } },
      { thread: 4 },
    ]);
    // A deleted message is no message for a listener.
    expect(client.shownTexts).toEqual(["now", "text 8", "text 9"]);
  });

  test("events that the page has already are not counted again", async () => {
    const client = new TestClient({ history: 50 });
    const late = { ...page(), asOf: 12 };
    await client.join({ seq: 10 }, late);
    client.serverSends(
      change("edited", 11, 4, { text: "too old" }),
      reacted(12, 4, 7, { added: [bob] }),
    );
    expect(client.lobby.messages).toMatchObject([
      { text: "now", reactions: [{ count: 3 }, { count: 1 }] },
      {},
      {},
      {},
    ]);
    client.serverSends(reacted(13, 4, 4, { added: [bob] }));
    expect(client.lobby.messages[0]?.reactions[0]).toMatchObject({ count: 4 });
  });

  test("a page that ends before the newest event is no gap", async () => {
    const client = new TestClient({ history: 50 });
    await client.join({ seq: 10 }, page(), message(11));
    expect(client.lobby.messages.at(-1)).toMatchObject({ seq: 11 });
    expect(client.takeSent()).toEqual([]);
    expect(await client.loseConnection()).toMatchObject({ since: 11 });
  });

  test("a user loads the page before an empty one", async () => {
    const client = new TestClient({ history: 50 });
    await client.join(
      { seq: 90 },
      foldedPage([], { from: 60, to: 90, more: true }),
    );
    expect(client.lobby.more).toBe(true);
    const older = client.lobby.loadOlder(5);
    expect(client.takeSent()).toEqual([
      { type: "history", fold: true, before: 60, limit: 5 },
    ]);
    client.serverSends(foldedPage([], { from: 30, to: 59, more: true }));
    expect(await older).toEqual({ messages: [], more: true, from: 30, to: 59 });
    const oldest = client.lobby.loadOlder(5);
    expect(client.takeSent()).toMatchObject([{ before: 30 }]);
    client.serverSends(foldedPage([message(3)], { from: 1, to: 29 }));
    await oldest;
    expect(client.lobby.messages).toMatchObject([{ seq: 3 }]);
    expect(client.lobby.more).toBe(false);
  });

  test("after a gap, messages that may have changed unseen are dropped", async () => {
    const client = new TestClient({ history: 50 });
    await client.join({ seq: 2 }, history([message(1), message(2)]));
    await client.loseConnection();
    client.serverSends(
      resumedWelcome({ seq: 99, resumed: false, gap: true }),
      foldedPage([message(98)], { from: 90, to: 99, more: true }),
    );
    expect(client.lobby.messages).toMatchObject([{ seq: 98 }]);
    expect(client.gaps).toMatchObject([{ after: 2, before: 90 }]);
    expect(client.lobby.more).toBe(true);
  });

  test("a page that overlaps what was shown replaces it, and shows nothing twice", async () => {
    const client = new TestClient({ history: 50 });
    await client.join({ seq: 2 }, history([message(1), message(2)]));
    await client.loseConnection();
    client.serverSends(
      resumedWelcome({ seq: 4, resumed: false, gap: true }),
      foldedPage([message(2, { text: "changed", edited: 9 }), message(4)], {
        ...{ from: 2, to: 4, more: true },
      }),
    );
    expect(client.shownTexts).toEqual(["text 1", "text 2", "text 4"]);
    expect(texts(client)).toEqual(["changed", "text 4"]);
  });

  test("a gap in the middle drops what was before it", async () => {
    const client = await joined(message(1), message(9));
    client.takeSent();
    client.serverSends(history([message(7), message(8)]));
    expect(client.lobby.messages).toMatchObject([
      { seq: 7 },
      { seq: 8 },
      { seq: 9 },
    ]);
    expect(client.lobby.more).toBe(true);
  });
});
