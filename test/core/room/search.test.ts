// Search tests: members find messages by their words, as they are now, while others talk.
import { describe, expect, test } from "vitest";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import {
  alice as appUser,
  appWorld,
  joinByToken,
  TOKEN,
} from "../support/app.ts";
import { moderatedRoom } from "../support/moderated-room.ts";
import type { Peer } from "../support/peer.ts";
import { join, joinAll, secretOf, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

function begin(texts: readonly string[]) {
  const world = new World({ RATE_PER_SECOND: 0 });
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  for (const text of texts) alice.send({ type: "message", text });
  world.pass(200);
  alice.take();
  return { world, alice, bob };
}

test("a user finds messages by all words, in any case, width and order", () => {
  const { alice } = begin(["Red ＦＯＸ", "fox", "a fox is RED", "赤い狐です"]);
  alice.send("/search fox red");
  const { messages, more } = alice.last("results");
  expect(messages.map(({ seq }) => seq)).toEqual([1, 3]);
  expect(more).toBe(false);
});

test("a user finds a word inside a text without spaces", () => {
  const { alice } = begin(["赤い狐です", "青い"]);
  alice.send({ type: "search", text: "狐" });
  expect(alice.last("results").messages.map(({ seq }) => seq)).toEqual([1]);
});

test("nobody finds an erased text, or a text from before an edit", () => {
  const { alice, world } = begin(["red fox", "red hen", "red cat"]);
  alice.send({ type: "delete", of: 1 });
  alice.send({ type: "edit", of: 2, text: "blue hen" });
  world.pass(200);
  alice.send({ type: "search", text: "red" });
  expect(alice.last("results").messages.map(({ seq }) => seq)).toEqual([3]);
});

test("a user with a search in flight, or a recent one, is told to wait", () => {
  const { alice, world } = begin(["red fox"]);
  alice.send({ type: "search", text: "red" });
  alice.send({ type: "search", text: "fox" });
  expect(alice.last("error")).toMatchObject({ code: "rate_limited" });
  world.pass(2000);
  alice.take();
  alice.send({ type: "search", text: "fox" });
  expect(alice.last("results").messages).toHaveLength(1);
});

test("a long search goes on while others talk", () => {
  const texts = Array.from(
    { length: 3000 },
    (_, i) => `text ${i} ${"x".repeat(60)}`,
  );
  const { alice, bob, world } = begin(["needle", ...texts]);
  alice.send({ type: "search", text: "needle" });
  expect(alice.all("results")).toHaveLength(0);
  bob.send("hello");
  expect(bob.all("ack").length).toBeGreaterThan(0);
  world.pass(1000);
  const { messages, more, to } = alice.last("results");
  expect({ seqs: messages.map(({ seq }) => seq), more, to }).toEqual({
    ...{ seqs: [1], more: false, to: 3001 },
  });
});

/** Another token that looks like a JWT. */
const ZOE = `${TOKEN}b2tlbg`;

const DAY_MS = 86_400_000;

const seqsOf = (peer: Peer) =>
  peer.last("results").messages.map(({ seq }) => seq);

/** Asks as HTTP does. @returns the answer, which may come later */
function searchByHttp(world: World, op: Omit<Op & { type: "search" }, "type">) {
  const answered: { reply?: Reply } = {};
  world.room("lobby").ask([{ type: "search", ...op }], (replies) => {
    const [reply] = replies ?? [];
    if (reply !== undefined) answered.reply = reply;
  });
  return answered;
}

/** Fills the lobby with messages; every `each`-th has the word. */
function importLog(world: World, count: number, each: number, size = 0) {
  const id = "fill";
  const line = (seq: number) =>
    JSON.stringify({
      ...{ type: "message", seq, room: "lobby", user: userOf("alice") },
      ...{ username: "alice", at: 7, id: `i${seq}` },
      text: `${seq % each === 0 ? "needle" : "straw"} ${"x".repeat(size)}`,
    });
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => line(from + i));
  for (let first = 1; first <= count; first += 1000) {
    const chunk = lines(first, Math.min(first + 1000, count + 1));
    const kind = first === 1 ? "begin" : "more";
    const step = { kind, first, lines: chunk } as const;
    world.askRoom("lobby", { type: "import-log", id, step });
  }
  world.askRoom("lobby", { type: "import-log", id, step: { kind: "end" } });
}

/** Asks on until the end. @returns all that was found, and how often was asked */
function everything(world: World, peer: Peer, text: string, limit = 20) {
  const found: number[] = [];
  let [asked, before]: [number, number?] = [0];
  for (;;) {
    peer.take();
    peer.send({ type: "search", text, limit, ...(before && { before }) });
    asked++;
    world.pass(3000);
    const { from, more } = peer.last("results");
    found.unshift(...seqsOf(peer));
    if (!more) return { found, asked };
    expect(from).toBeLessThan(before ?? Infinity);
    before = from;
  }
}

describe("a room with many messages", () => {
  const settings = { ROOM_HISTORY: 100_000, RATE_PER_SECOND: 0 };

  test("answers after 20,000 events, and a user who asks on finds the rest", () => {
    const world = new World(settings);
    const { bob } = joinAll(world, "lobby", "bob");
    importLog(world, 50_000, 28_000);
    const before = world.now;
    bob.send({ type: "search", text: "NEEDLE" });
    while (bob.all("results").length === 0) world.pass(5);
    expect(bob.last("results")).toMatchObject({
      ...{ messages: [], more: true, to: 50_000, from: 30_001 },
    });
    expect(world.now - before).toBeLessThan(1000);
    world.pass(2000);
    expect(everything(world, bob, "needle")).toEqual({
      ...{ found: [28_000], asked: 3 },
    });
  });

  test("reads at most 32 rows before it hears others", () => {
    const world = new World(settings);
    const { bob } = joinAll(world, "lobby", "bob");
    importLog(world, 20_000, 7000);
    const { database } = world.room("lobby");
    const exec = database.exec.bind(database);
    let [read, most, all] = [0, 0, 0];
    database.exec = (query, ...values) => {
      const rows = exec(query, ...values);
      read += rows.length;
      return rows;
    };
    bob.send({ type: "search", text: "needle" });
    const step = () => {
      [most, all, read] = [Math.max(most, read), all + read, 0];
    };
    step();
    while (bob.all("results").length === 0) {
      world.pass(5);
      step();
    }
    expect(seqsOf(bob)).toEqual([7000, 14_000]);
    expect(most).toBeLessThanOrEqual(32);
    // Many messages share a row.
    expect(all).toBeLessThan(1000);
  });

  test("answers in little time where long texts fill the rows", () => {
    const world = new World(settings);
    const { bob } = joinAll(world, "lobby", "bob");
    importLog(world, 4000, 1900, 3900);
    const before = world.now;
    bob.send({ type: "search", text: "needle" });
    while (bob.all("results").length === 0) world.pass(5);
    expect(world.now - before).toBeLessThan(1000);
    world.pass(2000);
    expect(everything(world, bob, "needle").found).toEqual([1900, 3800]);
  });

  test("shows each message found once, also where each is in a row of its own", () => {
    const world = new World(settings);
    const { bob } = joinAll(world, "lobby", "bob");
    importLog(world, 600, 3, 2500);
    const wanted = Array.from({ length: 200 }, (_, i) => 3 * (i + 1));
    for (const limit of [1 + 6, 20, 50])
      expect(everything(world, bob, "needle", limit).found).toEqual(wanted);
  });
});

describe("while a search goes on", () => {
  function begun() {
    const world = new World({ RATE_PER_SECOND: 0, ROOM_HISTORY: 100_000 });
    const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
    importLog(world, 3000, 1_000_000);
    for (const peer of [alice, bob]) peer.take();
    for (const text of ["needle", "needle 2", "needle 3", "needle 4"])
      alice.send({ type: "message", text });
    world.pass(1000);
    bob.send({ type: "search", text: "needle" });
    expect(bob.all("results")).toHaveLength(0);
    return { world, alice, bob };
  }

  test("a message that was found is shown as it is at the end", () => {
    const { world, alice, bob } = begun();
    alice.send({ type: "delete", of: 3001 });
    alice.send({ type: "edit", of: 3002, text: "straw" });
    alice.send({ type: "edit", of: 3003, text: "another needle" });
    world.pass(1000);
    const { messages } = bob.last("results");
    expect(messages).toMatchObject([
      { seq: 3003, text: "another needle" },
      { seq: 3004, text: "needle 4" },
    ]);
    expect(JSON.stringify(bob.inbox.at(-1))).not.toContain("needle 2");
  });

  test("the room may get another log, and what is found is in that", () => {
    const { world, bob } = begun();
    importLog(world, 10, 5);
    world.pass(1000);
    expect(seqsOf(bob)).toEqual([5, 10]);
    const epoch = bob.last("reset").epoch;
    expect(bob.last("results")).toMatchObject({ epoch, to: 10, asOf: 10 });
  });

  test("a user who gave the epoch is told that it is gone", () => {
    const { world, alice, bob } = begun();
    const { epoch } = join(world, "lobby", "carol").last("welcome");
    alice.send({ type: "search", text: "needle", epoch });
    importLog(world, 10, 5);
    world.pass(1000);
    expect(alice.last("error").code).toBe("gone");
    expect(alice.all("results")).toEqual([]);
    alice.send({ type: "search", text: "needle", epoch });
    expect(alice.last("error").code).toBe("gone");
    expect(seqsOf(bob)).toEqual([5, 10]);
  });

  test("a user who leaves gets nothing, and may search after the next join", () => {
    const { world, bob } = begun();
    bob.send({ type: "leave" });
    bob.send({ type: "join", username: "bob", token: secretOf("bob") });
    world.pass(2000);
    expect(bob.all("results")).toEqual([]);
    bob.send({ type: "search", text: "needle" });
    world.pass(1000);
    expect(seqsOf(bob)).toEqual([3001, 3002, 3003, 3004]);
  });

  test("a lost connection ends it, and the room comes to rest", () => {
    const { world, bob } = begun();
    bob.close();
    world.pass(1000);
    world.hibernate(world.room("lobby"));
    expect(bob.all("results")).toEqual([]);
  });
});

test("nobody finds a message that is too old, from the first millisecond on", () => {
  const world = new World({ ROOM_DAYS: 1, RATE_PER_SECOND: 0 });
  const { alice, bob } = joinAll(world, "lobby", "alice", "bob");
  alice.send({ type: "message", text: "needle 1" });
  world.pass(10_000);
  alice.send({ type: "message", text: "needle 2" });
  world.pass(DAY_MS - 10_001);
  bob.send({ type: "search", text: "needle" });
  expect(seqsOf(bob)).toEqual([1, 2]);
  world.pass(5000);
  bob.send({ type: "search", text: "needle" });
  expect(seqsOf(bob)).toEqual([2]);
  expect(bob.last("results")).toMatchObject({ from: 2, more: false });
  world.pass(DAY_MS);
  bob.send({ type: "search", text: "needle" });
  expect(seqsOf(bob)).toEqual([]);
});

describe("the rates", () => {
  test("let a user search once in two seconds, by all connections and HTTP", () => {
    const { alice, world } = begin(["red fox"]);
    const other = join(world, "lobby", "alice");
    alice.send({ type: "search", text: "red" });
    other.send({ type: "search", text: "red" });
    expect(other.last("error")).toMatchObject({
      ...{ code: "rate_limited", retryAfter: 2000 },
    });
    world.pass(2000);
    other.send({ type: "search", text: "red" });
    expect(seqsOf(other)).toEqual([1]);
  });

  test("let a room begin four searches a second, and tell the fifth user when", () => {
    const { world } = begin(["red fox"]);
    const names = ["carl", "dora", "emil", "fay", "gus"];
    const peers = Object.values(joinAll(world, "lobby", ...names));
    for (const peer of peers) peer.send({ type: "search", text: "red" });
    expect(peers.map((peer) => peer.all("results").length)).toEqual([
      ...[1, 1, 1, 1, 0],
    ]);
    const [error] = peers[4]?.all("error") ?? [];
    expect(error?.code).toBe("rate_limited");
    world.pass(error?.retryAfter ?? 0);
    peers[4]?.send({ type: "search", text: "red" });
    expect(peers[4]?.all("results")).toHaveLength(1);
  });

  test("let one reader without a token search at a time, and do not hold back a server", () => {
    const { world } = begin(["red fox"]);
    const text = "red";
    expect(searchByHttp(world, { text }).reply?.type).toBe("results");
    expect(searchByHttp(world, { text }).reply).toMatchObject({
      ...{ type: "refused", code: "rate_limited", retryAfter: 2000 },
    });
    for (let i = 0; i < 3; i++)
      expect(searchByHttp(world, { text, isServer: true }).reply?.type).toBe(
        "results",
      );
    expect(searchByHttp(world, { text, isServer: true }).reply).toMatchObject({
      code: "rate_limited",
    });
  });
});

describe("a user who may not read", () => {
  test("finds nothing in a private room, whether it exists or not", () => {
    const world = appWorld({}, { PRIVATE_ROOMS: ["lobby", "nowhere"] });
    const text = "red";
    const op = { type: "search", text } as const;
    const refusals = ["lobby", "nowhere"].map((room) =>
      world.askRoom(room, op),
    );
    expect(refusals[0]).toMatchObject({ type: "refused", code: "forbidden" });
    expect(refusals[1]).toEqual(refusals[0]);
    expect(refusals[0]).toEqual(
      world.askRoom("lobby", { type: "messages", limit: 1 }),
    );
    const others = { ...appUser, rooms: ["hall"] };
    expect(world.askRoom("lobby", { ...op, by: others }).type).toBe("refused");
    const named = { ...appUser, rooms: ["lobby"] };
    expect(world.askRoom("lobby", { ...op, by: named }).type).toBe("results");
  });

  test("is refused if banned while the search goes on, by socket and HTTP", () => {
    const roles = [{ rooms: "lobby", role: "moderator" as const }];
    const world = appWorld({ username: "mia", roles });
    const zoe = { ...appUser, subject: "2", username: "zoe" };
    world.tokens.set(ZOE, zoe);
    const [mod, peer] = [TOKEN, ZOE].map((token) =>
      joinByToken(world, "lobby", { token }),
    );
    importLog(world, 3000, 10);
    const text = "needles";
    peer?.send({ type: "search", text });
    world.pass(10);
    const refused = { type: "refused", code: "banned" };
    expect(searchByHttp(world, { text, by: zoe }).reply).toMatchObject({
      code: "rate_limited",
    });
    world.pass(2000);
    expect(peer?.last("results").messages).toEqual([]);
    const asked = searchByHttp(world, { text, by: zoe });
    mod?.send("/ban zoe");
    expect(asked.reply).toBeUndefined();
    world.pass(2000);
    expect(peer?.closed).toBe("banned");
    expect(asked.reply).toMatchObject(refused);
    const again = searchByHttp(world, { text, by: zoe });
    expect(again.reply).toMatchObject(refused);
  });

  test("gets nothing once the room has closed the connection", () => {
    const { world, mod, bob } = moderatedRoom();
    importLog(world, 3000, 10);
    bob.send({ type: "search", text: "needles" });
    mod.send("/ban bob");
    world.pass(2000);
    expect(bob.closed).toBe("banned");
    expect(bob.all("results")).toEqual([]);
  });

  test("may search though muted", () => {
    const { world, mod, bob } = moderatedRoom();
    mod.send({ type: "message", text: "red fox" });
    world.pass(1000);
    mod.send("/mute bob");
    bob.send({ type: "search", text: "fox" });
    expect(bob.last("results").messages).toHaveLength(1);
  });
});
