// Edit tests: an author changes a message, everybody sees the new text, and the old one is gone.
import { describe, expect, test } from "vitest";
import type { EditFrame } from "../../../../src/protocol/client-frames.ts";
import * as LIMITS from "../../../../src/protocol/limits.ts";
import type { Settings } from "../../../../src/protocol/settings.ts";
import type { Peer } from "../../support/peer.ts";
import { join, joinAll, secretOf, userOf } from "../../support/people.ts";
import { placesOf, refusal, storedEvents } from "../../support/secret-text.ts";
import { World } from "../../support/world.ts";

function begin(settings: Partial<Settings> = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  return { world, ...joinAll(world, "lobby", "alice", "bob") };
}

/** Says a text. @returns its number */
function say(peer: Peer, text: string, more: object = {}): number {
  peer.send({ type: "message", text, ...more });
  const ack = peer.last("ack");
  if (!("seq" in ack) || ack.seq === undefined) throw new Error("No number.");
  return ack.seq;
}

function edit(peer: Peer, of: number, text: string, more = {}): void {
  const frame: EditFrame = { type: "edit", of, text, ...more };
  peer.send(frame);
}

describe("an edit", () => {
  test("is acked to its author, and an event for everybody else", () => {
    const { alice, bob, world } = begin();
    const of = say(alice, "helo", { id: "m" });
    edit(alice, of, "hello", { id: "e" });
    expect(alice.last("ack")).toEqual({
      ...{ type: "ack", id: "e", seq: of + 1, at: world.now },
    });
    expect(bob.last("edited")).toEqual({
      ...{ type: "edited", seq: of + 1, room: "lobby", user: userOf("alice") },
      ...{ username: "alice", of, text: "hello", at: world.now, id: "e" },
    });
  });

  test("changes the message for a user who comes later, and leaves its old text nowhere", () => {
    const { world, alice } = begin();
    const of = say(alice, "a first draft", { id: "m" });
    world.advance(1000);
    edit(alice, of, "the second draft");
    expect(placesOf(world, "lobby", "a first draft")).toEqual([]);
    const carol = join(world, "lobby", "carol");
    const [message] = carol.last("history").messages;
    expect(message).toMatchObject({
      ...{ type: "message", seq: of, text: "the second draft", id: "m" },
      ...{ edited: world.now, editSeq: of + 1, edits: 1 },
    });
  });

  test("takes the text from the edit before it: the newest one alone has it", () => {
    const { world, alice } = begin();
    const of = say(alice, "one");
    edit(alice, of, "the middle text", { data: { draft: 2 } });
    edit(alice, of, "the last text");
    expect(placesOf(world, "lobby", "the middle text")).toEqual([]);
    const carol = join(world, "lobby", "carol");
    expect(carol.last("history").messages).toMatchObject([
      { seq: of, text: "the last text", edits: 2, data: { draft: 2 } },
      { type: "edited", of },
      { type: "edited", of, text: "the last text", data: { draft: 2 } },
    ]);
    expect(carol.last("history").messages[1]).not.toHaveProperty("text");
    expect(carol.last("history").messages[1]).not.toHaveProperty("data");
  });

  test("keeps the data of the message, or brings other data", () => {
    const { alice, bob } = begin();
    const of = say(alice, "one", { data: { sticker: "cat" } });
    edit(alice, of, "two");
    expect(bob.last("edited")).toHaveProperty("data", { sticker: "cat" });
    edit(alice, of, "three", { data: null });
    expect(bob.last("edited")).toHaveProperty("data", null);
  });

  test("comes after all that was said before it, in a busy room too", () => {
    const { alice, bob } = begin();
    const of = say(alice, "one");
    bob.take();
    say(alice, "two");
    edit(alice, of, "one and a half");
    const seqs = bob.inbox.flatMap((frame) =>
      "seq" in frame ? frame.seq : [],
    );
    expect(seqs).toEqual([of + 1, of + 2]);
  });

  test("is done once by its id, also after a crash", () => {
    const { world, alice } = begin();
    const of = say(alice, "one");
    edit(alice, of, "two", { id: "e" });
    const { seq, at } = alice.last("ack") as { seq: number; at: number };
    edit(alice, of, "three", { id: "e" });
    expect(alice.last("ack")).toEqual({
      ...{ type: "ack", id: "e", seq, at, duplicate: true },
    });
    world.crash(world.room("lobby"));
    const again = join(world, "lobby", "alice");
    edit(again, of, "four", { id: "e" });
    expect(again.last("ack")).toMatchObject({ seq, duplicate: true });
    expect(placesOf(world, "lobby", "four")).toEqual([]);
  });

  test("of the newest own message needs no number, for users who type", () => {
    const { alice, bob } = begin();
    const of = say(alice, "one");
    say(bob, "two");
    alice.send("/edit one and only");
    expect(bob.last("edited")).toMatchObject({ of, text: "one and only" });
    alice.send(`/edit #${of} one again`);
    expect(bob.last("edited")).toMatchObject({ of, text: "one again" });
  });
});

describe("an edit is refused", () => {
  test("of a message of somebody else", () => {
    const { alice, bob } = begin();
    const of = say(alice, "one");
    edit(bob, of, "two");
    expect(refusal(bob)).toBe("forbidden");
  });

  test("as gone, of a number without a message, of another epoch, of a deleted message", () => {
    const { alice } = begin();
    const of = say(alice, "one");
    edit(alice, of + 1, "two");
    expect(refusal(alice)).toBe("gone");
    edit(alice, of, "two", { epoch: "another" });
    expect(refusal(alice)).toBe("gone");
    edit(alice, of, "two");
    edit(alice, of + 1, "an edit of an edit");
    expect(refusal(alice)).toBe("gone");
    alice.send({ type: "delete", of });
    alice.take();
    edit(alice, of, "three");
    expect(refusal(alice)).toBe("gone");
    alice.take();
    alice.send("/edit four");
    expect(refusal(alice)).toBe("gone");
  });

  test("as gone, if the user has not seen the newest edit", () => {
    const { alice } = begin();
    const of = say(alice, "one");
    edit(alice, of, "two", { was: 0 });
    edit(alice, of, "three", { was: 0 });
    expect(refusal(alice)).toBe("gone");
    alice.take();
    edit(alice, of, "three", { was: of + 1 });
    expect(alice.inbox).toMatchObject([{ type: "ack", seq: of + 2 }]);
  });

  test("once the time for it is over, whatever the clock says then", () => {
    const { world, alice } = begin({ EDIT_SECONDS: 60 });
    const of = say(alice, "one");
    world.advance(59_999);
    edit(alice, of, "two");
    expect(alice.all("error")).toEqual([]);
    world.advance(1);
    edit(alice, of, "three");
    expect(refusal(alice)).toBe("forbidden");
    say(alice, "the newest event");
    alice.take();
    world.setClockBack(60_000);
    edit(alice, of, "three");
    expect(refusal(alice)).toBe("forbidden");
  });

  test("always, where EDIT_SECONDS is 0", () => {
    const { alice } = begin({ EDIT_SECONDS: 0 });
    const of = say(alice, "one");
    edit(alice, of, "two");
    expect(refusal(alice)).toBe("forbidden");
  });

  test("after a hundred of them", () => {
    const { alice } = begin();
    const of = say(alice, "one");
    for (let i = 0; i < LIMITS.editsPerMessageMax; i++)
      edit(alice, of, `edit ${i}`);
    expect(alice.all("error")).toEqual([]);
    edit(alice, of, "one more");
    expect(refusal(alice)).toBe("forbidden");
  });

  test("of a user who has the same identity under another name, by a secret that was replaced", () => {
    const { world, alice } = begin();
    const of = say(alice, "one");
    alice.close(1000);
    world.pass(120_000);
    const other = join(world, "lobby", "mallory", { as: "alice" });
    expect(other.last("welcome").user).toBe(userOf("alice"));
    edit(other, of, "two");
    expect(refusal(other)).toBe("forbidden");
  });

  test("of a user with the old secret, also before it ends", () => {
    const { world, alice } = begin();
    alice.send("/register");
    world.settle();
    const of = say(alice, "one");
    alice.send({ type: "rotate", token: secretOf("a new secret") });
    world.settle();
    const old = join(world, "lobby", "alice");
    edit(old, of, "two");
    expect(refusal(old)).toBe("forbidden");
    edit(alice, of, "two");
    expect(alice.last("ack")).toMatchObject({ seq: of + 1 });
  });
});

test("a user whose edit makes a row too large finds all messages, and can edit all of them", () => {
  const { world, alice } = begin({ TEXT_MAX: 100_000, FRAME_MAX: 1_000_000 });
  for (let i = 0; i < 20; i++) say(alice, `short ${i}`);
  for (let i = 1; i <= 20; i++) edit(alice, i, `${i}${"x".repeat(40_000)}`);
  const rows = world.room("lobby").database.tables.log ?? [];
  for (const row of rows as { body: string }[])
    expect(row.body.length).toBeLessThanOrEqual(256 * 1024);
  world.crash(world.room("lobby"));
  const again = join(world, "lobby", "alice", { history: 0 });
  for (let i = 1; i <= 20; i++) edit(again, i, `again ${i}`);
  expect(again.all("error")).toEqual([]);
  const texts = storedEvents(world, "lobby").slice(0, 20);
  expect(texts).toMatchObject(
    Array.from({ length: 20 }, (_, i) => ({ text: `again ${i + 1}` })),
  );
  expect(placesOf(world, "lobby", "xxxx")).toEqual([]);
});

test("an edit costs two written rows, and three where the edit before it is in another row", () => {
  const { world, alice } = begin();
  const of = say(alice, "one");
  edit(alice, of, "two");
  const { database } = world.room("lobby");
  const before = database.written;
  edit(alice, of, "three");
  expect(database.written - before).toBe(2);
  for (let i = 0; i < 100; i++) say(alice, `noise ${i}`);
  edit(alice, of, "four");
  for (let i = 0; i < 100; i++) say(alice, `noise ${i}`);
  const later = database.written;
  edit(alice, of, "five");
  expect(database.written - later).toBe(3);
});
