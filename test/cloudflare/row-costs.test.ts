// Row costs: counts the rows that rooms and names write, as Cloudflare bills them, and prints a table.
import { describe, expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import {
  join,
  joinAll,
  joinOn,
  leaveRoom,
  type Member,
} from "../conformance/support/members.ts";
import { person, uniqueId, uniqueName } from "../conformance/support/people.ts";
import { trackRowCosts } from "./support/row-costs.ts";
import { serve } from "./support/server.ts";

const ROOM_HISTORY = 200;

const server = serve(
  {
    ROOM_HISTORY,
    RATE_PER_SECOND: 0,
    GUEST_CLAIM_SECONDS: 3600,
    PRESENCE_GRACE_MS: 0,
  },
  "test/cloudflare/support/counting-worker.ts",
);

const costOf = trackRowCosts(server);

/** One after the other without a pause: each message is still one flush. */
async function sayMany(member: Member, count: number, text: string) {
  const ids = Array.from({ length: count }, uniqueId);
  for (const id of ids) member.send({ type: "message", text, id });
  await member.until("ack", { id: ids.at(-1) }, 30_000);
}

const words = "a line as people write it, of middling length";

describe("a message", () => {
  test("a user's message costs at most one row below the limit of the room's history", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice", "bob");
    const { name } = alice;
    const cost = await costOf(
      "message, below the limit",
      room,
      [name],
      () => sayMany(alice, 180, words),
      180,
    );
    expect(cost).toEqual({ room: 1, directory: 0 });
  });

  test("a user's message costs 1.1 rows at most on average where old ones are dropped", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice", "bob");
    await sayMany(alice, ROOM_HISTORY + 64, words);
    const cost = await costOf(
      "message, at the limit",
      room,
      [alice.name],
      () => sayMany(alice, 320, words),
      320,
    );
    expect(cost.room).toBeGreaterThan(1);
    expect(cost.room).toBeLessThanOrEqual(1.1);
    expect(cost.directory).toBe(0);
    const [kept] = await server.room(room, "SELECT sum(count) AS n FROM log");
    expect(kept?.n).toBeGreaterThanOrEqual(ROOM_HISTORY);
    expect(kept?.n).toBeLessThan(ROOM_HISTORY + 32);
  });

  test("a user's message of 4,000 characters costs its row a second write", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice", "bob");
    const long = "x".repeat(3900);
    await sayMany(alice, ROOM_HISTORY + 6, long);
    const cost = await costOf(
      "message of 4 kB, at the limit",
      room,
      [alice.name],
      () => sayMany(alice, 60, long),
      60,
    );
    expect(cost.room).toBeLessThanOrEqual(1.5);
  });
});

describe("reactions and threads", () => {
  test("a user's reaction costs two rows, and three where many have reacted", async () => {
    const room = uniqueName("lobby");
    const names = Array.from({ length: 59 }, (_, i) => `p${i}`);
    const [alice, ...others] = await joinAll(room, "alice", ...names);
    const ids: number[] = [];
    for (let i = 0; i < 20; i++)
      ids.push((await alice.sendMessage(`${i} ${words}`)).seq);
    const react = async (member: Member, of: number) => {
      const id = uniqueId();
      member.send({ type: "react", of, emoji: "👍", on: true, id });
      await member.until("ack", { id });
    };
    const first = await costOf("first reaction of a room", room, [], () =>
      react(alice, 1),
    );
    // A table for the state, and once in a room the columns that count events
    // that are no messages.
    expect(first.room).toBeLessThanOrEqual(12);
    const more = await costOf(
      "reaction",
      room,
      [alice.name],
      async () => {
        for (const of of ids.slice(1)) await react(alice, of);
      },
      19,
    );
    expect(more).toEqual({ room: 2, directory: 0 });
    for (const member of others.slice(0, 50)) await react(member, 1);
    const many = await costOf(
      "reaction, where more than 50 people have reacted",
      room,
      [],
      async () => {
        for (const member of others.slice(50)) await react(member, 1);
      },
      9,
    );
    expect(many.room).toBe(3);
    const repeated = await costOf(
      "reaction that is there already",
      room,
      [],
      () => react(alice, 1),
    );
    expect(repeated.room).toBe(0);
    const page = await costOf("folded page", room, [], async () => {
      alice.send({ type: "history", fold: true });
      await alice.next("history");
    });
    expect(page.room).toBe(0);
  });

  test("a user's message in a thread costs two rows, and an answer outside one", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice", "bob");
    await alice.sendMessage(words);
    const send = async (fields: object) => {
      const id = uniqueId();
      alice.send({ type: "message", text: words, id, ...fields });
      await alice.until("ack", { id });
    };
    await send({ thread: 1 });
    const inThread = await costOf(
      "message in a thread",
      room,
      [],
      async () => {
        for (let i = 0; i < 20; i++) await send({ thread: 1 });
      },
      20,
    );
    expect(inThread.room).toBe(2);
    const answer = await costOf(
      "message that answers another one",
      room,
      [],
      async () => {
        for (let i = 0; i < 20; i++) await send({ replyTo: 1 });
      },
      20,
    );
    expect(answer.room).toBe(1);
  });
});

describe("coming and going", () => {
  test("the first user's join makes the room, and later joins, leaves, typing and pings write nothing", async () => {
    const room = uniqueName("lobby");
    const [who, later, again] = [person("alice"), person("bob"), person("cid")];
    const opened = await connect(room);
    const first = await costOf(
      "first join of a room, by a new name",
      room,
      [who.name],
      () => joinOn(opened, who),
    );
    expect(first.directory).toBeLessThanOrEqual(3);
    const second = await connect(room);
    const join2 = await costOf(
      "later join, by a new name",
      room,
      [later.name],
      () => joinOn(second, later),
    );
    expect(join2.room).toBe(0);
    expect(join2.directory).toBeLessThanOrEqual(3);
    const third = await join(uniqueName("kitchen"), again);
    const fourth = await connect(room);
    const join3 = await costOf(
      "later join, by a name in use",
      room,
      [again.name],
      () => joinOn(fourth, again),
    );
    expect(join3).toEqual({ room: 0, directory: 1 });
    const idle = await costOf("typing, who and ping", room, [], async () => {
      fourth.send({ type: "typing" });
      fourth.send({ type: "ping" });
      fourth.send({ type: "who" });
      await fourth.next("members");
    });
    expect(idle.room).toBe(0);
    const leave = await costOf(
      "leave, still in another room",
      room,
      [again.name],
      async () => {
        await leaveRoom(fourth);
        await opened.next("left", { username: again.name });
      },
    );
    expect(leave).toEqual({ room: 0, directory: 1 });
    const last = await costOf(
      "leave, the last room",
      third.welcome.room,
      [again.name],
      () => leaveRoom(third),
    );
    expect(last.room).toBe(0);
    expect(last.directory).toBeLessThanOrEqual(2);
  });
});

describe("a private message", () => {
  test("a user's private message costs its row in two mailboxes and little more", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const names = [alice.name, bob.name];
    await alice.sendPrivate(bob.name, "first");
    const cost = await costOf(
      "private message, both directories",
      room,
      names,
      async () => {
        for (let i = 0; i < 20; i++) {
          await alice.sendPrivate(bob.name, `psst ${i}`);
          await bob.next("private", { text: `psst ${i}` });
        }
      },
      20,
    );
    expect(cost.room).toBe(0);
    expect(cost.directory).toBeLessThanOrEqual(4);
  });

  test("a private message to a user who is away costs no more", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const names = [alice.name, bob.name];
    await leaveRoom(bob);
    const first = await costOf("first private message", room, names, () =>
      alice.sendPrivate(bob.name, "first"),
    );
    // For each of the two: a table, a row and a cursor; and bob's leave.
    expect(first.directory).toBeLessThanOrEqual(10);
    const cost = await costOf(
      "private message to one away",
      room,
      names,
      async () => {
        for (let i = 0; i < 20; i++)
          await alice.sendPrivate(bob.name, `psst ${i}`);
      },
      20,
    );
    expect(cost.room).toBe(0);
    expect(cost.directory).toBeLessThanOrEqual(4);
  });
});
