// Mail: private messages wait for users who are away, and reach devices that join later.
import { describe, expect, test } from "vitest";
import { register } from "./support/attack.ts";
import type { Client } from "./support/client.ts";
import type { Private } from "./support/frames.ts";
import {
  beforeClaimEnds,
  join,
  joinAll,
  leaveRoom,
  takeReleasedName,
} from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

/** The private messages that came with a join, before other frames. */
async function mailOf(client: Client): Promise<Private[]> {
  const frames = await client.unread();
  return frames.flatMap((frame) => (frame.type === "private" ? [frame] : []));
}

const threeInOrder = ["one", "two", "three"].map((text, n) => ({
  text,
  mail: n + 1,
}));

async function tellThree(sender: Client & { name: string }, to: string) {
  // All at once, since the claim may end soon. They keep their order.
  const texts = ["one", "two", "three"];
  return Promise.all(texts.map((text) => sender.sendPrivate(to, text)));
}

// Mail is kept until the claim ends, at the time that the ack gives. The name
// is registered, so that its claim cannot end during the test, even on a slow
// machine.
describe("bob is away and still holds his name", () => {
  test("private messages wait in order for bob, who is away", async () => {
    const who = person("bob");
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", who);
    await register(bob);
    await leaveRoom(bob);
    const acks = await tellThree(alice, who.name);
    for (const ack of acks) {
      expect(ack.delivered).toBe(false);
      expect(ack.expires).toBeGreaterThan(ack.at);
    }
    const back = await join(uniqueName("kitchen"), who);
    expect(back.welcome.mail).toBe(3);
    const mail = await mailOf(back);
    expect(mail).toMatchObject(threeInOrder);
    expect(mail.map(({ id }) => id)).toEqual(acks.map((ack) => ack.private));
    expect(mail[0]).toMatchObject({ username: alice.name, to: who.name });
  });

  test("private messages also wait for bob after his connection broke", async () => {
    const who = person("bob");
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", who);
    await register(bob);
    await bob.close();
    const ack = await alice.sendPrivate(who.name, "psst");
    expect(ack).toMatchObject({ delivered: false, to: who.name });
    const back = await join(uniqueName("kitchen"), who);
    expect(await mailOf(back)).toMatchObject([{ text: "psst", mail: 1 }]);
  });

  test("bob's mail comes after welcome and page, and before live events", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const [alice, bob] = await joinAll(room, "alice", who);
    await alice.sendMessage("hello");
    await register(bob);
    await leaveRoom(bob);
    await alice.sendPrivate(who.name, "psst");
    const back = await join(room, who);
    await back.sendMessage("I am back");
    const types = back.inbox.seen.map(({ type }) => type);
    expect(types).toEqual(["welcome", "history", "private", "ack"]);
  });

  test("bob gets his mail once, and not again after he confirmed it", async () => {
    const who = person("bob");
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", who);
    await register(bob);
    await leaveRoom(bob);
    await tellThree(alice, who.name);
    const phone = await join(uniqueName("kitchen"), who);
    expect(await mailOf(phone)).toHaveLength(3);
    phone.send({ type: "received", mail: 3 });
    // `received` has no answer, so the test asks for its effect.
    const askAgain = async () => {
      const device = await join(uniqueName("attic"), who);
      const mail = await mailOf(device);
      await leaveRoom(device);
      return mail;
    };
    await expect.poll(askAgain).toEqual([]);
    await leaveRoom(phone);
    await alice.sendPrivate(who.name, "four");
    const back = await join(uniqueName("kitchen"), who);
    expect(await mailOf(back)).toMatchObject([{ text: "four", mail: 4 }]);
  });

  test("bob loses no later mail when he claims to have more than there is", async () => {
    const who = person("bob");
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", who);
    bob.send({ type: "received", mail: 1_000_000 });
    await bob.unread();
    await register(bob);
    await leaveRoom(bob);
    await alice.sendPrivate(who.name, "psst");
    const back = await join(uniqueName("kitchen"), who);
    expect(await mailOf(back)).toMatchObject([{ text: "psst", mail: 1 }]);
  });
});

// `mailSince` replays later messages.
describe("devices that come later", () => {
  test("bob's laptop gets all mail by asking, and his tablet the rest", async () => {
    const who = person("bob");
    const [alice] = await joinAll(uniqueName("lobby"), "alice", who);
    await tellThree(alice, who.name);
    const kitchen = uniqueName("kitchen");
    const laptop = await join(kitchen, who, { mailSince: 0 });
    expect(laptop.welcome.mail).toBe(3);
    expect(await mailOf(laptop)).toMatchObject(threeInOrder);
    const tablet = await join(kitchen, who, { mailSince: 2 });
    expect(await mailOf(tablet)).toMatchObject(threeInOrder.slice(2));
    const watch = await join(kitchen, who, { mailSince: 3 });
    expect(await mailOf(watch)).toEqual([]);
  });

  test("each device gets the mail that waited, in order, by asking", async () => {
    const who = person("bob");
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", who);
    await register(bob);
    await leaveRoom(bob);
    await tellThree(alice, who.name);
    const phone = await join(uniqueName("kitchen"), who, { mailSince: 0 });
    phone.send({ type: "received", mail: 3 });
    const laptop = await join(uniqueName("attic"), who, { mailSince: 0 });
    for (const device of [phone, laptop])
      expect(await mailOf(device)).toMatchObject(threeInOrder);
  });

  // A number of another claim's mail has no meaning for this claim.
  test("mailSince counts only together with the mailEpoch that it belongs to", async () => {
    const who = person("bob");
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", who);
    await tellThree(alice, who.name);
    const { mailEpoch } = bob.welcome;
    const right = { mailSince: 2, mailEpoch };
    const laptop = await join(uniqueName("attic"), who, right);
    expect(laptop.welcome.mailEpoch).toBe(mailEpoch);
    expect(await mailOf(laptop)).toMatchObject(threeInOrder.slice(2));
    const wrong = { mailSince: 2, mailEpoch: mailEpoch + 1 };
    const tablet = await join(uniqueName("kitchen"), who, wrong);
    expect(await mailOf(tablet)).toMatchObject(threeInOrder);
  });

  test("a mailSince above the newest number counts as 0", async () => {
    const who = person("bob");
    const [alice] = await joinAll(uniqueName("lobby"), "alice", who);
    await tellThree(alice, who.name);
    const laptop = await join(uniqueName("attic"), who, { mailSince: 1000 });
    expect(await mailOf(laptop)).toMatchObject(threeInOrder);
  });

  test("alice's later device gets sent and received messages under one numbering", async () => {
    const who = person("alice");
    const [alice, bob] = await joinAll(uniqueName("lobby"), who, "bob");
    // Her own copy follows the ack. An open device shows when.
    const tablet = await join(uniqueName("attic"), who);
    await alice.sendPrivate(bob.name, "psst", { id: "my-id" });
    await tablet.next("private", { mail: 1 });
    await bob.sendPrivate(who.name, "what?");
    await tablet.next("private", { mail: 2 });
    const laptop = await join(uniqueName("kitchen"), who, { mailSince: 0 });
    expect(laptop.welcome.mail).toBe(2);
    expect(await mailOf(laptop)).toMatchObject([
      {
        mail: 1,
        username: who.name,
        to: bob.name,
        text: "psst",
        clientId: "my-id",
      },
      { mail: 2, username: bob.name, to: who.name, text: "what?" },
    ]);
  });

  test("alice does not get her own messages as mail that waited", async () => {
    const who = person("alice");
    const [alice, bob] = await joinAll(uniqueName("lobby"), who, "bob");
    const tablet = await join(uniqueName("attic"), who);
    await alice.sendPrivate(bob.name, "psst");
    await tablet.next("private");
    const laptop = await join(uniqueName("kitchen"), who);
    expect(await mailOf(laptop)).toEqual([]);
  });

  test("carol has none of bob's mail, which belongs to him and not to a room", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    await alice.sendPrivate(bob.name, "psst");
    const carol = await join(room, person("carol"), { mailSince: 0 });
    expect(carol.welcome.mail).toBe(0);
    expect(await mailOf(carol)).toEqual([]);
  });
});

// `received` tells a slow reader's position and confirms mail. It has no
// answer.
describe("received", () => {
  test.for([{ seq: 1, mail: 1 }, { seq: 1 }, { mail: 1 }, {}])(
    "bob confirms %j and gets no answer",
    async (what) => {
      const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
      await alice.sendMessage("hello");
      await alice.sendPrivate(bob.name, "psst");
      await bob.next("message");
      await bob.next("private");
      bob.send({ type: "received", ...what });
      expect(await bob.unread()).toEqual([]);
      await alice.sendPrivate(bob.name, "still there?");
      await bob.next("private", { mail: 2 });
    },
  );
});

// When a guest's claim ends, its mail ends too.
test("the next user with bob's name reads nothing of bob's mail", async () => {
  const bob = await beforeClaimEnds(async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await leaveRoom(bob);
    await alice.sendPrivate(bob.name, "psst");
    return bob;
  });
  const next = await takeReleasedName(uniqueName("kitchen"), bob.name);
  expect(next.welcome.mail).toBe(0);
  expect(next.welcome.mailEpoch).not.toBe(bob.welcome.mailEpoch);
  expect(await mailOf(next)).toEqual([]);
  const all = await join(uniqueName("attic"), next.person, { mailSince: 0 });
  expect(await mailOf(all)).toEqual([]);
}, 60_000);
