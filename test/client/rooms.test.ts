// Several rooms of one person: a connection to each, one secret, one mail.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import {
  copyFields,
  privateAck,
  privateMessage,
  TestClient,
} from "./support/test-client.ts";

describe("several rooms of one person", () => {
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

  test("share the secret, and have their own connections", async () => {
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

  test("mail that comes by each of them is told once", async () => {
    const { client, lobby, kitchen } = await both();
    kitchen.serverSends(privateMessage(1));
    lobby.serverSends(privateMessage(1), privateMessage(2));
    kitchen.serverSends(privateMessage(2));
    expect(client.privateTexts).toEqual(["psst 1", "psst 2"]);
  });

  test("a copy by the other room does not forestall the ack", async () => {
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

  test("all are left when the first is closed", async () => {
    const { client, chat, lobby, kitchen } = await both();
    await client.chat.close();
    expect(chat.reason).toMatchObject({ code: "closed" });
    expect([lobby.closeCode, kitchen.closeCode]).toEqual([1000, 1000]);
    expect(client.environment.isIdle).toBe(true);
  });

  test("the first can be left alone, and tells what is private all the same", async () => {
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

  test("what is private and has no ack goes out by another when one is left", async () => {
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

  test("the limits of the server are known, also without a connection", async () => {
    const { client } = await both();
    expect(new TestClient().chat.limits).toBeNull();
    expect(client.chat.limits?.text).toBe(4000);
    client.environment.socket.serverCloses();
    expect(client.chat.getSnapshot().limits?.text).toBe(4000);
  });

  test("one can be left, and joined again", async () => {
    const { client, chat, lobby } = await both();
    await chat.close();
    expect(lobby.closeCode).toBeNull();
    const again = client.chat.join("kitchen");
    expect(again).not.toBe(chat);
    await client.join({ room: "kitchen" });
    expect(again.state).toBe("connected");
  });
});
