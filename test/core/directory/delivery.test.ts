// Delivery tests: mail reaches each room of its owner in order, a failed call is retried, and the ack does not wait for that.
import { describe, expect, test } from "vitest";
import { join, joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Alice is in the lobby, and bob in the kitchen. */
function begin() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice } = joinAll(world, "lobby", "alice");
  const { bob } = joinAll(world, "kitchen", "bob");
  return { world, alice, bob };
}

/** Delivers all calls, but loses those to one room. */
function cutOff(world: World, room: string): void {
  for (;;) {
    const next = world.pendingCalls.find(({ leg }) => leg !== "asked");
    if (next === undefined) return;
    const isCut = next.leg === "there" && next.to === world.room(room);
    if (isCut) world.lose(next);
    else world.deliver(next);
  }
}

describe("a room that does not answer", () => {
  test.each([
    ["did not get the call", false],
    ["got the call", true],
  ])(
    "a user gets mail once by a retry from a room that %s and did not answer",
    (_, isHeard) => {
      const { world, alice, bob } = begin();
      alice.send("@bob psst");
      world.deliver(world.pendingCall("post"));
      const call = world.pendingCall("deliver");
      if (isHeard) world.deliver(call);
      world.lose(call);
      world.settle();
      expect(alice.last("ack")).toMatchObject({ delivered: false });
      world.pass(1000);
      expect(bob.privateTexts).toEqual(["psst"]);
      // The directory knows by now that he has got it.
      expect(join(world, "attic", "bob").privateTexts).toEqual([]);
    },
  );

  test("a sender's next ack does not wait for a room that has failed", () => {
    const { world, alice, bob } = begin();
    alice.send("@bob one");
    cutOff(world, "kitchen");
    alice.take();
    alice.send("@bob two");
    cutOff(world, "kitchen");
    expect(alice.last("ack")).toMatchObject({ delivered: false });
    world.pass(1000);
    expect(bob.privateTexts).toEqual(["one", "two"]);
  });

  test("a user gets all mail in order from a failed room, which is asked less and less often", () => {
    const { world, alice, bob } = begin();
    const asked: number[] = [];
    for (let i = 0; i < 5; i++) {
      alice.send(`@bob ${i}`);
      cutOff(world, "kitchen");
      const { alarm } = world.directory("bob");
      asked.push((alarm ?? 0) - world.now);
      world.advance((alarm ?? world.now) - world.now);
      cutOff(world, "kitchen");
    }
    expect(asked).toEqual([...asked].sort((a, b) => a - b));
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("a user gets mail in another room, and the ack says so, while one room fails", () => {
    const { world, alice, bob } = begin();
    const attic = join(world, "attic", "bob");
    alice.send("@bob one");
    cutOff(world, "kitchen");
    expect(attic.privateTexts).toEqual(["one"]);
    alice.take();
    alice.send("@bob two");
    cutOff(world, "kitchen");
    expect(attic.privateTexts).toEqual(["one", "two"]);
    expect(alice.last("ack")).toMatchObject({ delivered: true });
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["one", "two"]);
  });

  test("a user gets mail from a failed room after the directory was killed", () => {
    const { world, alice, bob } = begin();
    alice.send("@bob psst");
    cutOff(world, "kitchen");
    world.crash(world.directory("bob"));
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["psst"]);
  });

  test("a user gets mail from a failed room after the directory slept", () => {
    const { world, alice, bob } = begin();
    alice.send("@bob psst");
    cutOff(world, "kitchen");
    // The alarm survives, but the memory does not.
    world.directory("bob").core = null;
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["psst"]);
  });
});

describe("a live connection, after a directory was killed or slept", () => {
  test("a user's connection gets a private message although another one has confirmed it", () => {
    const { world, alice, bob } = begin();
    const attic = join(world, "attic", "bob");
    alice.send("@bob psst");
    cutOff(world, "kitchen");
    expect(attic.privateTexts).toEqual(["psst"]);
    attic.send({ type: "received", mail: attic.last("private").mail });
    cutOff(world, "kitchen");
    // The directory sleeps until the retry to the kitchen is due.
    world.directory("bob").core = null;
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["psst"]);
  });

  test("a user's connections get a private message to oneself after the directory was killed", () => {
    const { world, bob } = begin();
    const attic = join(world, "attic", "bob");
    bob.send("@bob a note");
    world.deliver(world.pendingCall("post"));
    world.kill(world.directory("bob"));
    for (const call of [...world.pendingCalls]) world.lose(call);
    world.pass(60_000);
    expect(attic.privateTexts).toEqual(["a note"]);
    expect(bob.privateTexts).toEqual(["a note"]);
  });

  test("a user's connection gets a copy after the directory was killed", () => {
    const { world, alice } = begin();
    const attic = join(world, "attic", "alice");
    alice.send("@bob psst");
    world.settle(({ ops }) => ops[0]?.type === "copy");
    world.deliver(world.pendingCall("copy"));
    world.kill(world.directory("alice"));
    for (const call of [...world.pendingCalls]) world.lose(call);
    world.pass(60_000);
    expect(attic.privateTexts).toEqual(["psst"]);
  });

  test("a user's connection gets a copy although a newer one has arrived", () => {
    const { world, alice } = begin();
    const attic = join(world, "attic", "alice");
    alice.send("@bob one");
    world.settle(({ ops }) => ops[0]?.type === "deliver");
    cutOff(world, "attic");
    world.directory("alice").core = null;
    alice.send("@bob two");
    world.settle();
    world.pass(60_000);
    expect(attic.privateTexts).toEqual(["one", "two"]);
  });
});

test("a user's directory removes a room that the user has left, and does not ask it again", () => {
  const { world, alice, bob } = begin();
  const attic = join(world, "attic", "bob");
  world.crash(world.room("attic"));
  alice.send("@bob one");
  world.settle();
  expect(alice.last("ack")).toMatchObject({ delivered: true });
  expect(attic.privateTexts).toEqual([]);
  alice.send("@bob two");
  world.deliver(world.pendingCall("post"));
  const asked = world.pendingCalls.filter(
    ({ ops }) => ops[0]?.type === "deliver",
  );
  expect(asked.map(({ to }) => to)).toEqual([world.room("kitchen")]);
  world.settle();
  expect(bob.privateTexts).toEqual(["one", "two"]);
});

test("a user's directory keeps a room to which the user has come back", () => {
  const { world, alice, bob } = begin();
  bob.send("/leave");
  world.lose(world.pendingCall("leave"));
  alice.send("@bob psst");
  world.deliver(world.pendingCall("post"));
  const delivering = world.pendingCall("deliver");
  world.deliver(delivering);
  // The kitchen has answered that bob is gone, and he is back before the
  // answer.
  bob.send("/join bob");
  const back = join(world, "kitchen", "bob");
  world.settle();
  expect(back.privateTexts).toEqual(["psst"]);
  alice.send("@bob again");
  world.settle();
  expect(back.privateTexts).toEqual(["psst", "again"]);
});

test("a user never gets mail for an earlier holder of the name", () => {
  const world = new World({ GUEST_CLAIM_SECONDS: 0 });
  const { alice } = joinAll(world, "lobby", "alice");
  const { bob } = joinAll(world, "kitchen", "bob");
  alice.send("@bob secret");
  world.deliver(world.pendingCall("post"));
  const delivering = world.pendingCall("deliver");
  bob.send("/leave");
  world.settle((call) => call === delivering);
  world.advance(0);
  const successor = join(world, "kitchen", "bob", { as: "other" });
  world.settle();
  expect(successor.privateTexts).toEqual([]);
  expect(alice.all("ack")).toMatchObject([{ delivered: false }]);
});

test("a user's mail that came in one call goes to a room in one call", () => {
  const { world, alice, bob } = begin();
  alice.send("@bob one");
  for (const text of ["two", "three"]) alice.send(`@bob ${text}`);
  const sizes: number[] = [];
  world.settle(({ leg, ops }) => {
    const { length } = ops.filter(({ type }) => type === "deliver");
    const [op] = ops;
    if (leg === "there" && length > 0 && op?.type === "deliver")
      sizes.push(op.mail.length);
    return false;
  });
  expect(new Set(sizes)).toEqual(new Set([1, 2]));
  expect(bob.privateTexts).toEqual(["one", "two", "three"]);
});
