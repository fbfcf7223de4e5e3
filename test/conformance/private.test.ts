// Private messages: they reach all connections of the addressee and the sender, and nobody else.
import { describe, expect, test } from "vitest";
import type { Client } from "./support/client.ts";
import type { Private } from "./support/frames.ts";
import { join, joinAll, joinOn, joinText } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";

/** The unread private messages of this connection. */
async function privatesTo(client: Client): Promise<Private[]> {
  const frames = await client.unread();
  return frames.flatMap((frame) => (frame.type === "private" ? [frame] : []));
}

/**
 * Returns the one private message of this connection, and checks that there is
 * no second.
 */
async function onlyPrivate(client: Client): Promise<Private> {
  const first = await client.next("private");
  expect(await privatesTo(client)).toEqual([]);
  return first;
}

// A private message reaches each connection of the addressee once.
describe("a private message", () => {
  test("a private message reaches bob in another room, and alice gets the ack", async () => {
    const alice = await join(uniqueName("lobby"), person("alice"));
    const bob = await join(uniqueName("kitchen"), person("bob"));
    const id = uniqueId();
    const ack = await alice.sendPrivate(bob.name, "psst", { id });
    expect(ack).toEqual({
      type: "ack",
      id,
      to: bob.name,
      private: expect.any(String),
      at: expect.any(Number),
      delivered: true,
    });
    expect(await bob.next("private")).toMatchObject({
      mail: 1,
      id: ack.private,
      user: alice.welcome.user,
      username: alice.name,
      to: bob.name,
      text: "psst",
      at: ack.at,
    });
  });

  test("a private message reaches bob in the same room", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await alice.sendPrivate(bob.name, "psst");
    await bob.next("private", { text: "psst" });
  });

  test("a private message reaches every connection of bob once", async () => {
    const lobby = uniqueName("lobby");
    const kitchen = uniqueName("kitchen");
    const bob = person("bob");
    const alice = await join(lobby, person("alice"));
    const devices = [];
    for (const room of [lobby, lobby, kitchen, kitchen, uniqueName("attic")])
      devices.push(await join(room, bob));
    const { private: id } = await alice.sendPrivate(bob.name, "psst");
    for (const device of devices) {
      const heard = await onlyPrivate(device);
      expect(heard).toMatchObject({ id, mail: 1, text: "psst" });
    }
  });

  test("a private message reaches bob in one room after he left another", async () => {
    const who = person("bob");
    const alice = await join(uniqueName("lobby"), person("alice"));
    const lobby = await join(alice.welcome.room, who);
    const kitchen = await join(uniqueName("kitchen"), who);
    lobby.send({ type: "leave" });
    await lobby.next("left");
    const ack = await alice.sendPrivate(who.name, "psst");
    expect(ack).toMatchObject({ delivered: true });
    expect(ack).not.toHaveProperty("expires");
    await onlyPrivate(kitchen);
  });

  test("a private message comes to alice's other connections, not to the sending one", async () => {
    const lobby = uniqueName("lobby");
    const who = person("alice");
    const sending = await join(lobby, who);
    const others = [
      await join(lobby, who),
      await join(uniqueName("kitchen"), who),
    ];
    const bob = await join(uniqueName("attic"), person("bob"));
    const clientId = uniqueId();
    const ack = await sending.sendPrivate(bob.name, "psst", { id: clientId });
    for (const other of others) {
      expect(await onlyPrivate(other)).toMatchObject({
        mail: 1,
        id: ack.private,
        clientId,
        user: sending.welcome.user,
        username: who.name,
        to: bob.name,
        text: "psst",
        at: ack.at,
      });
    }
    expect(await privatesTo(sending)).toEqual([]);
  });

  test("a private message is shown to nobody else", async () => {
    const lobby = uniqueName("lobby");
    const kitchen = uniqueName("kitchen");
    const [alice, carol] = await joinAll(lobby, "alice", "carol");
    const [bob, dave] = await joinAll(kitchen, "bob", "dave");
    await alice.sendPrivate(bob.name, "psst");
    await bob.next("private");
    for (const other of [carol, dave]) expect(await other.unread()).toEqual([]);
    // The room's history does not hold it either.
    const [late, tardy] = [
      await join(lobby, person("late")),
      await join(kitchen, person("tardy")),
    ];
    for (const { page } of [late, tardy])
      expect(JSON.stringify(page)).not.toContain("psst");
  });

  test("a private message does not reach a connection that is no longer bob's", async () => {
    const alice = await join(uniqueName("lobby"), person("alice"));
    const who = person("bob");
    const attic = await join(uniqueName("attic"), who);
    const kitchen = await join(uniqueName("kitchen"), who);
    kitchen.send({ type: "leave" });
    await kitchen.next("left");
    await alice.sendPrivate(who.name, "while nobody was on it");
    const robert = await joinOn(kitchen, person("robert"), { mailSince: 0 });
    await alice.sendPrivate(who.name, "while robert was");
    await attic.next("private", { mail: 2 });
    expect(await robert.unread()).toEqual([]);
  });

  test("a private message to oneself comes once to each connection", async () => {
    const who = person("alice");
    const phone = await join(uniqueName("lobby"), who);
    const laptop = await join(uniqueName("kitchen"), who);
    const ack = await phone.sendPrivate(who.name, "milk, eggs");
    expect(ack).toMatchObject({ to: who.name, delivered: true });
    for (const device of [phone, laptop])
      expect(await onlyPrivate(device)).toMatchObject({
        id: ack.private,
        mail: 1,
        username: who.name,
        to: who.name,
      });
    expect((await join(uniqueName("attic"), who)).welcome.mail).toBe(1);
  });

  test("a private message keeps its text", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const text = "two\nlines\t😀 @carol /leave `x` हिन्दी";
    await alice.sendPrivate(bob.name, text);
    expect((await bob.next("private")).text).toBe(text);
  });
});

describe("to whom", () => {
  test("alice is told at once that nobody has the name", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const id = uniqueId();
    const nobody = uniqueName("nobody");
    const frame = { type: "private", to: nobody, text: "psst", id };
    const failure = await alice.refused(frame, "no_such_user");
    expect(failure.id).toBe(id);
    expect(await bob.unread()).toEqual([]);
  });

  test("the ack of a private message has the name as bob spells it", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "Bob");
    const ack = await alice.sendPrivate(bob.name.toUpperCase(), "psst");
    expect(ack.to).toBe(bob.name);
    expect((await bob.next("private")).to).toBe(bob.name);
  });

  test("alice pins the user to whom she writes, and he gets it", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    await alice.sendPrivate(bob.name, "psst", { toUser: bob.welcome.user });
    await bob.next("private", { text: "psst" });
  });

  test("alice pins another user than the holder of the name, and is refused", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const failure = await alice.refused(
      {
        type: "private",
        to: bob.name,
        toUser: alice.welcome.user,
        text: "psst",
        id: "pinned",
      },
      "no_such_user",
    );
    expect(failure.id).toBe("pinned");
    expect(await bob.unread()).toEqual([]);
  });
});

// One `,` or `:` after the name is dropped.
describe("typed by hand", () => {
  test.for([
    { sign: "", text: "psst" },
    { sign: ",", text: "psst" },
    { sign: ":", text: "psst" },
    { sign: "", text: "two words, and: more" },
    { sign: "", text: "two\nlines" },
  ])(
    "alice writes to bob by typing @bob$sign $text",
    async ({ sign, text }) => {
      const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
      alice.send(`@${bob.name}${sign} ${text}`);
      const heard = await bob.next("private");
      expect(heard).toMatchObject({ text, to: bob.name, username: alice.name });
      const ack = await alice.next("ack");
      expect(ack).toMatchObject({ to: bob.name, private: heard.id });
      expect(ack).not.toHaveProperty("id");
    },
  );

  test("bob and alice's other window get a private message in the text format", async () => {
    const room = uniqueName("lobby");
    const who = person("alice");
    const alice = await join(room, who);
    const window = await joinText(room, who);
    const bob = await joinText(uniqueName("kitchen"), person("bob"));
    alice.send(`@${bob.name} psst`);
    await bob.line(`(private) ${who.name}: psst`);
    await window.line(`(private) ${who.name} to ${bob.name}: psst`);
  });
});

// A repeated id is acked again and not sent again.
describe("once", () => {
  test("alice sends a private message twice with one id, and bob gets it once", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const tablet = await join(uniqueName("attic"), alice.person);
    const id = uniqueId();
    const first = await alice.sendPrivate(bob.name, "psst", { id });
    const second = await alice.sendPrivate(bob.name, "other words", { id });
    const { private: same, at } = first;
    expect(first).not.toHaveProperty("duplicate");
    expect(second).toMatchObject({ private: same, at, duplicate: true });
    expect(await onlyPrivate(bob)).toMatchObject({ id: same, text: "psst" });
    expect(await onlyPrivate(tablet)).toMatchObject({ id: same });
  });

  test("alice sends a private message again after a reconnect, and bob gets it once", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const id = uniqueId();
    const first = await alice.sendPrivate(bob.name, "psst", { id });
    const back = await join(uniqueName("kitchen"), alice.person);
    alice.drop();
    const second = await back.sendPrivate(bob.name, "psst", { id });
    expect(second).toMatchObject({ private: first.private, duplicate: true });
    await onlyPrivate(bob);
  });

  test("alice sends a private message three times at once, and bob gets it once", async () => {
    const [alice, bob] = await joinAll(uniqueName("lobby"), "alice", "bob");
    const id = uniqueId();
    const acks = await Promise.all(
      [1, 2, 3].map(() => alice.sendPrivate(bob.name, "psst", { id })),
    );
    expect(new Set(acks.map((ack) => ack.private)).size).toBe(1);
    expect(acks.filter(({ duplicate }) => duplicate)).toHaveLength(2);
    await onlyPrivate(bob);
  });
});

// Private messages to one addressee keep their order.
describe("order", () => {
  test("bob and carol each get alice's private messages in her order", async () => {
    const alice = await join(uniqueName("lobby"), person("alice"));
    const bob = await join(uniqueName("kitchen"), person("bob"));
    const carol = await join(uniqueName("attic"), person("carol"));
    const turns = Array.from({ length: 12 }, (_, turn) => turn + 1);
    await Promise.all(
      turns.flatMap((turn) =>
        [bob, carol].map(({ name }) => alice.sendPrivate(name, `word ${turn}`)),
      ),
    );
    const expected = turns.map((turn) => ({
      text: `word ${turn}`,
      mail: turn,
    }));
    for (const reader of [bob, carol]) {
      const heard = await reader.until("private", { text: "word 12" });
      expect(heard).toMatchObject(expected);
    }
  });
});
