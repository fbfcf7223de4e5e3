// Pin tests: a moderator pins messages and sets the topic, and users who come later find both.
import { describe, expect, test } from "vitest";
import * as LIMITS from "../../../../src/protocol/limits.ts";
import type { Settings } from "../../../../src/protocol/settings.ts";
import type { Peer } from "../../support/peer.ts";
import { join, joinAll, userOf } from "../../support/people.ts";
import { placesOf, refusal } from "../../support/secret-text.ts";
import { World } from "../../support/world.ts";

/** Alice has a registered name and owns the room; bob is a member. */
function begin(settings: Partial<Settings> = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  join(world, "hall", "alice").send("/register");
  world.settle();
  return { world, ...joinAll(world, "lobby", "alice", "bob") };
}

function say(peer: Peer, text: string): number {
  peer.send({ type: "message", text });
  const ack = peer.last("ack");
  if (!("seq" in ack) || ack.seq === undefined) throw new Error("No number.");
  return ack.seq;
}

function pin(peer: Peer, of: number, on = true, more = {}): void {
  peer.send({ type: "pin", of, on, ...more });
}

function topic(peer: Peer, text: string, more = {}): void {
  peer.send({ type: "moderate", action: "topic", text, ...more });
}

function pinsFor(world: World, username = "carol"): number[] | undefined {
  const peer = join(world, "lobby", username);
  const { pins } = peer.last("welcome");
  peer.close(1000);
  return pins;
}

describe("a pin", () => {
  test("is acked to the moderator, an event for everybody else, and in each later welcome", () => {
    const { world, alice, bob } = begin();
    const of = say(bob, "read this");
    expect(pinsFor(world)).toBeUndefined();
    pin(alice, of, true, { id: "p" });
    expect(alice.last("ack")).toEqual({
      ...{ type: "ack", id: "p", seq: of + 1, at: world.now },
    });
    expect(bob.last("pinned")).toEqual({
      ...{ type: "pinned", seq: of + 1, room: "lobby", user: userOf("alice") },
      ...{ username: "alice", of, at: world.now, id: "p" },
    });
    expect(pinsFor(world)).toEqual([of]);
    world.crash(world.room("lobby"));
    expect(pinsFor(world)).toEqual([of]);
  });

  test("of a pinned message is acked with the event that pinned it", () => {
    const { world, alice } = begin();
    const of = say(alice, "read this");
    pin(alice, of);
    const { seq, at } = alice.last("ack") as { seq: number; at: number };
    world.advance(1000);
    pin(alice, of, true, { id: "again" });
    expect(alice.last("ack")).toEqual({
      ...{ type: "ack", id: "again", seq, at, duplicate: true },
    });
  });

  test("is taken off again, once", () => {
    const { world, alice, bob } = begin();
    const [one, two] = [say(alice, "one"), say(alice, "two")];
    pin(alice, one);
    pin(alice, two);
    expect(pinsFor(world)).toEqual([two, one]);
    pin(alice, one, false);
    expect(bob.last("unpinned")).toMatchObject({ of: one });
    expect(pinsFor(world)).toEqual([two]);
    pin(alice, one, false);
    expect(refusal(alice)).toBe("gone");
  });

  test("is for moderators, of messages that are there", () => {
    const { alice, bob } = begin();
    const of = say(bob, "my own");
    pin(bob, of);
    expect(refusal(bob)).toBe("forbidden");
    pin(alice, of + 1);
    expect(refusal(alice)).toBe("gone");
    alice.take();
    pin(alice, of, true, { epoch: "another" });
    expect(refusal(alice)).toBe("gone");
  });

  test("goes with its message", () => {
    const { world, alice } = begin();
    const of = say(alice, "one");
    pin(alice, of);
    alice.send({ type: "delete", of });
    expect(pinsFor(world)).toBeUndefined();
    alice.take();
    pin(alice, of);
    expect(refusal(alice)).toBe("gone");
  });

  test("goes when the room drops its message, which nobody could unpin any more", () => {
    const { world, alice } = begin({ ROOM_HISTORY: 50 });
    const dropped = say(alice, "the first");
    pin(alice, dropped);
    for (let i = 0; i < 200; i++) say(alice, `message ${i}`);
    const kept = say(alice, "the last");
    pin(alice, kept);
    pin(alice, dropped);
    expect(refusal(alice)).toBe("gone");
    expect(pinsFor(world)).toEqual([kept]);
    world.crash(world.room("lobby"));
    expect(pinsFor(world)).toEqual([kept]);
  });

  test("takes the place of the oldest one where there are many, and everybody hears of it", () => {
    const { world, alice, bob } = begin();
    const seqs = Array.from({ length: LIMITS.pinsMax + 1 }, (_, i) =>
      say(alice, `message ${i}`),
    );
    for (const seq of seqs) pin(alice, seq);
    expect(bob.last("unpinned")).toMatchObject({ of: seqs[0] });
    expect(alice.last("unpinned")).toMatchObject({ of: seqs[0] });
    expect(pinsFor(world)).toEqual(seqs.slice(1).toReversed());
  });

  test("needs no number for moderators who type: it is the newest message", () => {
    const { world, alice, bob } = begin();
    const of = say(bob, "read this");
    alice.send("/pin");
    expect(pinsFor(world)).toEqual([of]);
    alice.send(`/unpin #${of}`);
    expect(pinsFor(world)).toBeUndefined();
  });

  test("costs two rows", () => {
    const { world, alice } = begin();
    const [one, two] = [say(alice, "one"), say(alice, "two")];
    pin(alice, one);
    const { database } = world.room("lobby");
    const before = database.written;
    pin(alice, two);
    expect(database.written - before).toBe(2);
  });
});

describe("a topic", () => {
  test("is set by a moderator, and in each later welcome", () => {
    const { world, alice, bob } = begin();
    topic(alice, "Tea at four", { id: "t" });
    expect(alice.last("ack")).toMatchObject({ id: "t", seq: 1 });
    expect(bob.last("topic")).toEqual({
      ...{ type: "topic", seq: 1, room: "lobby", user: userOf("alice") },
      ...{ username: "alice", text: "Tea at four", at: world.now, id: "t" },
    });
    world.crash(world.room("lobby"));
    const carol = join(world, "lobby", "carol");
    expect(carol.last("welcome").topic).toBe("Tea at four");
    expect(carol.last("history").messages).toMatchObject([{ type: "topic" }]);
  });

  test("is taken off by an empty one", () => {
    const { world, alice, bob } = begin();
    alice.send("/topic Tea at four");
    alice.send("/topic");
    expect(bob.last("topic").text).toBe("");
    expect(join(world, "lobby", "carol").last("welcome")).not.toHaveProperty(
      "topic",
    );
  });

  test("is refused from other users, and if it has several lines or is too long", () => {
    const { alice, bob } = begin();
    topic(bob, "Bob's room");
    expect(refusal(bob)).toBe("forbidden");
    topic(alice, "one\ntwo");
    expect(refusal(alice)).toBe("bad_request");
    alice.take();
    topic(alice, "x".repeat(LIMITS.topicMax + 1));
    expect(refusal(alice)).toBe("bad_request");
  });

  test("is told to a user once the message that was said before it is stored", () => {
    const { world, alice, bob } = begin();
    say(alice, "one");
    topic(alice, "two");
    const types = bob.inbox.map(({ type }) => type);
    expect(types).toEqual(["message", "topic"]);
    expect(placesOf(world, "lobby", "two")).toContain("first page");
  });
});
