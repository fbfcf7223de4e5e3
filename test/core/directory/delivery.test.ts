// Mail on its way to rooms: again where one did not answer, in order, and without holding up the ack.
import { describe, expect, test } from "vitest";
import { join, joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

/** Alice in the lobby; bob in the kitchen and, if wanted, in the attic. */
function begin() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice } = joinAll(world, "lobby", "alice");
  const { bob } = joinAll(world, "kitchen", "bob");
  return { world, alice, bob };
}

/** All calls to a room are lost from now on, until nothing moves. */
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
    ["did not hear", false],
    ["did hear", true],
  ])("but %s is asked again: the mail is there, once", (_, isHeard) => {
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
    // Now it is known that he had it.
    expect(join(world, "attic", "bob").privateTexts).toEqual([]);
  });

  test("holds up the ack of what comes later no longer", () => {
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

  test("is asked less and less often, and all comes in order in the end", () => {
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

  test("does not keep the mail from other rooms, nor the ack from saying so", () => {
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

  test("is asked again after the directory was killed", () => {
    const { world, alice, bob } = begin();
    alice.send("@bob psst");
    cutOff(world, "kitchen");
    world.crash(world.directory("bob"));
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["psst"]);
  });

  test("is asked again after the directory slept", () => {
    const { world, alice, bob } = begin();
    alice.send("@bob psst");
    cutOff(world, "kitchen");
    // The alarm is kept, the memory is not.
    world.directory("bob").core = null;
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["psst"]);
  });
});

describe("a live connection has every private message, whatever happened to a directory", () => {
  test("although another of theirs has said that it has arrived", () => {
    const { world, alice, bob } = begin();
    const attic = join(world, "attic", "bob");
    alice.send("@bob psst");
    cutOff(world, "kitchen");
    expect(attic.privateTexts).toEqual(["psst"]);
    attic.send({ type: "received", mail: attic.last("private").mail });
    cutOff(world, "kitchen");
    // It sleeps until it may ask the kitchen again.
    world.directory("bob").core = null;
    world.pass(60_000);
    expect(bob.privateTexts).toEqual(["psst"]);
  });

  test("although they wrote it to themselves", () => {
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

  test("although it is a copy of what they sent from another", () => {
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

  test("although more has reached them since", () => {
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

test("a room that has them no more is struck off, and asked no more", () => {
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

test("a room they have come back to meanwhile is not struck off", () => {
  const { world, alice, bob } = begin();
  bob.send("/leave");
  world.lose(world.pendingCall("leave"));
  alice.send("@bob psst");
  world.deliver(world.pendingCall("post"));
  const delivering = world.pendingCall("deliver");
  world.deliver(delivering);
  // Gone, said the kitchen; before that is heard he is back there.
  bob.send("/join bob");
  const back = join(world, "kitchen", "bob");
  world.settle();
  expect(back.privateTexts).toEqual(["psst"]);
  alice.send("@bob again");
  world.settle();
  expect(back.privateTexts).toEqual(["psst", "again"]);
});

test("mail meant for one identity never reaches its successor", () => {
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

test("mail that came in one call goes on to a room in one", () => {
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
