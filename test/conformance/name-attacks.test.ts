// Name attacks: without a right to a name, an attacker gets neither the name nor its mail nor its messages.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { answer, expectNoWayIn, register } from "./support/attack.ts";
import { connect } from "./support/client.ts";
import type { Frame } from "./support/frames.ts";
import {
  beforeClaimEnds,
  expectUndisturbed,
  join,
  joinAll,
  joinFrame,
  leaveRoom,
  takeReleasedName,
} from "./support/members.ts";
import {
  type Person,
  person,
  publicIdOf,
  secret,
  stranger,
  uniqueId,
  uniqueName,
  uniqueSuffix,
} from "./support/people.ts";

describe("takeover by case and by look-alike", () => {
  test.for([
    ["in capitals", (name: string) => name.toUpperCase()],
    ["with a Cyrillic letter", (name: string) => name.replace("a", "а")],
    ["in full width", (name: string) => name.replace("p", "ｐ")],
    ["in mathematical bold", (name: string) => name.replace("s", "𝐬")],
    ["with a 1 for an l", (name: string) => name.replace("l", "1")],
    ["with a capital I for an l", (name: string) => name.replace("l", "I")],
    ["as it stands", (name: string) => name],
  ] as const)(
    "nobody takes over a registered name whose holder is away, %s",
    async ([, disguise]) => {
      const name = `pascal-${uniqueSuffix()}`;
      const [alice, bob] = await joinAll(
        uniqueName("lobby"),
        stranger(name),
        "bob",
      );
      await register(alice);
      await leaveRoom(alice);
      await bob.sendPrivate(name, "for pascal alone");
      await expectNoWayIn(disguise(name));
      // A message to a lookalike name reaches the holder.
      await bob.sendPrivate(disguise(name), "and this");
      const back = await join(uniqueName("kitchen"), alice.person);
      expect(back.welcome.username).toBe(name);
      for (const text of ["for pascal alone", "and this"])
        await back.next("private", { text });
    },
  );

  test("nobody takes over a name in use, and its holder and the room notice nothing", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    for (const name of [alice.name, alice.name.toUpperCase()])
      await expectNoWayIn(name);
    await expectUndisturbed(alice, bob);
  });
});

describe("takeover by a race", () => {
  /** Strangers want the same name, each in three rooms, all at once. */
  async function race(name: string, strangers: number): Promise<Frame[]> {
    const people = Array.from({ length: strangers }, () => stranger(name));
    const wanting = people.flatMap((who) =>
      ["lobby", "kitchen", "attic"].map((room) => ({
        who,
        room: uniqueName(room),
      })),
    );
    const clients = await Promise.all(
      wanting.map(async ({ who, room }) => ({
        who,
        client: await connect(room),
      })),
    );
    for (const { who, client } of clients) client.send(joinFrame(who));
    return Promise.all(clients.map(({ client }) => answer(client)));
  }

  test("of users who race for a free name in thirty rooms one gets it in all of theirs", async () => {
    const answers = await race(uniqueName("bob"), 10);
    const users = answers.flatMap((one) =>
      one.type === "welcome" ? one.user : [],
    );
    expect(users).toHaveLength(3);
    expect(new Set(users).size).toBe(1);
    for (const one of answers)
      if (one.type === "error") expect(one.code).toBe("username_taken");
  });

  test("of users who race for a name in use in thirty rooms nobody gets it", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const answers = await race(alice.name, 10);
    expect(answers).toHaveLength(30);
    for (const one of answers)
      expect(one).toMatchObject({ type: "error", code: "username_taken" });
    await expectUndisturbed(alice, bob);
  });

  test("a holder who leaves and comes back during a race keeps the name", async () => {
    await beforeClaimEnds(async () => {
      const alice = await join(uniqueName("lobby"), person("alice"));
      alice.send({ type: "leave" });
      const back = await connect(uniqueName("lobby"));
      const [answers] = await Promise.all([
        race(alice.name, 4),
        back.send(joinFrame(alice.person)),
      ]);
      await back.next("welcome");
      for (const one of answers)
        expect(one).toMatchObject({ code: "username_taken" });
    });
  });
});

describe("takeover by a secret that is not the one", () => {
  const hash = (token: string) =>
    createHash("sha256").update(token).digest("base64url");

  test.for([
    ["the public id", (token: string) => publicIdOf(token).padEnd(22, "A")],
    ["the stored hash, from a stolen disk", hash],
    [
      "the hash in hex",
      (token: string) => createHash("sha256").update(token).digest("hex"),
    ],
    ["another case", (token: string) => token.toUpperCase()],
    ["one character less", (token: string) => token.slice(0, -1)],
    ["one character more", (token: string) => `${token}A`],
    [
      "the last character changed",
      (token: string) => token.slice(0, -1) + (token.endsWith("A") ? "B" : "A"),
    ],
  ] as const)(
    "nobody takes over a name with %s in place of its secret",
    async ([, guess]) => {
      // Long enough that a shorter prefix is a valid secret too.
      const who: Person = { name: uniqueName("alice"), token: `${secret()}aa` };
      const alice = await join(uniqueName("lobby"), who);
      await register(alice);
      await expectNoWayIn(who.name, guess(who.token));
    },
  );

  test("nobody takes over a name with a secret that its holder has changed", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await register(alice);
    const token = secret();
    alice.send({ type: "rotate", token });
    await alice.next("rotated");
    // In the grace period an old secret opens the name, but cannot change it.
    const thief = await join(uniqueName("cellar"), alice.person);
    await thief.refused({ type: "rotate", token: secret() }, "forbidden");
    await thief.refused({ type: "release" }, "forbidden");
    await thief.refused({ type: "register" }, "forbidden");
    const back = await join(uniqueName("attic"), { name: alice.name, token });
    expect(back.welcome).toHaveProperty("registered");
    await expectUndisturbed(alice, bob);
  });

  test("nobody takes over a name with the secret of a claim that has ended", async () => {
    const alice = await join(uniqueName("lobby"), person("alice"));
    await leaveRoom(alice);
    const next = await takeReleasedName(uniqueName("lobby"), alice.name);
    await expectNoWayIn(alice.name, alice.person.token);
    expect(next.isOpen).toBe(true);
  }, 60_000);

  test("nobody takes over a name with the secret of another user", async () => {
    const room = uniqueName("lobby");
    const [alice, mallory] = await joinAll(room, "alice", "mallory");
    await register(alice);
    await register(mallory);
    await expectNoWayIn(alice.name, mallory.person.token);
  });
});

describe("a claim that ended with mail waiting", () => {
  test("the next holder of a name gets no mail of the last one, in no way of asking", async () => {
    const { room, alice, bob } = await beforeClaimEnds(async () => {
      const room = uniqueName("lobby");
      const [alice, bob] = await joinAll(room, "alice", "bob");
      await leaveRoom(alice);
      await bob.sendPrivate(alice.name, "for alice alone", { id: "b-1" });
      return { room, alice, bob };
    });
    const { mailEpoch } = alice.welcome;
    const next = await takeReleasedName(room, alice.name);
    expect(next.welcome.mail).toBe(0);
    expect(next.welcome.mailEpoch).not.toBe(mailEpoch);
    const asks = [{}, { mailSince: 0 }, { mailSince: 0, mailEpoch }];
    for (const ask of asks) {
      const device = await join(uniqueName("attic"), next.person, ask);
      device.send({ type: "received", mail: 1 });
      expect(await device.unread()).toEqual([]);
    }
    // The former holder, who comes back too late, does not get it either.
    await expectNoWayIn(alice.name, alice.person.token);
    await bob.sendPrivate(alice.name, "for the new one", { id: "b-2" });
    const { mail } = await next.next("private", { text: "for the new one" });
    expect(mail).toBe(1);
  }, 60_000);

  test("a message that is sent again to a pinned user does not reach the next holder", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const letter = {
      type: "private",
      to: alice.name,
      toUser: alice.welcome.user,
      text: "for alice alone",
      id: uniqueId(),
    };
    bob.send(letter);
    await bob.privateAck(letter.id);
    await leaveRoom(alice);
    const next = await takeReleasedName(uniqueName("lobby"), alice.name);
    const failure = await bob.refused(letter, "no_such_user");
    expect(failure.id).toBe(letter.id);
    expect(await next.unread()).toEqual([]);
  }, 60_000);

  test("an id of the last holder is no repeated id of the next one", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const first = await alice.sendMessage("alice said this", "same-id");
    await alice.sendPrivate(bob.name, "psst", { id: "same-id" });
    await leaveRoom(alice);
    const next = await takeReleasedName(room, alice.name);
    const ack = await next.sendMessage("the next one said this", "same-id");
    expect(ack.seq).toBeGreaterThan(first.seq);
    expect(ack).not.toHaveProperty("duplicate");
    const told = await next.sendPrivate(bob.name, "another psst", {
      id: "same-id",
    });
    expect(told).not.toHaveProperty("duplicate");
    await bob.next("private", { text: "another psst" });
  }, 60_000);
});

describe("what blocking and registering tell an attacker", () => {
  test("nobody can register, release or block in another user's name", async () => {
    const room = uniqueName("lobby");
    const [alice, mallory] = await joinAll(room, "alice", "mallory");
    await register(alice);
    const victim = { username: alice.name, user: alice.welcome.user };
    for (const type of ["register", "release", "block", "unblock"])
      mallory.send({
        type,
        identity: victim.user,
        to: victim.username,
        ...victim,
      });
    await mallory.unread();
    const phone = await join(uniqueName("attic"), alice.person);
    expect(phone.welcome).toHaveProperty("registered");
    expect(phone.welcome).not.toHaveProperty("blocked");
    expect(alice.frames.join()).not.toContain('"blocked"');
  });

  test("a blocked user cannot tell it from frames that arrive", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const before = bob.frames.length;
    alice.send({ type: "block", username: bob.name });
    await alice.next("blocked");
    await alice.sendMessage("settled");
    await bob.next("message", { text: "settled" });
    expect(bob.frames.length - before).toBe(1);
  });
});
