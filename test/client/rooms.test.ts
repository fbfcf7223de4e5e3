// Several rooms of one person: a connection to each, one secret, one mail.
import { describe, expect, test } from "vitest";
import { settled } from "./place.ts";
import { copyOf, delivered, mail, Room } from "./room.ts";

describe("several rooms of one person", () => {
  const both = async () => {
    const room = new Room();
    await room.enters();
    const lobby = room.place.socket;
    const chat = room.chat.join("kitchen");
    await room.enters({
      room: "kitchen",
      members: ["alice", "carl"],
      count: 2,
    });
    return { room, lobby, chat, kitchen: room.place.socket };
  };

  test("share the secret, and have their own connections", async () => {
    const { room, chat, kitchen, lobby } = await both();
    expect(kitchen.url).toBe("ws://chat.example/rooms/kitchen");
    const joins = [lobby, kitchen].map(({ frames }) =>
      JSON.parse(frames[0] ?? ""),
    );
    expect(joins[0].token).toBe(joins[1].token);
    expect(chat.members).toEqual(["alice", "carl"]);
    expect(room.chat.members).toEqual(["alice"]);
    expect(room.chat.join("kitchen")).toBe(chat);
  });

  test("mail that comes by each of them is told once", async () => {
    const { room, lobby, kitchen } = await both();
    kitchen.says(mail(1));
    lobby.says(mail(1), mail(2));
    kitchen.says(mail(2));
    expect(room.whispered).toEqual(["psst 1", "psst 2"]);
  });

  test("a copy by the other room does not forestall the ack", async () => {
    const { room, chat, lobby, kitchen } = await both();
    const sent = chat.private("bob", "psst");
    await settled();
    const frame = JSON.parse(kitchen.frames.at(-1) ?? "");
    lobby.says(mail(1, { ...copyOf(frame), id: "server-id", text: "psst" }));
    kitchen.says(delivered(frame));
    expect(await sent).toMatchObject({ delivered: true });
    expect(room.whispered).toEqual(["psst"]);
  });

  test("all are left when the first is closed", async () => {
    const { room, chat, lobby, kitchen } = await both();
    await room.chat.close();
    expect(chat.reason).toMatchObject({ code: "closed" });
    expect([lobby.closedWith, kitchen.closedWith]).toEqual([1000, 1000]);
    expect(room.place.isIdle).toBe(true);
  });

  test("the first can be left alone, and tells what is private all the same", async () => {
    const { room, chat, lobby, kitchen } = await both();
    await room.chat.leave();
    expect(lobby.closedWith).toBe(1000);
    expect(chat.state).toBe("live");
    expect(kitchen.closedWith).toBeNull();
    kitchen.says(mail(1));
    expect(room.whispered).toEqual(["psst 1"]);
    await room.chat.close();
    expect(kitchen.closedWith).toBe(1000);
    expect(room.place.isIdle).toBe(true);
  });

  test("what is private and has no ack goes out by another when one is left", async () => {
    const { room, chat, lobby, kitchen } = await both();
    room.chat.private("bob", "psst").catch(() => {});
    room.chat.send("to all").catch(() => {});
    await settled();
    const [sent] = lobby.frames.slice(-2).map((frame) => JSON.parse(frame));
    await room.chat.leave();
    await settled();
    const again = JSON.parse(kitchen.frames.at(-1) ?? "");
    expect(again).toEqual(sent);
    expect(again).toMatchObject({ type: "private", text: "psst" });
    expect(chat.pending).toHaveLength(1);
    kitchen.says(delivered(again));
    expect(chat.pending).toEqual([]);
    expect(room.whispered).toEqual(["psst"]);
  });

  test("the limits of the server are known, also without a connection", async () => {
    const { room } = await both();
    expect(new Room().chat.limits).toBeNull();
    expect(room.chat.limits?.text).toBe(4000);
    room.place.socket.ends();
    expect(room.chat.getSnapshot().limits?.text).toBe(4000);
  });

  test("one can be left, and joined again", async () => {
    const { room, chat, lobby } = await both();
    await chat.close();
    expect(lobby.closedWith).toBeNull();
    const again = room.chat.join("kitchen");
    expect(again).not.toBe(chat);
    await room.enters({ room: "kitchen" });
    expect(again.state).toBe("live");
  });
});
