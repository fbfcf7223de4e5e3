// Unread command: a person lists their rooms in the terminal, with what is new there.
import { expect, test } from "vitest";
import { begin } from "./support/typed-commands.ts";

test("a person sees all their rooms, and takes one off the list", async () => {
  const { client, type, sent } = await begin();
  const unread = type("/unread");
  expect(await sent()).toEqual([{ type: "rooms" }]);
  const rooms = [
    { room: "kitchen", unread: 3 },
    { room: "lobby", unread: 0 },
  ];
  client.serverSends({ type: "rooms", rooms, more: true, before: "7 lobby" });
  expect(await sent()).toEqual([{ type: "rooms", before: "7 lobby" }]);
  const older = [{ room: "club" }, { room: "hall", unread: 100 }];
  client.serverSends({ type: "rooms", rooms: older, more: false });
  expect(await unread.shown).toEqual([
    "* kitchen: 3 new",
    "* lobby: nothing new",
    "* club: does not answer",
    "* hall: 99+ new",
  ]);
  const forgotten = type("/forget kitchen");
  expect(await sent()).toEqual([{ type: "forget", room: "kitchen" }]);
  client.serverSends({ type: "forgotten", room: "kitchen" });
  expect(await forgotten.shown).toEqual(["* kitchen is off your list"]);
  expect(await type("/forget").shown).toEqual([
    expect.stringContaining("Write: /forget room"),
  ]);
});
