// Sending in private: pinned to who is meant, in order to each, settled by the copy if need be.
import { describe, expect, test } from "vitest";
import { settled } from "./place.ts";
import {
  ALICE,
  BOB,
  copyOf,
  delivered,
  history,
  mail,
  message,
  Room,
  refusal,
  resumed,
} from "./room.ts";

describe("sending in private", () => {
  test("resolves with the ack, and shows it on this side too", async () => {
    const room = new Room();
    await room.enters();
    const sent = room.chat.private("Bob", "psst");
    await settled();
    const [frame] = room.sent();
    expect(frame).toEqual({
      type: "private",
      to: "Bob",
      text: "psst",
      id: expect.any(String),
    });
    room.says(delivered(frame, { delivered: false, expires: 9000 }));
    expect(await sent).toMatchObject({
      to: "bob",
      private: "server-id",
      delivered: false,
      expires: 9000,
    });
    expect(room.told.filter(({ type }) => type === "private")).toMatchObject([
      { id: "server-id", to: "bob", user: ALICE, mine: true, past: false },
    ]);
  });

  test("to one person keeps its order, and waits for no other", async () => {
    const room = new Room();
    await room.enters();
    for (const text of ["one", "two"]) room.chat.private("bob", text);
    room.chat.private("carl", "three");
    room.chat.send("four");
    await settled();
    const first = room.sent();
    expect(first.map(({ text }) => text)).toEqual(["one", "three", "four"]);
    room.says(refusal(first[0], "unavailable", { retryAfter: 1000 }));
    await room.place.pass(999);
    expect(room.sent()).toEqual([]);
    await room.place.pass(1);
    expect(room.sent()).toEqual([first[0]]);
    room.says(delivered(first[0]));
    expect(room.sent()).toMatchObject([{ text: "two" }]);
  });

  test.for([
    ["joined", { type: "joined", user: BOB, username: "bob", at: 1 }],
    ["said something", message(1)],
    ["told us something", mail(1)],
    ["is typing", { type: "typing", user: BOB, username: "bob" }],
  ] as const)("is pinned to the bob who %s", async ([, frame]) => {
    const room = new Room();
    await room.enters({}, frame);
    room.chat.private("bob", "psst");
    await settled();
    expect(room.sent()).toMatchObject([{ to: "bob", toUser: BOB }]);
  });

  test("is not pinned to who had the name when we were away", async () => {
    const room = new Room({ history: 5 });
    await room.enters({ seq: 1 }, history([message(1)]));
    room.chat.private("bob", "to the bob of today");
    await settled();
    const [first] = room.sent();
    expect(first).not.toHaveProperty("toUser");
    room.says(delivered(first), message(2));
    await room.comesBack();
    room.says(resumed({ seq: 2 }));
    room.chat.private("bob", "again");
    await settled();
    expect(room.sent()[0]).not.toHaveProperty("toUser");
  });

  test("to a bob who is another by now is refused once, then unpinned", async () => {
    const room = new Room();
    await room.enters({}, message(1));
    const sent = room.chat.private("bob", "psst");
    await settled();
    const [frame] = room.sent();
    room.says(refusal(frame, "no_such_user"));
    await expect(sent).rejects.toMatchObject({ code: "no_such_user" });
    room.chat.private("bob", "whoever you are");
    await settled();
    expect(room.sent()[0]).not.toHaveProperty("toUser");
  });

  test("is sent again under its id, pinned as it was", async () => {
    const room = new Room();
    await room.enters({}, message(1));
    const sent = room.chat.private("bob", "psst");
    await settled();
    const [frame] = room.sent();
    await room.comesBack();
    room.says(resumed({ seq: 1, gap: true, resumed: false }));
    await settled();
    expect(room.sent()).toEqual([frame]);
    room.says(delivered(frame, { duplicate: true }));
    expect(await sent).toMatchObject({ duplicate: true });
  });

  test("is not sent again to a name that may have changed hands", async () => {
    const room = new Room();
    await room.enters();
    const sent = room.chat.private("bob", "psst");
    await settled();
    room.sent();
    room.place.socket.ends();
    room.place.time += 30_000;
    await room.place.nextTry();
    await room.joins();
    room.says(resumed({}));
    await expect(sent).rejects.toMatchObject({ code: "unknown" });
    expect(room.chat.pending).toMatchObject([{ to: "bob", state: "unknown" }]);
    await settled();
    expect(room.sent()).toEqual([]);
  });

  test("whose ack was lost is settled by its copy", async () => {
    const room = new Room();
    await room.enters();
    const sent = room.chat.private("bob", "psst");
    await settled();
    const [frame] = room.sent();
    await room.comesBack();
    const copy = mail(4, { ...copyOf(frame), text: "psst" });
    room.says(resumed({ mail: 4 }), copy);
    await settled();
    const receipt = await sent;
    expect(receipt).toMatchObject({ private: "mail-4", to: "bob" });
    expect(receipt).not.toHaveProperty("delivered");
    expect(room.whispered).toEqual(["psst"]);
    expect(room.chat.pending).toEqual([]);
  });

  test("that arrived is not refused because the name is free by now", async () => {
    const room = new Room();
    await room.enters({}, message(1));
    const sent = room.chat.private("bob", "psst");
    await settled();
    const [frame] = room.sent();
    await room.comesBack();
    room.says(resumed({ seq: 1, mail: 4 }));
    await settled();
    room.says(mail(4, copyOf(frame)), refusal(frame, "no_such_user"));
    expect(await sent).toMatchObject({ private: "mail-4" });
  });
});
