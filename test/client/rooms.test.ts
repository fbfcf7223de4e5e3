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
