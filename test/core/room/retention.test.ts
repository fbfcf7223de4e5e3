// Retention tests: with ROOM_DAYS nobody reads what is too old, at any door, and a day later no table holds it.
import { describe, expect, test } from "vitest";
import { started as hearing } from "../support/event-world.ts";
import { moderatedRoom } from "../support/moderated-room.ts";
import { join, userOf } from "../support/people.ts";
import {
  DAY,
  OLD,
  page,
  seqsOf,
  started,
  statesOf,
  stored,
} from "../support/retention-room.ts";
import { placesOf, refusal } from "../support/secret-text.ts";
import type { World } from "../support/world.ts";

describe("a message that is too old", () => {
  test("is read until the last millisecond of its days, and then at no door", () => {
    const { world, bob, alice } = started();
    bob.send(OLD);
    world.pass(1000);
    bob.send("a word of now");
    world.pass(2 * DAY - 1001);
    expect(page(alice).messages).toHaveLength(2);
    world.now += 1;
    expect(page(alice).messages).toMatchObject([{ seq: 2 }]);
    expect(page(alice, { fold: true }).messages).toMatchObject([{ seq: 2 }]);
    expect(page(alice, { before: 2 })).toMatchObject({
      ...{ messages: [], more: false },
    });
    expect(page(alice, { thread: 1 }).messages).toEqual([]);
    alice.send({ type: "search", text: "word" });
    expect(alice.last("results").messages).toMatchObject([{ seq: 2 }]);
    expect(seqsOf(world)).toEqual([2]);
    world.pass(DAY);
    expect(placesOf(world, "lobby", OLD)).toEqual([]);
  });

  test("leaves the number of the newest one, so that none is used twice", () => {
    const { world, lobby, alice, bob } = started();
    bob.send(OLD);
    bob.send(OLD);
    const { epoch } = join(world, "lobby", "carol").last("welcome");
    for (const peer of [...lobby.peers]) peer.close(1000);
    world.pass(2 * DAY);
    expect(placesOf(world, "lobby", OLD)).toEqual([]);
    expect(stored(world)).not.toContain(userOf("bob"));
    world.crash(lobby);
    const dora = join(world, "lobby", "dora", { since: 2, epoch });
    expect(dora.last("welcome")).toMatchObject({
      ...{ epoch, seq: 2, resumed: true, gap: false },
    });
    dora.send("new");
    expect(dora.last("ack")).toMatchObject({ seq: 3 });
    expect(seqsOf(world)).toEqual([3]);
    expect(alice.closed).toBeDefined();
  });

  test("leaves a gap to a client that comes back from before it", () => {
    const { world, bob } = started();
    bob.send("first");
    bob.send("second");
    world.pass(DAY);
    bob.send("third");
    const { epoch } = join(world, "lobby", "carol").last("welcome");
    world.pass(DAY);
    const resume = (since: number, name: string) =>
      join(world, "lobby", name, { since, epoch }).last("welcome");
    expect(resume(1, "dora")).toMatchObject({ resumed: false, gap: true });
    expect(resume(2, "eve")).toMatchObject({ resumed: true, gap: false });
  });

  test("is gone for an edit, a deletion, a reaction, a pin and a report", () => {
    const { world, owner, bob, carol } = moderatedRoom({ ROOM_DAYS: 2 });
    bob.send(OLD);
    world.pass(2 * DAY - 1);
    bob.send("new");
    carol.send("/react #2 👍");
    world.now += 1;
    for (const [peer, frame] of [
      [bob, { type: "edit", of: 2, text: "other" }],
      [bob, { type: "delete", of: 2 }],
      [bob, { type: "react", of: 2, emoji: "👍", on: true }],
      [owner, { type: "pin", of: 2, on: true }],
      [carol, { type: "report", of: 2 }],
      [bob, { type: "message", text: "hm", replyTo: 2 }],
    ] as const) {
      peer.send(frame);
      expect(refusal(peer), JSON.stringify(frame)).toBe("gone");
    }
    bob.send({ type: "message", text: "answer", replyTo: 3 });
    expect(page(bob, { fold: true }).messages).toMatchObject([
      { seq: 3 },
      { text: "answer" },
    ]);
  });

  test("takes its edits, reactions and pins with it at once", () => {
    const { world, owner, bob, carol } = moderatedRoom({ ROOM_DAYS: 2 });
    bob.send("harmless");
    carol.send("/react #2 👍");
    owner.send("/pin #2");
    world.pass(DAY - 1000);
    bob.send(`/edit #2 ${OLD}`);
    expect(stored(world)).toContain(OLD);
    carol.send({ type: "message", text: "an answer", replyTo: 2 });
    world.pass(DAY + 1000);
    const welcome = join(world, "lobby", "dora").last("welcome");
    expect(welcome.pins).toBeUndefined();
    expect(placesOf(world, "lobby", OLD)).toEqual([]);
    expect(statesOf(world)).toEqual([]);
    const [edited, answer] = page(bob, { fold: true, limit: 9 }).messages;
    expect(edited).toMatchObject({ text: "an answer" });
    expect(edited).toMatchObject({ quoted: { seq: 2, erased: true } });
    expect(answer).toBeUndefined();
  });

  test("takes a reaction with it that waited while it went", () => {
    const { world, alice, bob } = started({ FLUSH_CEILING_MS: 1000 });
    for (let i = 0; i < 60; i++) join(world, "lobby", `member${i}`);
    bob.send(OLD);
    world.pass(2 * DAY - 1);
    for (let i = 0; i < 300; i++) bob.send("many, so that the next waits");
    alice.send({ type: "react", of: 1, emoji: "👍", on: true });
    expect(alice.all("ack")).toEqual([]);
    world.pass(2000);
    expect(alice.all("ack")).toHaveLength(1);
    expect(statesOf(world)).toEqual([]);
  });
});

describe("a clock that is set back", () => {
  test("brings nothing back that has gone, also over a sleep", () => {
    const { world, lobby, bob, alice } = started();
    bob.send("first");
    world.pass(DAY / 2);
    bob.send(OLD);
    world.pass(DAY);
    bob.send({ type: "message", text: "answer", replyTo: 2 });
    world.pass(DAY);
    bob.send("newest");
    world.pass(DAY / 10);
    // The first one is deleted by now, the second one is hidden only.
    expect(stored(world)).toContain(OLD);
    const expectYoung = () => {
      const { messages } = page(alice, { fold: true });
      expect(messages).toMatchObject([
        { seq: 3, quoted: { seq: 2, erased: true } },
        { seq: 4 },
      ]);
    };
    expectYoung();
    world.setClockBack(DAY / 2);
    expectYoung();
    world.hibernate(lobby);
    expectYoung();
  });

  test("hides what is said afterwards for no moment, and not for longer", () => {
    const { world, bob, alice } = started();
    world.now += 100 * DAY;
    bob.send("by a clock that is ahead");
    world.setClockBack(100 * DAY);
    bob.send(OLD);
    bob.send("/edit #2 another word");
    bob.send("/react #2 👍");
    world.pass(1000);
    expect(page(alice).messages).toHaveLength(4);
    world.pass(2 * DAY);
    expect(page(alice).messages).toMatchObject([
      { seq: 1, text: "by a clock that is ahead" },
      { seq: 2, type: "erased" },
      { seq: 3, type: "erased" },
      { seq: 4, type: "erased" },
    ]);
    world.pass(DAY);
    expect(statesOf(world)).toEqual([]);
    for (const text of [
      OLD,
      "another word",
      `${userOf("bob")}","username":"bob","of`,
    ])
      expect(stored(world)).not.toContain(text);
  });
});

describe("an event in the midst of newer ones", () => {
  test("takes its pin with it", () => {
    const { world, owner, bob } = moderatedRoom({ ROOM_DAYS: 2 });
    world.pass(3 * DAY);
    world.now += 100 * DAY;
    bob.send("by a clock that is ahead");
    world.setClockBack(100 * DAY);
    bob.send(OLD);
    owner.send("/pin #3");
    world.pass(3 * DAY);
    const { pins } = join(world, "lobby", "dora").last("welcome");
    expect(pins).toBeUndefined();
  });
});

describe("endpoints", () => {
  test("that are late hear of a gap, and then of what comes", () => {
    const { world, say, batches, answers } = hearing({ ROOM_DAYS: 1 });
    say(1);
    answers.push(...Array(400).fill({ type: "refused", code: "internal" }));
    say(3, OLD);
    world.pass(2 * DAY);
    answers.splice(0);
    world.pass(DAY);
    const [gap] = batches.slice(-1);
    expect(gap).toMatchObject({
      ...{ from: 2, to: 4, lines: [], gapAfter: { seq: 1 } },
    });
    say(1);
    expect(batches.at(-1)).toMatchObject({ from: 5, to: 5 });
  });

  test("that have everything hear of no gap", () => {
    const { world, lobby, say, batches } = hearing({ ROOM_DAYS: 1 });
    say(3);
    world.pass(3 * DAY);
    world.crash(lobby);
    world.pass(DAY);
    expect(batches.every(({ gapAfter }) => gapAfter === undefined)).toBe(true);
  });
});

describe("an import", () => {
  function importAll(world: World, ages: readonly number[]) {
    const lines = ages.map((age, i) =>
      JSON.stringify({
        ...{ type: "message", seq: i + 1, room: "lobby", user: "someone" },
        ...{
          username: "someone",
          text: `${OLD} ${i + 1}`,
          at: world.now - age,
        },
      }),
    );
    world.askRoom("lobby", {
      ...{ type: "import-log", id: "one" },
      step: { kind: "begin", first: 1, lines },
    });
    return world.askRoom("lobby", {
      ...{ type: "import-log", id: "one", step: { kind: "end" } },
    });
  }

  test("takes nothing that is too old, and says how many that were", () => {
    const { world, alice } = started();
    const info = importAll(world, [5 * DAY, 2 * DAY, 2 * DAY - 1, 3 * DAY, 0]);
    expect(info).toMatchObject({ seq: 5, expired: 3 });
    expect(alice.last("reset")).toMatchObject({ seq: 5 });
    expect(seqsOf(world)).toEqual([3, 4, 5]);
    for (const seq of [1, 2, 4])
      expect(stored(world)).not.toContain(`${OLD} ${seq}`);
  });

  test("of nothing but old events leaves the room empty, with their numbers", () => {
    const { world, alice } = started();
    expect(importAll(world, [9 * DAY, 8 * DAY])).toMatchObject({
      ...{ seq: 2, expired: 2 },
    });
    expect(seqsOf(world)).toEqual([]);
    expect(stored(world)).not.toContain(OLD);
    alice.send("new");
    expect(alice.last("ack")).toMatchObject({ seq: 3 });
  });
});
