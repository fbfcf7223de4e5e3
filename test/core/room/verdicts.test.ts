// Verdict tests: the app decides about texts at once or later, and the room keeps its order.
import { describe, expect, test } from "vitest";
import type { AppVerdict } from "../../../src/core/shared/app-verdicts.ts";
import * as LIMITS from "../../../src/protocol/limits.ts";
import { ALLOW, FORBID } from "../support/app-stub.ts";
import { ackedIds, say, started, textsOf } from "../support/asked-room.ts";
import type { Peer } from "../support/peer.ts";
import { join, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

const REWRITE: AppVerdict = { type: "allowed", text: "***", data: { n: 1 } };

describe("a verdict that comes at once", () => {
  test("alice's message is stored in the same event", () => {
    const { app, alice, bob } = started();
    say(alice, "hello");
    expect(app.asked.at(-1)).toEqual({
      hook: "message",
      room: "lobby",
      user: { id: userOf("alice"), username: "alice", kind: "guest" },
      text: "hello",
      id: "hello",
    });
    expect(textsOf(bob)).toEqual(["hello"]);
    expect(ackedIds(alice)).toEqual(["hello"]);
  });

  test("a message that the app denies is seen by nobody", () => {
    const { app, alice, bob } = started();
    app.decide = () => ({ ...FORBID, retryAfter: 5 }) as AppVerdict;
    say(alice, "hello");
    expect(alice.take()).toEqual([
      {
        ...{ type: "error", code: "forbidden", message: "Not here." },
        ...{ id: "hello", retryAfter: 5 },
      },
    ]);
    expect(bob.take()).toEqual([]);
  });

  test("the app changes the text and the data of a message", () => {
    const { app, world, alice, bob } = started();
    app.decide = () => REWRITE;
    say(alice, "hello");
    expect(bob.last("message")).toMatchObject({ text: "***", data: { n: 1 } });
    const carol = join(world, "lobby", "carol");
    expect(carol.last("history").messages).toMatchObject([
      { text: "***", data: { n: 1 } },
    ]);
  });

  test("the app drops the data of a message, or keeps it", () => {
    const { app, alice, bob } = started();
    alice.send({ type: "message", text: "one", data: 1 });
    app.decide = () => ({ type: "allowed", data: undefined });
    alice.send({ type: "message", text: "two", data: 2 });
    expect(bob.all("message").map(({ data }) => data)).toEqual([1, undefined]);
  });

  test("a repeat of a stored message is acked, and the app is not asked", () => {
    const { app, alice } = started();
    say(alice, "hello");
    const { seq } = alice.last("ack") as { seq: number };
    app.decide = () => FORBID;
    say(alice, "hello");
    expect(alice.last("ack")).toMatchObject({ seq, duplicate: true });
    expect(app.asked).toHaveLength(1);
  });

  test("a message above the rate is refused before the app is asked", () => {
    const world = new World({ RATE_BURST: 1 });
    const { app, alice } = started(["message"], world);
    say(alice, "one");
    say(alice, "two");
    expect(app.asked).toHaveLength(1);
    expect(alice.last("error")).toMatchObject({ code: "rate_limited" });
  });

  test("without a hook for them, private messages go as before", () => {
    const { app, world, alice, bob } = started();
    alice.send({ type: "private", to: "bob", text: "psst", id: "p" });
    world.settle();
    expect(app.asked).toEqual([]);
    expect(bob.last("private")).toMatchObject({ text: "psst" });
  });
});

describe("a private message", () => {
  test("the app changes it, or denies it", () => {
    const { app, world, alice, bob } = started(["private"]);
    app.decide = ({ text }) => (text === "no" ? FORBID : REWRITE);
    alice.send({ type: "private", to: "@bob".slice(1), text: "yes", id: "y" });
    alice.send({ type: "private", to: "bob", text: "no", id: "n" });
    world.settle();
    expect(app.asked.at(0)).toMatchObject({ hook: "private", to: "bob" });
    expect(bob.all("private").map(({ text }) => text)).toEqual(["***"]);
    expect(alice.last("error")).toMatchObject({ code: "forbidden", id: "n" });
  });

  test("a name that nobody can have is refused before the app is asked", () => {
    const { app, alice } = started(["private"]);
    alice.send({ type: "private", to: "", text: "psst", id: "p" });
    expect(alice.last("error")).toMatchObject({ code: "bad_username" });
    expect(app.asked).toEqual([]);
  });

  test("one that is sent again meanwhile is delivered once", () => {
    const { app, world, alice, bob } = started(["private"]);
    app.decide = () => "later";
    const frame = {
      type: "private",
      to: "bob",
      text: "psst",
      id: "p",
    } as const;
    alice.send(frame);
    alice.send(frame);
    world.settle();
    app.resolve(ALLOW);
    expect(app.asked).toHaveLength(1);
    expect(bob.all("private")).toHaveLength(1);
    expect(ackedIds(alice)).toEqual(["p", "p"]);
  });
});

describe("a verdict that comes later", () => {
  test("others go on, and the message is stored when it comes", () => {
    const { app, world, alice, bob } = started();
    app.decide = ({ text }) => (text === "slow" ? "later" : ALLOW);
    say(alice, "slow");
    world.settle();
    say(bob, "quick");
    expect(textsOf(alice)).toEqual(["quick"]);
    expect(ackedIds(alice)).toEqual([]);
    app.resolve(ALLOW);
    expect(textsOf(bob)).toEqual(["slow"]);
    expect(ackedIds(alice)).toEqual(["slow"]);
  });

  test("messages of one connection keep their order", () => {
    const { app, world, alice, bob } = started();
    app.decide = ({ text }) => (text === "three" ? ALLOW : "later");
    for (const text of ["one", "two", "three", "four"]) say(alice, text);
    world.settle();
    // All of them are asked at once.
    expect(app.asked).toHaveLength(4);
    app.resolve(ALLOW, "two");
    app.resolve(ALLOW, "four");
    expect(textsOf(bob)).toEqual([]);
    app.resolve(FORBID, "one");
    expect(textsOf(bob)).toEqual(["two", "three", "four"]);
    const answers = alice.take().map((frame) => "id" in frame && frame.id);
    expect(answers).toEqual(["one", "two", "three", "four"]);
  });

  test("a call that fails is no verdict: the message may come again", () => {
    const { app, world, alice, bob } = started();
    app.decide = () => "later";
    say(alice, "hello");
    world.lose(world.pendingCall("verdict"));
    expect(alice.last("error")).toMatchObject({
      ...{ code: "unavailable", id: "hello", retryAfter: 1000 },
    });
    app.decide = () => ALLOW;
    say(alice, "hello");
    expect(textsOf(bob)).toEqual(["hello"]);
  });

  test("leave, history and who wait for the messages before them", () => {
    const { app, world, alice, bob } = started();
    app.decide = () => "later";
    say(alice, "hello");
    alice.send({ type: "history", after: 0 });
    alice.send({ type: "who" });
    alice.send({ type: "leave" });
    say(alice, "late");
    alice.send({ type: "typing" });
    alice.send({ type: "help" });
    world.settle();
    expect(alice.take()).toMatchObject([{ type: "help" }]);
    expect(bob.take()).toMatchObject([{ type: "typing" }]);
    app.resolve(ALLOW);
    expect(alice.take()).toMatchObject([
      { type: "ack", id: "hello" },
      { type: "history", messages: [{ text: "hello" }] },
      { type: "members" },
      { type: "left" },
      { type: "error", code: "not_joined", id: "late" },
    ]);
    expect(app.asked).toHaveLength(1);
  });

  test("a join behind a leave waits too, and what follows it", () => {
    const { app, world, alice, bob } = started();
    app.decide = ({ text }) => (text === "one" ? "later" : ALLOW);
    say(alice, "one");
    alice.send({ type: "leave" });
    alice.send({ type: "join", username: "anna" });
    say(alice, "two");
    world.settle();
    expect(alice.take()).toEqual([]);
    app.resolve(ALLOW);
    const frames = bob.all("message");
    expect(frames.map(({ username, text }) => [username, text])).toEqual([
      ["alice", "one"],
      ["anna", "two"],
    ]);
  });

  test("a frame that is wrong is refused at once", () => {
    const { app, world, alice } = started();
    app.decide = () => "later";
    say(alice, "hello");
    alice.send('{"type":"message"}');
    world.settle();
    expect(alice.take()).toMatchObject([{ code: "bad_request" }]);
  });
});

describe("the bounds", () => {
  test("the app is asked about 32 frames of a connection at once, and alice waits with others", () => {
    const { app, world, alice, bob } = started();
    app.decide = () => "later";
    const count = LIMITS.connectionVerdictsMax + 8;
    const texts = Array.from({ length: count }, (_, i) => `${i}`);
    for (const text of texts) say(alice, text);
    expect(app.open.size).toBe(LIMITS.connectionVerdictsMax);
    alice.send({ type: "who" });
    expect(alice.take()).toEqual([]);
    world.settle();
    app.resolve(ALLOW);
    world.settle();
    expect(app.open.size).toBe(LIMITS.connectionVerdictsMax);
    while (app.open.size > 0) {
      app.resolve(ALLOW);
      world.settle();
    }
    expect(textsOf(bob)).toEqual(texts);
    expect(alice.all("ack")).toHaveLength(count);
    expect(alice.take().at(-1)?.type).toBe("members");
  });

  test("the app is asked about 256 frames of a room at once, and others are asked later", () => {
    const { app, world } = started();
    app.decide = () => "later";
    const users = Array.from({ length: 9 }, (_, i) =>
      join(world, "lobby", `user${i}`),
    );
    for (const user of users)
      for (let i = 0; i < LIMITS.connectionVerdictsMax; i++) say(user, `${i}`);
    expect(app.open.size).toBe(LIMITS.roomVerdictsMax);
    world.settle();
    app.resolve(ALLOW);
    world.settle();
    expect(app.open.size).toBe(LIMITS.roomVerdictsMax);
    while (app.open.size > 0) {
      app.resolve(ALLOW);
      world.settle();
    }
    for (const user of users)
      expect(user.all("ack")).toHaveLength(LIMITS.connectionVerdictsMax);
  });

  test("more frames of a connection than may wait are refused", () => {
    const world = new World({ RATE_BURST: 2000 });
    const { app, alice } = started(["message"], world);
    app.decide = () => "later";
    for (let i = 0; i < LIMITS.connectionTurnsMax; i++) say(alice, `${i}`);
    expect(alice.take()).toEqual([]);
    say(alice, "more");
    alice.send({ type: "who" });
    expect(alice.take()).toMatchObject([
      { code: "rate_limited", id: "more", retryAfter: 1000 },
      { code: "rate_limited", retryAfter: 1000 },
    ]);
    world.settle();
    while (app.open.size > 0) {
      app.resolve(ALLOW);
      world.settle();
    }
    expect(alice.all("ack")).toHaveLength(LIMITS.connectionTurnsMax);
  });

  test("longer texts than may wait are refused, and those of others too when the room is full", () => {
    const world = new World({
      TEXT_MAX: 300_000,
      FRAME_MAX: 1_048_576,
      RATE_BURST: 1000,
    });
    const { app, alice } = started(["message"], world);
    app.decide = () => "later";
    const text = "x".repeat(300_000);
    const fill = (peer: Peer) => {
      for (let i = 0; i < 4; i++)
        peer.send({ type: "message", text, id: `${i}` });
      return peer.all("error").map(({ code, id }) => [code, id]);
    };
    expect(fill(alice)).toEqual([["rate_limited", "3"]]);
    const others = Array.from({ length: 4 }, (_, i) =>
      join(world, "lobby", `user${i}`),
    );
    const refused = others.map((peer) => fill(peer).length);
    expect(refused).toEqual([1, 1, 1, 3]);
    world.settle();
    while (app.open.size > 0) {
      app.resolve(ALLOW);
      world.settle();
    }
    expect(fill(alice)).toEqual([["rate_limited", "3"]]);
  });
});

describe("an edit that the app decides about", () => {
  const edit = (peer: Peer, of: number, text: string, id?: string) =>
    peer.send({ type: "edit", of, text, ...(id !== undefined && { id }) });

  test("the app is asked about the new text, and changes it", () => {
    const { app, alice, bob } = started();
    say(alice, "hello");
    app.decide = () => REWRITE;
    edit(alice, 1, "darn", "e");
    expect(app.asked.at(-1)).toMatchObject({
      ...{ hook: "message", kind: "edit", of: 1, text: "darn", id: "e" },
    });
    expect(bob.last("edited")).toMatchObject({ text: "***", data: { n: 1 } });
  });

  test("the app is not asked about an edit that is refused in any case", () => {
    const { app, alice, bob } = started();
    say(alice, "hello");
    const asked = app.asked.length;
    edit(bob, 1, "mine now");
    edit(alice, 7, "no message");
    expect(app.asked).toHaveLength(asked);
    expect(bob.last("error").code).toBe("forbidden");
    expect(alice.last("error").code).toBe("gone");
  });

  test("a message that is deleted while the app thinks is not brought back by its edit", () => {
    const { world, app, alice } = started();
    say(alice, "a secret text", "m");
    const phone = join(world, "lobby", "alice");
    app.decide = () => "later";
    edit(alice, 1, "another secret text", "e");
    phone.send({ type: "delete", of: 1 });
    app.resolve(ALLOW);
    expect(alice.last("error")).toMatchObject({ code: "gone", id: "e" });
    const tables = JSON.stringify(world.room("lobby").database.tables);
    expect(tables).not.toContain("secret");
  });
});
