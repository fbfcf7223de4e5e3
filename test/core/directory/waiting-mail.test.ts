// Mail for those who are away: it waits, comes once, and for a guest ends with the claim.
import { describe, expect, test } from "vitest";
import {
  join,
  joinAll,
  sendPrivateToBob,
  startJoin,
} from "../support/people.ts";
import { World } from "../support/world.ts";

function begin(settings = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  return { world, alice, bob };
}

describe("while bob is away", () => {
  test("the ack says that it waits, and until when", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    world.settle();
    world.pass(10_000);
    const ack = sendPrivateToBob(world, alice, "psst");
    expect(ack).toMatchObject({
      delivered: false,
      expires: world.now + 50_000,
    });
  });

  test("in the grace it waits too, at least so long", () => {
    const { world, alice, bob } = begin();
    bob.close();
    const { delivered, expires = 0 } = sendPrivateToBob(world, alice, "psst");
    expect(delivered).toBe(false);
    expect(expires).toBeGreaterThanOrEqual(world.now + 60_000);
    world.pass(expires - world.now - 1);
    expect(join(world, "lobby", "bob").privateTexts).toEqual(["psst"]);
  });

  test("after his room crashed the ack says the same", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    join(world, "kitchen", "bob");
    world.crash(world.room("kitchen"));
    const ack = sendPrivateToBob(world, alice, "psst");
    expect(ack.delivered).toBe(false);
    expect(ack.expires).toBe(world.now + 60_000);
  });

  test("what is there says nothing of an end", () => {
    const { world, alice } = begin();
    expect(sendPrivateToBob(world, alice, "psst")).not.toHaveProperty(
      "expires",
    );
  });

  test("his claim, and the mail with it, ends when it was said", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    world.settle();
    const { expires = 0 } = sendPrivateToBob(world, alice, "psst");
    world.pass(expires - world.now);
    alice.send("@bob still there?");
    world.settle();
    expect(alice.last("error").code).toBe("no_such_user");
    expect(join(world, "lobby", "bob").privateTexts).toEqual([]);
  });
});

describe("when bob comes", () => {
  test("he gets what waits, in order, after the history, and once", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    world.settle();
    for (const text of ["one", "two"]) sendPrivateToBob(world, alice, text);
    const back = join(world, "lobby", "bob");
    expect(back.inbox.map(({ type }) => type)).toEqual([
      ...["welcome", "history", "private", "private"],
    ]);
    expect(back.privateTexts).toEqual(["one", "two"]);
    expect(back.last("private").mail).toBe(back.last("welcome").mail);
    world.settle();
    expect(join(world, "lobby", "bob").privateTexts).toEqual([]);
  });

  test("what a socket of his has had does not come again by itself", () => {
    const { world, alice, bob } = begin();
    sendPrivateToBob(world, alice, "psst");
    bob.close();
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual([]);
  });

  test("with mailSince he gets everything after it, had or not", () => {
    const { world, alice, bob } = begin();
    for (const text of ["one", "two", "three"])
      sendPrivateToBob(world, alice, text);
    const [{ mail = 0 } = {}] = bob.all("private");
    const laptop = join(world, "attic", "bob", { mailSince: mail });
    expect(laptop.privateTexts).toEqual(["two", "three"]);
    const newest = laptop.last("welcome").mail;
    const phone = join(world, "attic", "bob", { mailSince: newest });
    expect(phone.privateTexts).toEqual([]);
  });

  test("with mailSince his own copies come too, without it they don't", () => {
    const { world, bob } = begin();
    bob.send("@alice psst");
    world.settle();
    expect(join(world, "attic", "bob").privateTexts).toEqual([]);
    const laptop = join(world, "attic", "bob", { mailSince: 0 });
    expect(laptop.privateTexts).toEqual(["psst"]);
  });

  test("with a number from a claim that has ended he gets all of the new", () => {
    const { world, alice, bob } = begin();
    for (const text of ["one", "two", "three"])
      sendPrivateToBob(world, alice, text);
    const { mail } = bob.last("private");
    const again = join(world, "attic", "bob", { mailSince: 0 });
    const { mailEpoch } = again.last("welcome");
    for (const peer of [bob, again]) peer.send("/leave");
    world.pass(60_000);
    join(world, "lobby", "bob");
    for (const text of ["four", "five", "six", "seven"])
      sendPrivateToBob(world, alice, text);
    const cursor = { mailSince: mail, mailEpoch };
    const laptop = join(world, "attic", "bob", cursor);
    expect(laptop.privateTexts).toEqual(["four", "five", "six", "seven"]);
    const fresh = laptop.last("welcome").mailEpoch;
    const phone = join(world, "attic", "bob", {
      mailSince: laptop.last("private").mail - 1,
      mailEpoch: fresh,
    });
    expect(phone.privateTexts).toEqual(["seven"]);
    // More than there is, and no word of whose it is: all, too.
    const lost = join(world, "attic", "bob", { mailSince: 99 });
    expect(lost.privateTexts).toHaveLength(4);
  });

  test("the join that the network ate costs no mail", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    world.settle();
    sendPrivateToBob(world, alice, "psst");
    const first = startJoin(world, "lobby", "bob");
    const call = world.pendingCall("enter");
    world.deliver(call);
    world.lose(call);
    world.settle();
    expect(first.last("error").code).toBe("unavailable");
    expect(join(world, "lobby", "bob").privateTexts).toEqual(["psst"]);
  });

  test("two devices that come at once both get it", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    world.settle();
    sendPrivateToBob(world, alice, "psst");
    const devices = [1, 2].map(() => startJoin(world, "lobby", "bob"));
    world.settle();
    for (const device of devices) expect(device.privateTexts).toEqual(["psst"]);
  });
});

describe("mail that comes while bob is coming in", () => {
  test("is his once, whether the join or the mail is first", () => {
    const orders = [
      ["enter", "post"],
      ["post", "enter"],
    ] as const;
    for (const order of orders) {
      const { world, alice, bob } = begin();
      bob.send("/leave");
      world.settle();
      const back = startJoin(world, "kitchen", "bob");
      alice.send("@bob psst");
      for (const op of order) world.deliver(world.pendingCall(op));
      world.settle();
      expect(back.privateTexts).toEqual(["psst"]);
    }
  });

  test("overtakes the answer to the join, and comes after the welcome", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    world.settle();
    const back = startJoin(world, "kitchen", "bob");
    const entering = world.pendingCall("enter");
    world.deliver(entering);
    alice.send("@bob psst");
    for (const op of ["post", "deliver"] as const)
      world.deliver(world.pendingCall(op));
    expect(back.inbox).toEqual([]);
    world.settle();
    expect(back.inbox.map(({ type }) => type)).toEqual([
      ...["welcome", "history", "private"],
    ]);
    // It is known that he had it.
    expect(join(world, "attic", "bob").privateTexts).toEqual([]);
  });

  test("is not lost if that join fails", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    world.settle();
    startJoin(world, "kitchen", "bob");
    const entering = world.pendingCall("enter");
    world.deliver(entering);
    alice.send("@bob psst");
    for (const op of ["post", "deliver"] as const)
      world.deliver(world.pendingCall(op));
    world.lose(entering);
    world.settle();
    expect(alice.last("ack")).toMatchObject({ delivered: false });
    expect(join(world, "attic", "bob").privateTexts).toEqual(["psst"]);
  });

  test("reaches his other connections as it comes, each once", () => {
    const { world, alice, bob } = begin();
    const second = startJoin(world, "lobby", "bob");
    world.deliver(world.pendingCall("enter"));
    alice.send("@bob psst");
    world.settle();
    expect(bob.privateTexts).toEqual(["psst"]);
    expect(second.privateTexts).toEqual(["psst"]);
  });
});

describe("who says what has arrived", () => {
  test("gets the rest again, even if it was sent to a socket of theirs", () => {
    const { world, alice, bob } = begin();
    sendPrivateToBob(world, alice, "one");
    bob.send({ type: "received", mail: bob.last("private").mail });
    world.settle();
    sendPrivateToBob(world, alice, "two");
    bob.close();
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual(["two"]);
  });

  test("cannot have had what was not sent yet", () => {
    const { world, alice, bob } = begin();
    bob.send({ type: "received", mail: Number.MAX_SAFE_INTEGER });
    world.settle();
    sendPrivateToBob(world, alice, "psst");
    bob.close();
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual(["psst"]);
  });

  test("cannot have had what was on its way, and is lost", () => {
    const { world, bob } = begin();
    const { carol } = joinAll(world, "attic", "carol");
    carol.send("@bob psst");
    world.deliver(world.pendingCall("post"));
    bob.send({ type: "received", mail: Number.MAX_SAFE_INTEGER });
    world.deliver(world.pendingCall("had"));
    world.lose(world.pendingCall("deliver"));
    bob.close();
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual(["psst"]);
  });

  test("saying it again, or less, or of the room, changes nothing", () => {
    const { world, alice, bob } = begin();
    sendPrivateToBob(world, alice, "psst");
    const { mail } = bob.last("private");
    for (const n of [mail, mail - 1, mail, 0])
      bob.send({ type: "received", mail: n });
    bob.send({ type: "received", seq: 5 });
    bob.send({ type: "received" });
    world.settle();
    bob.close();
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual([]);
  });

  test("is remembered for it after a sleep", () => {
    const { world, alice, bob } = begin();
    bob.send({ type: "received", mail: 0 });
    world.settle();
    world.hibernate(world.room("lobby"));
    sendPrivateToBob(world, alice, "psst");
    bob.close();
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual(["psst"]);
  });
});
