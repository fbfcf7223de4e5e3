// Offline changes: tests that edits, deletions and reactions survive lost connections and reloads, and are done once.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import { alice, begin } from "./support/own-message.ts";
import {
  change,
  errorReply,
  foldedPage,
  message,
  ownMessage,
  reacted,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

describe("over lost connections and reloads", () => {
  const reload = (client: TestClient) =>
    new TestClient({
      ...{ storage: client.storage, name: "other", startAfter: client },
      history: 5,
    });

  test("changes made offline survive a reload, and are shown after it", async () => {
    const { client, shown } = await begin();
    await client.environment.advance(1000);
    client.environment.socket.serverCloses();
    shown().edit("the");
    shown().react("👍");
    await flushPromises();
    const after = reload(client);
    await after.acceptJoin();
    const page = foldedPage([message(1, { ...alice, text: "teh" })], {
      ...{ from: 1, to: 1 },
    });
    after.serverSends(resumedWelcome({ seq: 1 }));
    after.takeSent();
    after.serverSends(page);
    await flushPromises();
    expect(after.lobby.messages).toMatchObject([
      { text: "the", pendingEdit: true, reactions: [{ mine: true }] },
    ]);
    const frames = after.takeSent();
    expect(frames).toMatchObject([
      { type: "edit", of: 1, text: "the", was: 0, epoch: "e1" },
      { type: "react", of: 1, emoji: "👍", epoch: "e1" },
    ]);
    after.serverSends(errorReply(frames[0], "gone"));
    expect(after.lobby.messages).toMatchObject([{ text: "teh" }]);
    // Nobody waits for the promise any more.
    expect(after.events.filter(({ type }) => type === "error")).toMatchObject([
      { error: { code: "gone" } },
    ]);
  });

  test("a change whose ack is lost is found in the replay, and not sent again", async () => {
    const { client, shown, sent } = await begin();
    const edit = shown().edit("the");
    const reaction = shown().react("👍");
    expect(await sent()).toHaveLength(2);
    expect(await client.loseConnection()).toMatchObject({ since: 1 });
    client.serverSends(
      resumedWelcome({ seq: 3 }),
      change("edited", 2, 1, { ...alice, text: "the", id: edit.id }),
      reacted(3, 1, 1, { added: [{ ...alice, id: reaction.id }] }),
    );
    expect(await edit).toMatchObject({ seq: 2 });
    expect(await reaction).toMatchObject({ seq: 3 });
    expect(await sent()).toEqual([]);
    expect(shown()).toMatchObject({ text: "the", reactions: [{ count: 1 }] });
  });

  test("a change that the replay does not have is sent again", async () => {
    const { client, shown, sent } = await begin();
    shown().delete();
    const [frame] = await sent();
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 1 }));
    expect(await sent()).toEqual([frame]);
  });

  test("without a replay to tell, what makes the same once more is sent again", async () => {
    const { client, shown, sent } = await begin();
    shown().delete();
    shown().react("👍");
    shown().edit("the");
    const frames = await sent();
    expect(frames).toHaveLength(3);
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 9, resumed: false, gap: true }));
    expect(await sent()).toEqual(frames);
  });

  test("without a replay to tell, an edit that could undo a newer one is not", async () => {
    const { client, shown, sent } = await begin();
    shown().edit("the");
    const second = shown().edit("them");
    const frames = await sent();
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 9, resumed: false, gap: true }));
    await expect(second).rejects.toMatchObject({ code: "unknown" });
    expect(await sent()).toEqual(frames.slice(0, 1));
  });

  test("a change to a message of another log is not shown, and is refused", async () => {
    const { client, shown, sent } = await begin();
    client.environment.socket.serverCloses();
    const edit = shown().edit("the");
    await client.environment.advanceToNextAttempt();
    await client.acceptJoin();
    client.serverSends(
      resumedWelcome({ seq: 0, epoch: "e2", resumed: false, gap: true }),
      message(1, { text: "another" }),
    );
    expect(client.lobby.messages).toMatchObject([{ text: "another" }]);
    const frames = await sent();
    for (const frame of frames) {
      expect(frame).toMatchObject({ epoch: "e1" });
      client.serverSends(errorReply(frame, "gone"));
    }
    await expect(edit).rejects.toBeDefined();
  });

  test("an older SDK in another tab ignores stored changes", async () => {
    const { client, shown } = await begin();
    client.environment.socket.serverCloses();
    shown().edit("the");
    await flushPromises();
    const stored = await client.storage.list("");
    const items = stored
      .filter(([key]) => key.includes("/out/"))
      .map(([, value]) => value);
    expect(items).toMatchObject([{ change: { type: "edit", of: 1 } }]);
    // It takes what has a text for a message.
    expect(items[0]).not.toHaveProperty("text");
  });

  test("a change of a newer SDK stays in the storage", async () => {
    const { client } = await begin();
    const item = {
      ...{ id: "newer", at: 1, owner: "gone", room: "lobby" },
      change: { type: "translate", of: 1 },
    };
    const key = "http%3A%2F%2Fchat.example/alice/out/000000000-000000-newer";
    await client.storage.set(key, item);
    const after = reload(client);
    await after.join({ seq: 1 }, foldedPage([], { from: 1, to: 1 }));
    await flushPromises();
    expect(after.takeSent()).toEqual([]);
    expect(await client.storage.get(key)).toEqual(item);
  });

  test("a deleted message under the id of a pending one shows that it had arrived", async () => {
    const { client, sent } = await begin();
    const sending = client.lobby.send("hello");
    const [frame] = await sent();
    await client.loseConnection();
    const { text: _, ...header } = ownMessage(2, frame) as { text?: string };
    client.serverSends(resumedWelcome({ seq: 3 }), {
      ...header,
      type: "erased",
    });
    expect(await sending).toMatchObject({ seq: 2, duplicate: true });
    expect(await sent()).toEqual([]);
    expect(client.lobby.messages[1]).toMatchObject({ deleted: true });
  });
});
