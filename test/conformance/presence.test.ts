// Presence: a user with several connections joins once and leaves once.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import {
  expectSilence,
  join,
  joinAll,
  joinOn,
  receivedBefore,
} from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";
import { settings } from "./support/settings.ts";

// Presence counts users, not sockets.
describe("several connections of one user", () => {
  test("bob's phone and laptop are one member and get each other's messages", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const [alice, phone] = await joinAll(room, "alice", who);
    const laptop = await join(room, who);
    expect(laptop.welcome.count).toBe(2);
    expect(laptop.welcome.members).toEqual([alice.name, who.name].sort());
    await expectSilence(alice, phone);
    await laptop.next("message");
    await phone.sendMessage("from my phone");
    const heard = await laptop.next("message");
    expect(heard).toMatchObject({
      text: "from my phone",
      username: who.name,
      user: phone.welcome.user,
    });
  });

  test("bob's own connections are not told that he joined", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const [alice, phone] = await joinAll(room, "alice", who);
    await join(room, who);
    await expectSilence(phone, alice);
  });

  test("bob is a member as long as one connection of his is there", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const [alice, phone, laptop] = await joinAll(room, "alice", who, who);
    phone.send({ type: "leave" });
    await phone.next("left", { username: who.name });
    await expectSilence(laptop, alice);
    await expectSilence(alice, laptop);
    laptop.send({ type: "leave" });
    await alice.next("left", { username: who.name });
  });
});

describe("coming and going", () => {
  // Snapshot and subscription are one step for presence too.
  test("ten users who join at once each know all ten, and are told once of each", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const people = Array.from({ length: 10 }, () => person("guest"));
    const talk = Array.from({ length: 20 }, (_, n) =>
      alice.sendMessage(`word ${n}`),
    );
    const members = await Promise.all(people.map((who) => join(room, who)));
    await Promise.all(talk);
    const everybody = [alice.name, ...people.map(({ name }) => name)].sort();
    for (const member of members) {
      await receivedBefore(member, alice);
      const told = member.inbox.seen.flatMap((frame) =>
        frame.type === "joined" ? [frame.username] : [],
      );
      expect([...member.welcome.members, ...told].sort()).toEqual(everybody);
    }
  });

  test("alice is told at once that bob left, and bob is told so too", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    bob.send({ type: "leave" });
    const left = { user: bob.welcome.user, username: bob.name };
    expect(await bob.next("left")).toMatchObject(left);
    expect(await alice.next("left")).toMatchObject(left);
    alice.send({ type: "who" });
    expect(await alice.next("members")).toEqual({
      type: "members",
      members: [alice.name],
      count: 1,
      more: false,
    });
  });

  test("bob gets nothing more after he left", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    bob.send({ type: "leave" });
    await bob.next("left");
    await alice.sendMessage("are you gone?");
    await bob.refused({ type: "who" }, "not_joined");
    expect(bob.inbox.seen.at(-2)).toHaveProperty("type", "left");
  });

  test("bob leaves and joins again under another name", async () => {
    const room = uniqueName("lobby");
    const who = person("bob");
    const [alice, bob] = await joinAll(room, "alice", who);
    bob.send({ type: "leave" });
    await bob.next("left");
    const robert = await joinOn(bob, person("robert"));
    await alice.next("left", { username: who.name });
    await alice.next("joined", { username: robert.name });
    await robert.sendMessage("it is me");
    const heard = await alice.next("message");
    expect(heard.username).toBe(robert.name);
  });

  // The test waits for the end of PRESENCE_GRACE_MS by events, not by a pause.
  test.for(["drops out", "closes his window"])(
    "alice is told when bob %s",
    async (how) => {
      const room = uniqueName("lobby");
      const [alice, bob] = await joinAll(room, "alice", "bob");
      if (how === "drops out") bob.drop();
      else await bob.close();
      const left = await alice.next("left");
      expect(left).toMatchObject({
        user: bob.welcome.user,
        username: bob.name,
      });
    },
  );

  /** Bob's page is reloaded within the grace period. */
  async function reload(triesLeft = 5) {
    const room = uniqueName("lobby");
    const who = person("bob");
    const [alice, bob, carol] = await joinAll(room, "alice", who, "carol");
    // Connected before, so that only the join must fit into the grace period.
    const reloaded = await connect(room);
    const start = Date.now();
    await bob.close();
    await joinOn(reloaded, who);
    const isInTime = Date.now() - start < settings.PRESENCE_GRACE_MS;
    // Where the machine stood still, others do the same again.
    if (!isInTime && triesLeft > 0) return reload(triesLeft - 1);
    return { alice, carol, reloaded };
  }

  test("a reload of bob's page announces nothing", async () => {
    const { alice, carol, reloaded } = await reload();
    // Carol's grace ends after bob's. By then alice would know that bob left.
    await carol.close();
    const [first, ...rest] = await alice.until("left");
    expect(first).toMatchObject({ username: carol.name });
    expect(rest).toEqual([]);
    expect(await receivedBefore(alice, reloaded)).toEqual([]);
  });
});
