// Unread command: a person lists their rooms in the terminal, with what is new there.
import { expect, test } from "vitest";
import { markPrivatesRead } from "../../src/cli/private-reading.ts";
import type { ChatMention } from "../../src/client/index.ts";
// Loaded here, since the client loads it on demand.
import "../../src/client/mark-rooms-read.ts";
import { begin } from "./support/typed-commands.ts";

test("a person marks all as read, and is told of a room that does not answer", async () => {
  const { client, type, sent } = await begin();
  const done = type("/read all");
  const marker = { type: "read", seq: 2 };
  expect(await sent()).toMatchObject([marker, { type: "rooms" }]);
  const kitchen = { room: "kitchen", epoch: "e", seq: 7, unread: 3 };
  const attic = { room: "attic", epoch: "f", seq: 4, unread: 0, mentions: 1 };
  const quiet = { room: "quiet", epoch: "g", seq: 4, unread: 0 };
  const lobby = { room: "lobby", epoch: "h", seq: 2, unread: 1 };
  const rooms = [kitchen, lobby, quiet, attic];
  client.serverSends({ type: "rooms", rooms, more: false });
  expect(await sent()).toEqual([
    {
      type: "rooms",
      read: [
        { room: "kitchen", epoch: "e", seq: 7 },
        { room: "attic", epoch: "f", seq: 4 },
      ],
    },
  ]);
  const read = [{ room: "kitchen" }, { ...attic, read: 4 }];
  client.serverSends({ type: "rooms", rooms: read, more: false });
  expect(await done.shown).toEqual([
    "* not marked as read: kitchen and the private messages",
  ]);
  expect(await type("/read").shown).toEqual([
    expect.stringContaining("Write: /read all"),
  ]);
});

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

test("a person sees how many private messages wait, until a device has read them", async () => {
  const { client, type, sent } = await begin();
  const letter = (mail: number, username: string) => ({
    ...{ type: "private", id: `p${mail}`, user: username.repeat(4) },
    ...{ username, to: "alice", text: "psst", at: mail, mail },
  });
  client.serverSends(letter(1, "bob"), letter(2, "carol"), letter(4, "bob"));
  const list = async () => {
    const unread = type("/unread");
    await sent();
    client.serverSends({ type: "rooms", rooms: [], more: false });
    return unread.shown;
  };
  expect(await list()).toEqual([
    ...["* no rooms", "* private, bob: 2 new", "* private, carol: 1 new"],
  ]);
  client.serverSends({ type: "read", mail: 3 });
  expect(await list()).toEqual(["* no rooms", "* private, bob: 1 new"]);
  const mention = (mail: number, room: string) => ({
    ...{ type: "mention", mail, room, epoch: "e", of: 1, at: mail },
    ...{ user: "b", username: "bob", isReplay: false },
  });
  client.serverSends(letter(6, "bob"));
  // Messages after a mention in another room wait with it.
  const mentions = [mention(3, "club"), mention(5, "kitchen")] as ChatMention[];
  markPrivatesRead(client.lobby, mentions);
  expect(client.sdk.mailRead).toBe(4);
  markPrivatesRead(client.lobby, [mention(5, "lobby") as ChatMention]);
  expect(client.sdk.mailRead).toBe(6);
  expect(await list()).toEqual(["* no rooms"]);
});
