// App command tests: the app answers the user of a command, and the room once.
import { describe, expect, test } from "vitest";
import type { AppVerdict } from "../../../../src/core/shared/app-verdicts.ts";
import { AppStub, FORBID } from "../../support/app-stub.ts";
import { started, textsOf } from "../../support/asked-room.ts";
import type { Peer } from "../../support/peer.ts";
import { join, userOf } from "../../support/people.ts";
import { World } from "../../support/world.ts";

const ROLLED: AppVerdict = {
  type: "allowed",
  replies: ["You rolled 4.", "Lucky."],
  says: ["rolled 4"],
};

function roll(peer: Peer, id = "c", args = "2d6") {
  peer.send({ type: "command", name: "roll", args, id });
}

test("the app is asked with the text after the name, and answers in order", () => {
  const { app, alice, bob } = started(["command"]);
  app.decide = () => ROLLED;
  roll(alice);
  expect(app.asked).toMatchObject([
    { hook: "command", room: "lobby", name: "roll", args: "2d6" },
  ]);
  const [said, ...answers] = alice.take();
  expect(said).toMatchObject({
    ...{ type: "message", text: "rolled 4", username: "alice" },
    by: { user: userOf("alice"), id: "c" },
  });
  expect(answers).toEqual([
    { type: "reply", command: "roll", text: "You rolled 4.", id: "c" },
    { type: "reply", command: "roll", text: "Lucky.", id: "c" },
    { type: "ack", id: "c", command: "roll", seq: 1, at: expect.anything() },
  ]);
  expect(textsOf(bob)).toEqual(["rolled 4"]);
  expect(bob.all("reply")).toEqual([]);
});

describe("what a command says is said once", () => {
  const repeated = () => {
    const one = started(["command"]);
    one.app.decide = () => ROLLED;
    roll(one.alice);
    one.bob.take();
    one.alice.take();
    return one;
  };

  test("though it is sent again", () => {
    const { app, alice, bob } = repeated();
    roll(alice);
    expect(app.asked).toHaveLength(1);
    expect(alice.take()).toMatchObject([
      { type: "ack", id: "c", command: "roll", seq: 1, duplicate: true },
    ]);
    expect(bob.take()).toEqual([]);
  });

  test("also after a sleep", () => {
    const { world, app, alice, bob } = repeated();
    world.hibernate(world.room("lobby"));
    roll(alice);
    expect(app.asked).toHaveLength(1);
    expect(alice.last("ack")).toMatchObject({ duplicate: true });
    expect(bob.all("message")).toEqual([]);
  });

  test("though it is sent again while the app thinks", () => {
    const { world, app, alice, bob } = started(["command"]);
    app.decide = () => "later";
    const laptop = join(world, "lobby", "alice");
    roll(alice);
    roll(laptop);
    world.settle();
    app.resolve(ROLLED);
    expect(app.asked).toHaveLength(1);
    expect(textsOf(bob)).toEqual(["rolled 4"]);
    expect(laptop.last("ack")).toMatchObject({ id: "c", duplicate: true });
  });

  test("and the next one is another", () => {
    const { alice, bob } = repeated();
    roll(alice, "d");
    expect(textsOf(bob)).toEqual(["rolled 4"]);
  });
});

test("a command that only replies is acked without a number", () => {
  const { app, alice, bob } = started(["command"]);
  app.decide = () => ({ type: "allowed", replies: ["Hi."] });
  roll(alice);
  expect(alice.take()).toEqual([
    { type: "reply", command: "roll", text: "Hi.", id: "c" },
    { type: "ack", id: "c", command: "roll", at: expect.anything() },
  ]);
  expect(bob.take()).toEqual([]);
});

test("a command that is denied says nothing", () => {
  const { app, alice, bob } = started(["command"]);
  app.decide = () => FORBID;
  roll(alice);
  expect(alice.take()).toMatchObject([{ code: "forbidden", id: "c" }]);
  expect(bob.take()).toEqual([]);
});

test("a command of an app that does not have it is unsupported", () => {
  const { app, alice } = started(["command"]);
  alice.send({ type: "command", name: "fly", id: "c" });
  expect(alice.take()).toMatchObject([{ code: "unsupported", id: "c" }]);
  expect(app.asked).toEqual([]);
});

test("a command of a server without commands is unsupported", () => {
  const world = new World();
  const alice = join(world, "lobby", "alice");
  alice.take();
  roll(alice);
  expect(alice.take()).toMatchObject([{ code: "unsupported", id: "c" }]);
  alice.send("/roll 2d6");
  expect(alice.take()).toMatchObject([{ code: "bad_request" }]);
});

describe("a person who types", () => {
  test("uses the commands of the app by their names", () => {
    const { app, world } = started(["command"]);
    app.decide = () => ROLLED;
    const carol = join(world, "lobby", "carol", { query: { text: true } });
    carol.takeLines();
    carol.send("/roll 2d6 and more");
    expect(app.asked.at(-1)).toMatchObject({ args: "2d6 and more" });
    expect(carol.takeLines()).toEqual([
      "carol: rolled 4",
      "* /roll: You rolled 4.",
      "* /roll: Lucky.",
    ]);
  });

  test("finds them in the help", () => {
    const world = new World();
    new AppStub(world, ["command"]);
    const carol = join(world, "lobby", "carol", { query: { text: true } });
    carol.takeLines();
    carol.send("/help");
    expect(carol.takeLines()).toContain("* /roll: a command of this server");
  });

  test("is told of a name that the app does not have", () => {
    const { alice } = started(["command"]);
    alice.send("/fly");
    expect(alice.take()).toMatchObject([{ code: "bad_request" }]);
  });
});

test("the welcome names the commands, if there are any", () => {
  const { world } = started(["command"]);
  const { commands } = join(world, "lobby", "carol").last("welcome");
  expect(commands).toEqual(["ask", "roll"]);
  const plain = join(new World(), "lobby", "carol").last("welcome");
  expect(plain).not.toHaveProperty("commands");
});
