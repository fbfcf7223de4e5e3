// Mentions tests: a room lists the members whom a message mentions, and tells everybody by name once it is stored.
import { describe, expect, test } from "vitest";
import type { Peer } from "../support/peer.ts";
import { join, joinAll, userOf } from "../support/people.ts";
import { isForgotten } from "../support/requests.ts";
import { type PendingCall, World } from "../support/world.ts";

const mentionsOf = (peer: Peer) =>
  peer.inbox.flatMap((one) =>
    one.type === "mention" ? `${one.room}#${one.of}` : [],
  );

const say = (peer: Peer, text: string) => peer.send({ type: "message", text });

function begin() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  const kitchen = joinAll(world, "kitchen", "carol").carol;
  world.pass(1);
  return { world, alice, bob, carol: kitchen };
}

describe("a message that mentions people", () => {
  test("lists those who are here, and tells those who are elsewhere", () => {
    const { world, alice, bob, carol } = begin();
    say(alice, "hi @bob and @Carol, @alice");
    world.settle();
    expect(bob.last("message")).toMatchObject({ mentions: [userOf("bob")] });
    expect(mentionsOf(bob)).toEqual(["lobby#1"]);
    expect(mentionsOf(carol)).toEqual(["lobby#1"]);
    expect(mentionsOf(alice)).toEqual([]);
    expect(carol.last("mention")).toMatchObject({
      ...{ user: userOf("alice"), username: "alice" },
    });
  });

  test("costs a room without mentions no table and no call", () => {
    const { world, alice } = begin();
    const { tables } = world.room("lobby").database;
    say(alice, "hello");
    say(alice, "mail a@b.org");
    world.settle();
    expect(Object.keys(tables)).not.toContain("mention_cursor");
  });

  test("makes no object of a name that nobody has", () => {
    const { world, alice } = begin();
    say(alice, "@nobody");
    world.settle();
    expect(isForgotten(world, "nobody")).toBe(true);
  });

  test("mentions nobody more by an edit", () => {
    const { world, alice, bob } = begin();
    say(alice, "hi");
    world.settle();
    alice.send({ type: "edit", of: 1, text: "hi @bob" });
    world.settle();
    expect(mentionsOf(bob)).toEqual([]);
  });

  test("is not told to those who block its author", () => {
    const { world, alice, bob } = begin();
    bob.send({ type: "block", user: userOf("alice") });
    world.settle();
    say(alice, "@bob");
    world.settle();
    expect(mentionsOf(bob)).toEqual([]);
  });
});

describe("a room that crashes", () => {
  test("tells a mention once, if the crash came after the flush", () => {
    const { world, alice, carol } = begin();
    say(alice, "@carol one");
    for (const call of [...world.pendingCalls]) world.lose(call);
    world.crash(world.room("lobby"));
    world.settle();
    expect(mentionsOf(carol)).toEqual([]);
    world.pass(60_000);
    expect(mentionsOf(carol)).toEqual(["lobby#1"]);
    const back = join(world, "lobby", "alice");
    say(back, "@carol two");
    world.settle();
    world.pass(120_000);
    expect(mentionsOf(carol)).toEqual(["lobby#1", "lobby#2"]);
  });

  test("tells it once, if only the answer was lost", () => {
    const { world, alice, carol } = begin();
    say(alice, "@carol one");
    const call = world.pendingCall("mention");
    world.deliver(call);
    world.lose(call);
    world.crash(world.room("lobby"));
    world.pass(120_000);
    expect(mentionsOf(carol)).toEqual(["lobby#1"]);
  });
});

test("a directory that does not answer is asked again, and nobody else waits for it", () => {
  const { world, alice, bob, carol } = begin();
  say(alice, "@carol @bob");
  world.lose(world.pendingCall("mention"));
  world.settle();
  expect([...mentionsOf(bob), ...mentionsOf(carol)]).toHaveLength(1);
  world.pass(1000);
  expect(mentionsOf(bob)).toEqual(["lobby#1"]);
  expect(mentionsOf(carol)).toEqual(["lobby#1"]);
});

test("a directory of an older release is asked once, and others are told", () => {
  const { world, alice, bob, carol } = begin();
  const old: PendingCall["to"] = {
    ask: (ops, onReplies) =>
      onReplies(ops.map(() => ({ type: "refused", code: "unsupported" }))),
  };
  let asked = 0;
  world.onCall = (call) => {
    if (call.to !== world.directory("carol")) return;
    asked++;
    Object.assign(call, { to: old });
  };
  say(alice, "@carol @bob");
  world.settle();
  world.pass(600_000);
  expect(asked).toBe(1);
  expect([...mentionsOf(bob), ...mentionsOf(carol)]).toEqual(["lobby#1"]);
  expect(world.room("lobby").database.tables.mention_cursor).toEqual([]);
});

test("a flood of mentions makes 32 calls a second, and all are told", () => {
  const { world, alice, carol } = begin();
  let calls = 0;
  world.onCall = ({ ops }) => {
    if (ops.some(({ type }) => type === "mention")) calls++;
  };
  for (let i = 0; i < 40; i++) {
    const names = Array.from({ length: 9 }, (_, j) => `@n${i}x${j}`);
    say(alice, [...names, i === 39 ? "@carol" : ""].join(" "));
    world.settle();
  }
  expect(calls).toBeLessThanOrEqual(64);
  world.pass(1000);
  expect(calls).toBeLessThanOrEqual(64 + 33);
  world.pass(20_000);
  expect(mentionsOf(carol)).toEqual(["lobby#40"]);
});

test.each(["@dora", "@carol"])(
  "a user who mentions many keeps nobody else's mention of %s waiting",
  (name) => {
    const { world, alice, bob, carol } = begin();
    const { dora } = joinAll(world, "attic", "dora");
    for (let i = 0; i < 40; i++) {
      const names = Array.from({ length: 9 }, (_, j) => `@n${i}x${j}`);
      say(alice, [...names, i === 39 ? "@carol" : ""].join(" "));
    }
    say(bob, name);
    world.pass(1000);
    // A name that both mention is called once, for both.
    expect([...mentionsOf(carol), ...mentionsOf(dora)]).toEqual(
      name === "@carol" ? ["lobby#40", "lobby#41"] : ["lobby#41"],
    );
    world.pass(20_000);
    expect(mentionsOf(carol)[0]).toBe("lobby#40");
  },
);

test("a flood delays a later mention by the flood alone, however much is said in between", () => {
  const { world, alice, carol } = begin();
  for (let i = 0; i < 60; i++)
    say(alice, Array.from({ length: 10 }, (_, j) => `@n${i}x${j}`).join(" "));
  for (let i = 0; i < 700; i++) say(alice, "a word");
  say(alice, "@carol");
  world.pass(25_000);
  expect(mentionsOf(carol)).toEqual(["lobby#761"]);
});

test("a directory that never answers delays nobody else, also after a crash", () => {
  const { world, alice } = begin();
  const { eve } = joinAll(world, "study", "eve");
  const dead: PendingCall["to"] = { ask: (_, onReplies) => onReplies(null) };
  world.onCall = (call) => {
    if (call.to === world.directory("carol")) Object.assign(call, { to: dead });
  };
  for (let i = 0; i < 600; i++) say(alice, "@carol");
  world.settle();
  say(alice, "@eve one");
  world.settle();
  expect(mentionsOf(eve)).toEqual(["lobby#601"]);
  world.crash(world.room("lobby"));
  say(join(world, "lobby", "alice"), "@eve two");
  world.pass(120_000);
  expect(mentionsOf(eve)).toEqual(["lobby#601", "lobby#602"]);
});
