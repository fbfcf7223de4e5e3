// Mail: each private message shown once, from where it was left, also where a new claim on the name has new mail.
import { describe, expect, test } from "vitest";
import { settled } from "./place.ts";
import { ALICE, copyOf, delivered, mail, Room, resumed } from "./room.ts";

describe("mail", () => {
  test("is shown once, and not asked for again", async () => {
    const room = new Room();
    await room.enters({ mail: 2 }, mail(1), mail(2));
    room.says(mail(2), mail(3));
    expect(room.whispered).toEqual(["psst 1", "psst 2", "psst 3"]);
    const join = await room.comesBack();
    expect(join).toMatchObject({ mailSince: 3, mailEpoch: 1 });
    room.says(resumed({ mail: 4 }), mail(4));
    expect(room.whispered).toHaveLength(4);
    expect(room.chat.getSnapshot().privates).toHaveLength(4);
  });

  test("sent twice by somebody who was not sure is shown once", async () => {
    const room = new Room();
    const twice = { clientId: "b-1", text: "psst" };
    await room.enters({}, mail(1, twice), mail(2, twice));
    expect(room.whispered).toEqual(["psst"]);
  });

  test("an own copy from elsewhere is shown as one's own", async () => {
    const room = new Room();
    const copy = { user: ALICE, username: "alice", to: "bob", clientId: "x" };
    await room.enters({}, mail(1, copy));
    expect(room.told.at(-1)).toMatchObject({ type: "private", mine: true });
  });

  test("goes on after a reload; what was sent is not shown again", async () => {
    const room = new Room();
    await room.enters({}, mail(1));
    room.chat.private("bob", "psst");
    await settled();
    const [frame] = room.sent();
    room.says(delivered(frame));
    await room.chat.close();
    const { storage } = room;
    const next = new Room({ storage, name: "other", after: room });
    expect(await next.joins()).toMatchObject({ mailSince: 1, mailEpoch: 1 });
    next.says(resumed({ mail: 3 }), mail(2, copyOf(frame)), mail(3));
    expect(next.whispered).toEqual(["psst 3"]);
  });

  test("comes all, as past, to a view that wants it so", async () => {
    const room = new Room();
    await room.enters({}, mail(1), mail(2));
    await room.chat.close();
    const { storage } = room;
    const options = { storage, name: "other", after: room, allMail: true };
    const next = new Room(options);
    expect(await next.joins()).toMatchObject({ mailSince: 0 });
    next.says(resumed({ mail: 3 }), mail(1), mail(2), mail(3));
    const { privates } = next.chat.getSnapshot();
    expect(privates.map(({ past }) => past)).toEqual([true, true, false]);
    expect(await next.comesBack()).toMatchObject({ mailSince: 3 });
  });

  test.each([
    { what: "less", newest: 2 },
    { what: "as much", newest: 3 },
    { what: "more", newest: 4 },
  ])("of a new claim, which has $what: all of it comes", async ({ newest }) => {
    const room = new Room();
    await room.enters({ mail: 3 }, mail(3));
    await room.comesBack();
    const fresh = Array.from({ length: newest }, (_, i) =>
      mail(i + 1, { id: `new-${i}`, text: `new ${i}` }),
    );
    room.says(resumed({ mail: newest, mailEpoch: 2 }), ...fresh);
    expect(room.whispered).toHaveLength(1 + newest);
    const join = await room.comesBack();
    expect(join).toMatchObject({ mailSince: newest, mailEpoch: 2 });
  });

  test("of a new claim, which has none: its first one is shown", async () => {
    const room = new Room();
    await room.enters({ mail: 5 }, mail(5));
    await room.chat.close();
    const { storage } = room;
    const next = new Room({ storage, name: "other", after: room });
    const join = await next.enters({ mail: 0, mailEpoch: 2 });
    expect(join).toMatchObject({ mailSince: 5, mailEpoch: 1 });
    next.says(mail(1));
    expect(next.whispered).toEqual(["psst 1"]);
  });
});
