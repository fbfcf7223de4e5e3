// Rooms: test several rooms of one user, with one connection each, one secret and one mailbox.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import {
  copyFields,
  privateAck,
  privateMessage,
  TestClient,
} from "./support/test-client.ts";

describe("several rooms of one user", () => {
  const both = async () => {
    const client = new TestClient();
    await client.join();
    const lobby = client.environment.socket;
    const chat = client.chat.join("kitchen");
    await client.join({
      room: "kitchen",
      members: ["alice", "carl"],
      count: 2,
    });
    return { client, lobby, chat, kitchen: client.environment.socket };
  };

  test("rooms of a user share the secret, and have connections of their own", async () => {
    const { client, chat, kitchen, lobby } = await both();
    expect(kitchen.url).toBe("ws://chat.example/rooms/kitchen");
    const joins = [lobby, kitchen].map(({ frames }) =>
      JSON.parse(frames[0] ?? ""),
    );
    expect(joins[0].token).toBe(joins[1].token);
    expect(chat.members).toEqual(["alice", "carl"]);
    expect(client.chat.members).toEqual(["alice"]);
    expect(client.chat.join("kitchen")).toBe(chat);
  });

  test("a private message that arrives in several rooms is shown once", async () => {
    const { client, lobby, kitchen } = await both();
    kitchen.serverSends(privateMessage(1));
    lobby.serverSends(privateMessage(1), privateMessage(2));
    kitchen.serverSends(privateMessage(2));
    expect(client.privateTexts).toEqual(["psst 1", "psst 2"]);
  });

  test("a copy in another room does not resolve a message before its ack", async () => {
    const { client, chat, lobby, kitchen } = await both();
    const sent = chat.sendPrivate("bob", "psst");
    await flushPromises();
    const frame = JSON.parse(kitchen.frames.at(-1) ?? "");
    lobby.serverSends(
      privateMessage(1, {
        ...copyFields(frame),
        id: "server-id",
        text: "psst",
      }),
    );
    kitchen.serverSends(privateAck(frame));
    expect(await sent).toMatchObject({ delivered: true });
    expect(client.privateTexts).toEqual(["psst"]);
  });

  test("closing the first chat leaves all rooms", async () => {
    const { client, chat, lobby, kitchen } = await both();
    await client.chat.close();
    expect(chat.reason).toMatchObject({ code: "closed" });
    expect([lobby.closeCode, kitchen.closeCode]).toEqual([1000, 1000]);
    expect(client.environment.isIdle).toBe(true);
  });

  test("the first room can be left, and its chat still shows private messages", async () => {
    const { client, chat, lobby, kitchen } = await both();
    await client.chat.leave();
    expect(lobby.closeCode).toBe(1000);
    expect(chat.state).toBe("connected");
    expect(kitchen.closeCode).toBeNull();
    kitchen.serverSends(privateMessage(1));
    expect(client.privateTexts).toEqual(["psst 1"]);
    await client.chat.close();
    expect(kitchen.closeCode).toBe(1000);
    expect(client.environment.isIdle).toBe(true);
  });

  test("a private message is shown at once while the first room has no connection", async () => {
    const { client, lobby, kitchen } = await both();
    lobby.serverCloses();
    kitchen.serverSends(privateMessage(1));
    expect(client.privateTexts).toEqual(["psst 1"]);
  });

  test("private messages without an ack are sent by another room when theirs is left", async () => {
    const { client, chat, lobby, kitchen } = await both();
    client.chat.sendPrivate("bob", "psst").catch(() => {});
    client.chat.send("to all").catch(() => {});
    await flushPromises();
    const [sent] = lobby.frames.slice(-2).map((frame) => JSON.parse(frame));
    await client.chat.leave();
    await flushPromises();
    const again = JSON.parse(kitchen.frames.at(-1) ?? "");
    expect(again).toEqual(sent);
    expect(again).toMatchObject({ type: "private", text: "psst" });
    expect(chat.pending).toHaveLength(1);
    kitchen.serverSends(privateAck(again));
    expect(chat.pending).toEqual([]);
    expect(client.privateTexts).toEqual(["psst"]);
  });

  test("the limits of the server stay known without a connection", async () => {
    const { client } = await both();
    expect(new TestClient().chat.limits).toBeNull();
    expect(client.chat.limits?.text).toBe(4000);
    client.environment.socket.serverCloses();
    expect(client.chat.getSnapshot().limits?.text).toBe(4000);
  });

  test("a room can be left, and joined again", async () => {
    const { client, chat, lobby } = await both();
    await chat.close();
    expect(lobby.closeCode).toBeNull();
    const again = client.chat.join("kitchen");
    expect(again).not.toBe(chat);
    await client.join({ room: "kitchen" });
    expect(again.state).toBe("connected");
  });
});
