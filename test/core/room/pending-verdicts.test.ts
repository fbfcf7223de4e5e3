// Pending verdict tests: while the app thinks a message is sent again, its user goes, or the room loses its memory.
import { describe, expect, test } from "vitest";
import { appWorld, TOKEN } from "../support/app.ts";
import { ALLOW, AppStub, FORBID } from "../support/app-stub.ts";
import {
  ackedIds,
  MESSAGES,
  say,
  started,
  textsOf,
} from "../support/asked-room.ts";
import { join } from "../support/people.ts";

describe("a message that is sent again while the app thinks", () => {
  const pending = () => {
    const one = started();
    one.app.decide = () => "later";
    say(one.alice, "hello");
    return one;
  };

  test("is asked once, and acked twice", () => {
    const { app, world, alice, bob } = pending();
    say(alice, "hello");
    world.settle();
    app.resolve(ALLOW);
    expect(app.asked).toHaveLength(1);
    expect(textsOf(bob)).toEqual(["hello"]);
    const [first, again] = alice.all("ack");
    expect(again).toEqual({ ...first, duplicate: true });
  });

  test("gets the same from another connection of its user", () => {
    const { app, world, alice, bob } = pending();
    const laptop = join(world, "lobby", "alice");
    say(laptop, "hello");
    say(laptop, "next");
    world.settle();
    app.resolve(ALLOW, "next");
    expect(ackedIds(laptop)).toEqual([]);
    app.resolve(ALLOW, "hello");
    expect(ackedIds(alice)).toEqual(["hello"]);
    expect(laptop.all("ack")).toMatchObject([
      { id: "hello", duplicate: true },
      { id: "next" },
    ]);
    expect(textsOf(bob)).toEqual(["hello", "next"]);
  });

  test("is refused as the first one is", () => {
    const { app, world, alice } = pending();
    say(alice, "hello");
    world.settle();
    app.resolve(FORBID);
    expect(alice.all("error")).toMatchObject([
      { code: "forbidden", id: "hello" },
      { code: "forbidden", id: "hello" },
    ]);
  });

  test("of somebody else with the same id is another message", () => {
    const { app, world, bob } = pending();
    say(bob, "hello");
    world.settle();
    expect(app.asked).toHaveLength(2);
  });
});

describe("a user who goes while the app thinks", () => {
  test("has said it, if a connection of theirs is still here", () => {
    const { app, world, alice, bob } = started();
    join(world, "lobby", "alice");
    app.decide = () => "later";
    say(alice, "hello");
    world.settle();
    alice.close();
    app.resolve(ALLOW);
    expect(textsOf(bob)).toEqual(["hello"]);
  });

  test("has said it, within the time to come back", () => {
    const { app, world, alice, bob } = started();
    app.decide = () => "later";
    say(alice, "hello");
    world.settle();
    alice.close();
    const again = join(world, "lobby", "alice");
    say(again, "hello");
    world.settle();
    app.resolve(ALLOW);
    expect(textsOf(bob)).toEqual(["hello"]);
    expect(again.last("ack")).toMatchObject({ duplicate: true });
  });

  test("gets the copy of a private message where they came back", () => {
    const { app, world, alice } = started(["private"]);
    app.decide = () => "later";
    alice.send({ type: "private", to: "bob", text: "psst", id: "p" });
    world.settle();
    alice.close();
    const again = join(world, "lobby", "alice");
    app.resolve(ALLOW);
    world.pass(1000);
    expect(again.privateTexts).toEqual(["psst"]);
  });

  test("has said nothing once they have left", () => {
    const { app, world, alice, bob } = started();
    app.decide = () => "later";
    say(alice, "hello");
    world.settle();
    alice.close();
    world.advance(world.settings.PRESENCE_GRACE_MS);
    expect(bob.all("left")).toHaveLength(1);
    bob.take();
    app.resolve(ALLOW);
    expect(bob.take()).toEqual([]);
    // The message is not known, so it may come again.
    const again = join(world, "lobby", "alice");
    app.decide = () => ALLOW;
    say(again, "hello");
    expect(textsOf(bob)).toEqual(["hello"]);
  });

  test("whose name was taken away has said nothing", () => {
    const world = appWorld({}, { ...MESSAGES, GUEST_PREFIX: "-" });
    const { app, alice, bob } = started(["message"], world);
    app.decide = () => "later";
    alice.send({ type: "message", text: "hello", id: "h" });
    world.settle();
    const peer = world.open("lobby");
    peer.send({ type: "join", token: TOKEN });
    world.settle();
    expect(alice.closed).not.toBeNull();
    bob.take();
    app.resolve(ALLOW);
    expect(textsOf(bob)).toEqual([]);
  });
});

describe("over a sleep", () => {
  test("a room whose app thinks does not sleep", () => {
    const { app, world, alice } = started();
    app.decide = () => "later";
    say(alice, "hello");
    world.settle();
    world.sleepIfIdle(world.room("lobby"));
    expect(world.room("lobby").core).not.toBeNull();
  });

  test("a connection with a frame that was lost is closed, and comes back", () => {
    const { app, world, alice, bob } = started();
    app.decide = () => "later";
    say(alice, "hello");
    // The memory is lost all the same, as at a deploy.
    world.room("lobby").core = null;
    say(bob, "still here");
    expect(alice.closed).toBe("restarted");
    expect(bob.closed).toBeNull();
    // Nobody is told of a leave before the time to come back is over.
    expect(bob.all("left")).toEqual([]);
    world.advance(world.settings.PRESENCE_GRACE_MS);
    expect(bob.all("left")).toHaveLength(1);
  });

  test("a connection whose frames are all answered stays", () => {
    const { app, world, alice, bob } = started();
    app.decide = () => "later";
    say(alice, "hello");
    world.settle();
    app.resolve(ALLOW);
    world.hibernate(world.room("lobby"));
    app.decide = () => ALLOW;
    say(alice, "again");
    expect(textsOf(bob)).toEqual(["hello", "again"]);
    expect(alice.closed).toBeNull();
  });

  test("the app still knows whose name is registered, and who is its own", () => {
    const world = appWorld({}, { GUEST_PREFIX: "-" });
    const app = new AppStub(world, ["join", "message"]);
    const bob = join(world, "lobby", "bob");
    bob.send({ type: "register" });
    const alice = world.open("lobby");
    alice.send({ type: "join", token: TOKEN });
    world.settle();
    world.hibernate(world.room("lobby"));
    say(bob, "one");
    say(alice, "two");
    bob.send({ type: "release" });
    world.settle();
    say(bob, "three");
    expect(app.asked.map(({ user }) => [user.username, user.kind])).toEqual([
      ["bob", "guest"],
      ["alice", "app"],
      ["bob", "registered"],
      ["alice", "app"],
      ["bob", "guest"],
    ]);
  });
});
