// Mail: each private message shown once, from where it was left, also when the mailbox is another one.
import { describe, expect, test } from "vitest";
import { settled } from "./place.ts";
import { ALICE, copyOf, delivered, mail, Room, resumed } from "./room.ts";

describe("mail", () => {
  test("is shown once, and confirmed by joining from the newest", async () => {
    const room = new Room();
    await room.enters({ mail: 2 }, mail(1), mail(2));
    room.says(mail(2), mail(3));
    expect(room.whispered).toEqual(["psst 1", "psst 2", "psst 3"]);
    // The newest is asked for again, to know the mailbox by it.
    expect(await room.comesBack()).toMatchObject({ mailSince: 2 });
    room.says(resumed({ mail: 4 }), mail(3), mail(4));
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
    expect(await next.joins()).toMatchObject({ mailSince: 0 });
    next.says(resumed({ mail: 3 }), mail(1), mail(2, copyOf(frame)), mail(3));
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
    expect(await next.comesBack()).toMatchObject({ mailSince: 2 });
  });

  test("of a new claim, which has less: all of it comes", async () => {
    const room = new Room();
    await room.enters({}, mail(5));
    await room.comesBack();
    const other = { id: "new-1", text: "new" };
    room.says(resumed({ mail: 2 }), mail(1, other), mail(2));
    expect(room.whispered).toEqual(["psst 5", "new", "psst 2"]);
    expect(await room.comesBack()).toMatchObject({ mailSince: 1 });
  });

  test("of a new claim, which has one less: it is asked for anew", async () => {
    const room = new Room();
    await room.enters({}, mail(5));
    expect(await room.comesBack()).toMatchObject({ mailSince: 4 });
    room.says(resumed({ mail: 4 }));
    expect(await room.joins()).toMatchObject({ mailSince: 0 });
    room.says(resumed({ mail: 4 }), mail(1), mail(4));
    expect(room.whispered).toEqual(["psst 5", "psst 1", "psst 4"]);
  });

  test("of a new claim, which has more: it is known by the id", async () => {
    const room = new Room();
    await room.enters({}, mail(5));
    await room.comesBack();
    room.says(resumed({ mail: 6 }), mail(5, { id: "new-5" }), mail(6));
    expect(room.whispered).toEqual(["psst 5"]);
    expect(await room.joins()).toMatchObject({ mailSince: 0 });
    const fresh = (n: number) => mail(n, { id: `new-${n}`, text: `new ${n}` });
    room.says(resumed({ mail: 6 }), ...[1, 2, 3, 4, 5, 6].map(fresh));
    expect(room.whispered).toHaveLength(7);
  });
});
