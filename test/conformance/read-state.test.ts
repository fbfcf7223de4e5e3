// Read state: users read on several devices, and list their rooms with what is unread there.
import { describe, expect, test } from "vitest";
import {
  join,
  joinAll,
  joinText,
  leaveRoom,
  type Member,
} from "./support/members.ts";
import { openModeratedRoom } from "./support/moderators.ts";
import { type Person, person, stranger, uniqueName } from "./support/people.ts";

async function roomsOf(member: Member, before?: string) {
  member.send({ type: "rooms", ...(before !== undefined && { before }) });
  return member.next("rooms");
}

describe("a user with two devices", () => {
  test("reads on one, and the other knows it, and so does the next one", async () => {
    const room = uniqueName("lobby");
    const alice = person("alice");
    const [phone, bob] = await joinAll(room, alice, "bob");
    const laptop = await join(room, alice);
    const { seq: first } = await bob.sendMessage("one");
    const { seq } = await bob.sendMessage("two");
    await laptop.next("message", { seq });
    const { epoch } = phone.welcome;
    phone.send({ type: "read", seq, epoch });
    expect(await laptop.next("read")).toEqual({
      type: "read",
      read: seq,
      epoch,
    });
    expect(await bob.next("seen")).toMatchObject({
      ...{ username: alice.name, read: seq },
    });
    const carol = await join(room, person("carol"));
    expect(await carol.next("seen")).toMatchObject({
      ...{ username: alice.name, read: seq },
    });
    // It goes forward only.
    phone.send({ type: "read", seq: first });
    const tablet = await join(room, alice);
    expect(tablet.welcome.read).toBe(seq);
    phone.send({ type: "read", seq, epoch: "another", id: "a" });
    expect(await phone.next("error")).toMatchObject({ code: "gone", id: "a" });
  });

  test("reads private messages on one, and other rooms know it", async () => {
    const alice = person("alice");
    const [phone, bob] = await joinAll(uniqueName("lobby"), alice, "bob");
    const laptop = await join(uniqueName("kitchen"), alice);
    bob.send({ type: "private", to: alice.name, text: "psst", id: "p" });
    const { mail } = await phone.next("private");
    phone.send({ type: "read", mail });
    expect(await laptop.next("read")).toEqual({ type: "read", mail });
    const tablet = await join(uniqueName("garden"), alice);
    expect(tablet.welcome.mailRead).toBe(mail);
  });

  test("is back after both were away, and knows what is new in five rooms", async () => {
    const alice = person("alice");
    const bobs: Member[] = [];
    const visits: Member[] = [];
    for (let i = 0; i < 5; i++) {
      const room = uniqueName(`room-${i}`);
      const [phone, bob] = await joinAll(room, alice, "bob");
      const { seq } = await bob.sendMessage("read");
      await phone.next("message", { seq });
      phone.send({ type: "read", seq });
      await bob.next("seen");
      visits.push(phone);
      bobs.push(bob);
    }
    const stays = visits.pop();
    for (const phone of visits) await leaveRoom(phone);
    for (const [i, bob] of bobs.entries())
      for (let n = 0; n < i; n++) await bob.sendMessage("new");
    const laptop = await join(stays?.welcome.room ?? "", alice);
    const { rooms, more } = await roomsOf(laptop);
    expect(more).toBe(false);
    const unread = Object.fromEntries(
      rooms.map(({ room, unread, read }) => [room, [unread, read]]),
    );
    expect(unread).toEqual(
      Object.fromEntries(bobs.map(({ welcome }, i) => [welcome.room, [i, 1]])),
    );
    // Entered last, listed first. The others were left within one millisecond.
    expect(rooms[0]?.room).toBe(laptop.welcome.room);
    for (const [i, bob] of bobs.slice(0, 4).entries()) {
      const again = await join(bob.welcome.room, alice);
      expect(again.welcome).toMatchObject({ read: 1, seq: i + 1 });
    }
  });
});

describe("the list of a user's rooms", () => {
  test("loses a room that the user has left and forgets", async () => {
    const alice = person("alice");
    const kitchen = await join(uniqueName("kitchen"), alice);
    const lobby = await join(uniqueName("lobby"), alice);
    const { room } = kitchen.welcome;
    lobby.send({ type: "forget", room });
    expect(await lobby.next("error")).toMatchObject({ code: "forbidden" });
    await leaveRoom(kitchen);
    await expect
      .poll(async () => {
        lobby.send({ type: "forget", room });
        const { type } = await lobby.inbox.next(
          ({ type }) => type === "forgotten" || type === "error",
          "forgotten",
        );
        return type;
      })
      .toBe("forgotten");
    const { rooms } = await roomsOf(lobby);
    expect(rooms.map(({ room }) => room)).toEqual([lobby.welcome.room]);
  });

  test("has a room that the user reads without entering it, which their other device there learns", async () => {
    const alice = person("alice");
    const [phone, bob] = await joinAll(uniqueName("kitchen"), alice, "bob");
    const laptop = await join(uniqueName("lobby"), alice);
    const { room } = phone.welcome;
    const { seq } = await bob.sendMessage(`come, @${alice.name}`);
    const { rooms } = await roomsOf(laptop);
    const { epoch } = rooms.find((one) => one.room === room) ?? {};
    const read = [
      { room, epoch, seq },
      { room: uniqueName("nowhere"), epoch, seq },
    ];
    laptop.send({ type: "rooms", read });
    const answer = await laptop.next("rooms");
    expect(answer).toMatchObject({
      ...{ rooms: [{ room, epoch, seq, read: seq, unread: 0 }], more: false },
    });
    expect(answer.rooms).toHaveLength(1);
    expect(await phone.next("read")).toEqual({
      type: "read",
      read: seq,
      epoch,
    });
  });

  test("has nothing but the name of a room that shuts the user out", async () => {
    const { room, owner, bob } = await openModeratedRoom();
    await owner.sendMessage("the secret fox");
    owner.send({ type: "moderate", action: "ban", username: bob.name });
    await bob.closed();
    const lobby = await join(uniqueName("lobby"), bob.person);
    const { rooms } = await roomsOf(lobby);
    expect(rooms.find((one) => one.room === room)).toEqual({ room });
  });

  test("is nobody else's, whatever they ask", async () => {
    const alice = person("alice");
    await join(uniqueName("secret"), alice);
    const mallory: Person = stranger(uniqueName("mallory"));
    const other = await join(uniqueName("lobby"), mallory);
    const { rooms } = await roomsOf(other, "9999999999999 zzz");
    expect(rooms.map(({ room }) => room)).toEqual([other.welcome.room]);
    other.send({ type: "rooms", before: 5 });
    expect(await other.next("error")).toMatchObject({ code: "bad_request" });
  });

  test("is lines for people", async () => {
    const room = uniqueName("lobby");
    const [bob] = await joinAll(room, "bob");
    const text = await joinText(room, person("alice"));
    await bob.sendMessage("hello");
    await text.lineLike(/hello/);
    text.send("/unread");
    expect(await text.lineLike(/new$/)).toBe(`* ${room}: 1 new`);
    text.send("/read");
    await bob.next("seen");
  });
});
