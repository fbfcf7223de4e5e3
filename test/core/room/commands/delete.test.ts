// Delete tests: a deleted message leaves its number and its author, and its text is nowhere.
import { describe, expect, test } from "vitest";
import type { Settings } from "../../../../src/protocol/settings.ts";
import type { Peer } from "../../support/peer.ts";
import { join, joinAll, userOf } from "../../support/people.ts";
import { placesOf, refusal, storedEvents } from "../../support/secret-text.ts";
import { World } from "../../support/world.ts";

function begin(settings: Partial<Settings> = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  return { world, ...joinAll(world, "lobby", "alice", "bob") };
}

function say(peer: Peer, text: string, more: object = {}): number {
  peer.send({ type: "message", text, ...more });
  const ack = peer.last("ack");
  if (!("seq" in ack) || ack.seq === undefined) throw new Error("No number.");
  return ack.seq;
}

/** Alice has a registered name and owns the room; bob is a member. */
function owned(settings: Partial<Settings> = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  join(world, "hall", "alice").send("/register");
  world.settle();
  return { world, ...joinAll(world, "lobby", "alice", "bob") };
}

describe("a deletion", () => {
  test("is acked to the author, and an event for everybody else", () => {
    const { world, alice, bob } = begin();
    const of = say(alice, "one");
    alice.send({ type: "delete", of, id: "d", reason: "a mistake" });
    expect(alice.last("ack")).toEqual({
      ...{ type: "ack", id: "d", seq: of + 1, at: world.now },
    });
    expect(bob.last("deleted")).toEqual({
      ...{ type: "deleted", seq: of + 1, room: "lobby", user: userOf("alice") },
      ...{ username: "alice", of, reason: "a mistake", at: world.now, id: "d" },
    });
  });

  test("leaves the number and the author of the message, and nothing of its text and its edits", () => {
    const { world, alice } = begin();
    const data = { sticker: "a very secret cat" };
    const of = say(alice, "a secret one", { id: "m", data });
    const { at } = alice.last("ack");
    alice.send({ type: "edit", of, text: "a secret two" });
    alice.send({ type: "delete", of });
    expect(placesOf(world, "lobby", "secret")).toEqual([]);
    const carol = join(world, "lobby", "carol");
    expect(carol.last("history").messages).toEqual([
      {
        ...{ type: "erased", seq: of, room: "lobby", user: userOf("alice") },
        ...{ username: "alice", at, id: "m" },
      },
      expect.objectContaining({ type: "edited", of }),
      expect.objectContaining({ type: "deleted", of }),
    ]);
  });

  test("is done once by its id, and a resend of the deleted message brings nothing back", () => {
    const { world, alice } = begin();
    const of = say(alice, "one", { id: "m" });
    alice.send({ type: "delete", of, id: "d" });
    alice.send({ type: "delete", of, id: "d" });
    expect(alice.last("ack")).toMatchObject({ seq: of + 1, duplicate: true });
    for (const crash of [false, true]) {
      if (crash) world.crash(world.room("lobby"));
      const again = join(world, "lobby", "alice");
      again.send({ type: "message", text: "one", id: "m" });
      expect(again.last("ack")).toMatchObject({ seq: of, duplicate: true });
    }
    expect(placesOf(world, "lobby", '"one"')).toEqual([]);
  });

  test("of a message that is deleted already is refused as gone", () => {
    const { alice } = begin();
    const of = say(alice, "one");
    alice.send({ type: "delete", of });
    alice.send({ type: "delete", of });
    expect(refusal(alice)).toBe("gone");
  });

  test("by somebody else is refused, and by a moderator is not, at any time", () => {
    const { world, alice, bob } = owned();
    const [own, other] = [say(alice, "alice's"), say(bob, "bob's")];
    bob.send({ type: "delete", of: own });
    expect(refusal(bob)).toBe("forbidden");
    world.advance(7 * 86_400_000);
    bob.send({ type: "delete", of: other });
    expect(refusal(bob)).toBe("forbidden");
    alice.send({ type: "delete", of: other, reason: "spam" });
    expect(bob.last("deleted")).toMatchObject({
      ...{ of: other, username: "alice", reason: "spam" },
    });
    expect(placesOf(world, "lobby", "bob's")).toEqual([]);
  });

  test("needs no number for users who type: it is the newest own message", () => {
    const { alice, bob } = begin();
    const of = say(alice, "one");
    say(bob, "two");
    alice.send("/delete");
    expect(bob.last("deleted")).toMatchObject({ of });
    alice.take();
    alice.send("/delete");
    expect(refusal(alice)).toBe("gone");
  });

  test("costs two rows more than a message", () => {
    const { world, alice } = begin();
    say(alice, "zero");
    alice.send({ type: "delete", of: say(alice, "one") });
    const of = say(alice, "two");
    const { database } = world.room("lobby");
    const before = database.written;
    alice.send({ type: "delete", of });
    expect(database.written - before).toBe(3);
  });
});

test("users of a room where nothing is deleted or edited store nothing for it", () => {
  const { world, alice } = begin();
  for (let i = 0; i < 100; i++) say(alice, `message ${i}`);
  const { database } = world.room("lobby");
  expect(Object.keys(database.tables).sort()).toEqual([
    ...["log", "room", "schema"],
  ]);
  expect(database.tables.log?.[0]).not.toHaveProperty("others");
});

describe("retention", () => {
  test("counts messages: a room that is full of edits keeps as many messages as before", () => {
    const { world, alice } = begin({ ROOM_HISTORY: 100 });
    const of = say(alice, "zero");
    for (let i = 1; i < 100; i++) say(alice, `message ${i}`);
    for (let i = 0; i < 90; i++)
      alice.send({ type: "edit", of, text: `edit ${i}` });
    const types = () => storedEvents(world, "lobby").map(({ type }) => type);
    expect(types().filter((type) => type === "message")).toHaveLength(100);
    for (let i = 0; i < 200; i++) say(alice, `later ${i}`);
    for (const isFresh of [false, true]) {
      if (isFresh) world.hibernate(world.room("lobby"));
      const messages = types().filter((type) => type === "message").length;
      expect(messages).toBeGreaterThanOrEqual(100);
      expect(messages).toBeLessThan(100 + 64);
      say(alice, "one more");
    }
  });

  test("bounds all events at four for each message that a room keeps", () => {
    const { world, alice } = begin({ ROOM_HISTORY: 10 });
    for (let i = 0; i < 30; i++) {
      const of = say(alice, `message ${i}`);
      for (let j = 0; j < 10; j++)
        alice.send({ type: "edit", of, text: `edit ${j}` });
    }
    const { database } = world.room("lobby");
    const rows = database.tables.log as { count: number }[];
    const events = rows.reduce((sum, { count }) => sum + count, 0);
    expect(events).toBeGreaterThanOrEqual(40);
    expect(events).toBeLessThan(40 + 64);
    alice.send({ type: "edit", of: 1, text: "too late" });
    expect(refusal(alice)).toBe("gone");
  });
});
