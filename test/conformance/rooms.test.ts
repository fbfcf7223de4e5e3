// Rooms: joining a room, delivery to its members, and the list of members.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { expectSilence, join, joinAll, joinFrame } from "./support/members.ts";
import { person, publicIdOf, uniqueId, uniqueName } from "./support/people.ts";
import { defaults, settings } from "./support/settings.ts";

// A join gets the welcome, then the newest page of history.
describe("joining", () => {
  test("alice is welcomed to a room that nobody was in before", async () => {
    const room = uniqueName("lobby");
    const alice = person("alice");
    const client = await connect(room);
    client.send(joinFrame(alice));
    const [welcome, page, ...rest] = await client.until("history");
    expect(welcome).toEqual({
      type: "welcome",
      room,
      username: alice.name,
      user: publicIdOf(alice.token),
      epoch: expect.any(String),
      seq: 0,
      mail: 0,
      mailEpoch: expect.any(Number),
      members: [alice.name],
      count: 1,
      resumed: false,
      gap: false,
      more: false,
      limits: {
        text: defaults.TEXT_MAX,
        frame: defaults.FRAME_MAX,
        rateBurst: settings.RATE_BURST,
        ratePerSecond: settings.RATE_PER_SECOND,
        history: defaults.ROOM_HISTORY,
        data: 4096,
        editSeconds: defaults.EDIT_SECONDS,
        reactions: 20,
        search: 100,
        rooms: 500,
        // An app with hooks is asked, and frames wait for it.
        ...(process.env.HOOKS !== undefined && {
          ...{ waiting: 1000, waitingText: 1_048_576 },
        }),
      },
    });
    expect(page).toMatchObject({ messages: [], more: false });
    expect(page).toHaveProperty("epoch", Object(welcome).epoch);
    expect(rest).toEqual([]);
  });

  test("alice joins by the URL alone", async () => {
    const room = uniqueName("lobby");
    const { name } = person("alice");
    const client = await connect(room, { query: { username: name } });
    const welcome = await client.next("welcome");
    expect(welcome).toMatchObject({ room, username: name, members: [name] });
    await client.next("history", { more: false });
    await client.sendMessage("hello");
  });

  test("alice joins without a secret and gets one, with which she comes back", async () => {
    const room = uniqueName("lobby");
    const { name } = person("alice");
    const client = await connect(room);
    client.send({ type: "join", username: name });
    const { token, user } = await client.next("welcome");
    expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const again = await join(room, { name, token: token ?? "" });
    expect(again.welcome.user).toBe(user);
    expect(again.welcome).not.toHaveProperty("token");
    expect(again.welcome).toMatchObject({ count: 1, members: [name] });
  });

  test("bob is told who is in the room, and alice is told of bob", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const bob = await join(room, person("bob"));
    expect(bob.welcome.members).toEqual([alice.name, bob.name].sort());
    expect(bob.welcome.count).toBe(2);
    expect(bob.welcome.epoch).toBe(alice.welcome.epoch);
    const joined = await alice.next("joined");
    expect(joined).toMatchObject({
      user: bob.welcome.user,
      username: bob.name,
    });
    await expectSilence(bob, alice);
  });
});

describe("fan-out", () => {
  test("bob gets alice's message in the same room", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const id = uniqueId();
    const { seq, at } = await alice.sendMessage("hello", id);
    expect(await bob.next("message")).toEqual({
      type: "message",
      seq,
      room,
      user: alice.welcome.user,
      username: alice.name,
      text: "hello",
      at,
      id,
    });
    expect(seq).toBe(1);
  });

  test("carol in another room gets no message of this one", async () => {
    const [alice] = await joinAll(uniqueName("lobby"), "alice");
    const [carol, dave] = await joinAll(uniqueName("kitchen"), "carol", "dave");
    await alice.sendMessage("hello");
    await expectSilence(carol, dave);
    const { seq } = await carol.sendMessage("all quiet here");
    expect(seq).toBe(2);
  });

  // All members see one order, and an ack stands at the place of its seq.
  test("everyone gets the same messages in the same order, numbered by one", async () => {
    const room = uniqueName("lobby");
    const people = await joinAll(room, "alice", "bob", "carol");
    const each = 20;
    for (let turn = 0; turn < each; turn++)
      for (const member of people) {
        const text = `${turn} of ${member.name}`;
        member.send({ type: "message", text, id: uniqueId() });
      }
    const last = people.length * each;
    for (const member of people) {
      const seqs: number[] = [];
      while (seqs.at(-1) !== last) {
        const frame = await member.inbox.next(() => true, "message or ack");
        seqs.push("seq" in frame ? frame.seq : Number.NaN);
      }
      expect(seqs).toEqual(Array.from({ length: last }, (_, n) => n + 1));
    }
    const heard = people.map((member) =>
      member.inbox.seen.flatMap((frame) =>
        frame.type === "message" ? [[frame.seq, frame.text]] : [],
      ),
    );
    const texts = new Map(heard.flat().map(([seq, text]) => [seq, text]));
    expect(texts.size).toBe(last);
    for (const list of heard)
      for (const [seq, text] of list) expect(texts.get(seq)).toBe(text);
  });
});

describe("who is here", () => {
  test("alice asks for the members and gets sorted names and their number", async () => {
    const room = uniqueName("lobby");
    const people = await joinAll(room, "carol", "alice", "bob");
    const [carol] = people;
    const members = people.map(({ name }) => name).sort();
    carol.send({ type: "who" });
    expect(await carol.next("members")).toEqual({
      type: "members",
      members,
      count: 3,
      more: false,
    });
    carol.send({ type: "who", after: members[0] });
    expect(await carol.next("members")).toEqual({
      type: "members",
      members: members.slice(1),
      count: 3,
      more: false,
    });
  });
});

// NFKC decides which room a name means.
describe("names of rooms", () => {
  test("two spellings of a room's name that NFKC makes one are one room", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    const bob = await join(`ｌｏ${room.slice(2)}`, person("bob"));
    expect(bob.welcome.room).toBe(room);
    await alice.next("joined", { username: bob.name });
    await bob.sendMessage("hello");
    expect((await alice.next("message")).room).toBe(room);
  });

  test("a room's name in capitals is another room", async () => {
    const room = uniqueName("lobby");
    await joinAll(room, "alice");
    const bob = await join(room.toUpperCase(), person("bob"));
    expect(bob.welcome).toMatchObject({ room: room.toUpperCase(), count: 1 });
  });

  test.for(["李雷的家", "हिन्दी", "ไทยที่", "Zoë", "constructor", "a.b_c-d"])(
    "users may call a room %s",
    async (name) => {
      const room = uniqueName(name).normalize("NFKC");
      const [alice, bob] = await joinAll(room, "alice", "bob");
      expect(bob.welcome.room).toBe(room);
      await alice.sendMessage("hello");
      expect((await bob.next("message")).room).toBe(room);
    },
  );
});
