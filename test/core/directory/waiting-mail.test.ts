// Waiting mail tests: mail for a user who is away waits, arrives once, and is deleted with a guest's claim.
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
  test("a sender is told that the message waits, and until when", () => {
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

  test("a message to a user in the grace waits as long as the ack says", () => {
    const { world, alice, bob } = begin();
    bob.close();
    const { delivered, expires = 0 } = sendPrivateToBob(world, alice, "psst");
    expect(delivered).toBe(false);
    expect(expires).toBeGreaterThanOrEqual(world.now + 60_000);
    world.pass(expires - world.now - 1);
    expect(join(world, "lobby", "bob").privateTexts).toEqual(["psst"]);
  });

  test("a sender is told that the message waits after the addressee's room crashed", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    join(world, "kitchen", "bob");
    world.crash(world.room("kitchen"));
    const ack = sendPrivateToBob(world, alice, "psst");
    expect(ack.delivered).toBe(false);
    expect(ack.expires).toBe(world.now + 60_000);
  });

  test("a sender is told no end for a message that was delivered", () => {
    const { world, alice } = begin();
    expect(sendPrivateToBob(world, alice, "psst")).not.toHaveProperty(
      "expires",
    );
  });

  test("a guest's waiting mail is deleted with the claim at the time that the sender was told", () => {
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

describe("when bob joins", () => {
  test("a user gets waiting mail at the join, in order, after the history and once", () => {
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

  test("a user does not get received mail again at the next join", () => {
    const { world, alice, bob } = begin();
    sendPrivateToBob(world, alice, "psst");
    bob.close();
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual([]);
  });

  test("a user with `mailSince` gets all mail after it, received or not", () => {
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

  test("a user gets the own copies with `mailSince`, and not without it", () => {
    const { world, bob } = begin();
    bob.send("@alice psst");
    world.settle();
    expect(join(world, "attic", "bob").privateTexts).toEqual([]);
    const laptop = join(world, "attic", "bob", { mailSince: 0 });
    expect(laptop.privateTexts).toEqual(["psst"]);
  });

  test("a user with a number of an ended claim gets all mail of the new one", () => {
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
    // A number above the newest mail, without an epoch, is of another claim
    // too.
    const lost = join(world, "attic", "bob", { mailSince: 99 });
    expect(lost.privateTexts).toHaveLength(4);
  });

  test("a user whose join is lost loses no mail", () => {
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

  test("a user's two devices that join at once both get the mail", () => {
    const { world, alice, bob } = begin();
    bob.send("/leave");
    world.settle();
    sendPrivateToBob(world, alice, "psst");
    const devices = [1, 2].map(() => startJoin(world, "lobby", "bob"));
    world.settle();
    for (const device of devices) expect(device.privateTexts).toEqual(["psst"]);
  });
});

describe("mail that comes during bob's join", () => {
  test("a user gets mail once, whether the join or the mail comes first", () => {
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

  test("a user gets mail after the welcome although it came before the answer to the join", () => {
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
    // The directory knows that he has got it.
    expect(join(world, "attic", "bob").privateTexts).toEqual([]);
  });

  test("a user does not lose mail that came during a join that failed", () => {
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

  test("a user's other connections get mail once during a join", () => {
    const { world, alice, bob } = begin();
    const second = startJoin(world, "lobby", "bob");
    world.deliver(world.pendingCall("enter"));
    alice.send("@bob psst");
    world.settle();
    expect(bob.privateTexts).toEqual(["psst"]);
    expect(second.privateTexts).toEqual(["psst"]);
  });
});

describe("a user who confirms mail", () => {
  test("a user who confirms mail gets the rest again, even if it was sent before", () => {
    const { world, alice, bob } = begin();
    sendPrivateToBob(world, alice, "one");
    bob.send({ type: "received", mail: bob.last("private").mail });
    world.settle();
    sendPrivateToBob(world, alice, "two");
    bob.close();
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual(["two"]);
  });

  test("a user cannot confirm mail that was not sent", () => {
    const { world, alice, bob } = begin();
    bob.send({ type: "received", mail: Number.MAX_SAFE_INTEGER });
    world.settle();
    sendPrivateToBob(world, alice, "psst");
    bob.close();
    world.pass(10_000);
    expect(join(world, "lobby", "bob").privateTexts).toEqual(["psst"]);
  });

  test("a user cannot confirm mail whose delivery was lost", () => {
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

  test("a user who confirms the same mail again, or older mail, changes nothing", () => {
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

  test("a user who confirms mail has it confirmed after a sleep", () => {
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
