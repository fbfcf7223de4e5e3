// Purge tests: a moderator deletes all that a user said since a time, and nothing of it is left at any door or in any table.
import { describe, expect, test } from "vitest";
import type { RoomEvent } from "../../../src/protocol/client-frames.ts";
import { AppStub } from "../support/app-stub.ts";
import { errorsOf, moderatedRoom } from "../support/moderated-room.ts";
import type { Peer } from "../support/peer.ts";
import { join, userOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

const HOUR = 3_600_000;
const FAST = { RATE_PER_SECOND: 0, ROOM_HISTORY: 20_000 };

/** Everything that the room stores, as text. */
function stored(world: World): string {
  return JSON.stringify(world.room("lobby").database.tables);
}

/** All events of the room, as a reader gets them by pages. */
function eventsOf(peer: Peer): RoomEvent[] {
  const events: RoomEvent[] = [];
  for (;;) {
    const [oldest] = events;
    const before = oldest === undefined ? {} : { before: oldest.seq };
    peer.send({ type: "history", limit: 200, ...before });
    const page = peer.last("history");
    events.unshift(...(page.messages as RoomEvent[]));
    if (!page.more) return events;
  }
}

function textsOf(peer: Peer): string[] {
  return eventsOf(peer).flatMap((event) =>
    "text" in event && event.text !== undefined ? event.text : [],
  );
}

describe("a purge", () => {
  test("deletes what the user said since then, and tells it as one event", () => {
    const { world, mod, bob, carol } = moderatedRoom();
    bob.send("old words");
    world.pass(2 * HOUR);
    bob.send({ type: "message", text: "buy this", id: "b" });
    carol.send("hello");
    bob.send("buy that");
    carol.take();
    mod.send("/purge bob 1h spam and more");
    expect(carol.take()).toMatchObject([
      {
        ...{ type: "moderated", action: "purge", seq: 6, username: "mia" },
        target: { user: userOf("bob"), username: "bob" },
        ...{ since: world.now - HOUR, from: 1, to: 5 },
        reason: "spam and more",
      },
    ]);
    expect(mod.last("ack")).toMatchObject({ seq: 6 });
    expect(textsOf(carol)).toEqual(["old words", "hello"]);
    expect(eventsOf(carol)[2]).toEqual({
      ...{ type: "erased", seq: 3, room: "lobby", id: "b", at: world.now },
      ...{ user: userOf("bob"), username: "bob" },
    });
    expect(stored(world)).not.toContain("buy");
    expect(world.room("lobby").database.tables.purge).toBeUndefined();
  });

  test("is sent again by its id, and a message of before brings nothing back", () => {
    const { mod, bob, carol } = moderatedRoom();
    bob.send({ type: "message", text: "buy this", id: "b" });
    const act = JSON.stringify({
      ...{ type: "moderate", action: "purge", username: "bob" },
      ...{ for: 60, id: "p" },
    });
    mod.send(act);
    mod.send(act);
    expect(mod.last("ack")).toMatchObject({ id: "p", duplicate: true });
    bob.send({ type: "message", text: "buy this", id: "b" });
    expect(bob.last("ack")).toMatchObject({ id: "b", duplicate: true });
    expect(textsOf(carol)).toEqual([]);
  });

  test("takes edits, reactions, pins and replies with it", () => {
    const { world, owner, mod, bob, carol } = moderatedRoom();
    carol.send("a question");
    bob.send({ type: "message", text: "wonderful", thread: 2 });
    carol.send({ type: "message", text: "second", thread: 2 });
    bob.send("/edit #3 better");
    carol.send("/react #3 👍");
    carol.send("/react #2 👍");
    owner.send("/pin #3");
    owner.send("/pin #2");
    mod.send("/purge bob 10m");
    carol.send({ type: "history", fold: true });
    const [, root, reply] = carol.last("history").messages;
    expect(root).toMatchObject({ seq: 2, replies: { count: 1, last: 4 } });
    expect(root).toMatchObject({ pinned: true, reactions: [{ count: 1 }] });
    expect(reply).toMatchObject({ type: "erased", seq: 3, thread: 2 });
    expect(join(world, "lobby", "dora").last("welcome").pins).toEqual([2]);
    carol.send({ type: "history", thread: 2 });
    expect(carol.last("history").messages).toMatchObject([
      { seq: 2 },
      { seq: 3, type: "erased" },
      { seq: 4 },
    ]);
    for (const word of ["wonderful", "better"])
      expect(stored(world)).not.toContain(word);
  });

  test("reaches a message of before that was edited since", () => {
    const { world, mod, bob, carol } = moderatedRoom();
    bob.send("harmless");
    bob.send("harmless too");
    world.pass(2 * HOUR);
    bob.send("/edit #2 buy this");
    mod.send("/purge bob 1h");
    expect(textsOf(carol)).toEqual(["harmless too"]);
    expect(stored(world)).not.toContain("buy");
  });

  test("reaches what was said before the clock was set back", () => {
    const { world, mod, bob, carol } = moderatedRoom();
    bob.send("by a late clock");
    world.setClockBack(2 * HOUR);
    bob.send("/edit #2 buy this");
    mod.send("/purge bob 1m");
    expect(textsOf(carol)).toEqual([]);
    expect(stored(world)).not.toContain("buy this");
  });

  test("of a user who has left goes by name, and so does the ban after it", () => {
    const { world, mod, bob } = moderatedRoom();
    bob.send("buy this");
    bob.close(1000);
    world.pass(60_000);
    mod.send("/purge bob 1h");
    mod.send("/ban bob");
    expect(errorsOf(mod)).toEqual([]);
    expect(mod.last("moderated")).toMatchObject({ action: "ban" });
  });

  test("is for nobody of the same or a higher role, nor for users without one", () => {
    const { world, owner, mod, bob, carol } = moderatedRoom();
    for (const peer of [owner, mod, bob]) peer.send("words");
    mod.send("/purge alice 1h");
    mod.send("/purge mia 1h");
    carol.send("/purge bob 1h");
    mod.send("/purge bob");
    mod.send({ type: "moderate", action: "purge", username: "bob", for: 0 });
    expect(errorsOf(mod)).toEqual([
      ...["forbidden", "forbidden", "bad_request", "bad_request"],
    ]);
    expect(errorsOf(carol)).toEqual(["forbidden"]);
    expect(textsOf(carol)).toHaveLength(3);
    owner.send("/purge mia 1h");
    expect(textsOf(carol)).toHaveLength(2);
    expect(stored(world)).not.toContain('"text":"words","at":0');
  });

  test("of a bot's texts takes them not", () => {
    const { world, mod, bob, carol } = moderatedRoom();
    bob.send("words");
    world.askRoom("lobby", {
      ...{ type: "publish", identity: "b".repeat(43) },
      ...{ username: "bot:b", text: "rain" },
    });
    mod.send("/purge bob 1h");
    mod.send("/purge b 1h");
    expect(errorsOf(mod)).toEqual(["no_such_user"]);
    expect(textsOf(carol)).toEqual(["rain"]);
  });
});

describe("a purge of many messages", () => {
  const COUNT = 1200;
  /** Bob and carol have talked for long; then bob is purged. */
  function longTalk() {
    const room = moderatedRoom(FAST);
    const { bob, carol, mod } = room;
    for (let i = 0; i < COUNT; i++)
      (i % 10 === 0 ? carol : bob).send(
        i % 10 === 0 ? `kind ${i}` : `bad ${i}`,
      );
    room.world.pass(1000);
    bob.send("/edit #1100 bad edit");
    for (const peer of [bob, carol, mod]) peer.take();
    return room;
  }
  const isDone = (world: World) => !/"bad /.test(stored(world));

  test("shows none of them from the first event on, and goes on in small steps", () => {
    const { world, mod, carol } = longTalk();
    const { database } = world.room("lobby");
    const before = database.written;
    mod.send("/purge bob 1d");
    // 64 rows of the log, and a few others.
    expect(database.written - before).toBeLessThan(80);
    expect(isDone(world)).toBe(false);
    expect(textsOf(carol)).toHaveLength(COUNT / 10);
    carol.send({ type: "history", fold: true, limit: 200 });
    expect(JSON.stringify(carol.take())).not.toContain("bad ");
    const again = join(world, "lobby", "erin", { history: 200 });
    expect(JSON.stringify(again.take())).not.toContain("bad ");
    const page = world.askRoom("lobby", { type: "messages", limit: 200 });
    expect(JSON.stringify(page)).not.toContain("bad ");
    carol.send("/edit #1099 bad news");
    carol.send("/reply #1099 what?");
    expect(errorsOf(carol)).toEqual(["gone", "gone"]);
    world.pass(1000);
    expect(isDone(world)).toBe(true);
    expect(
      textsOf(carol).filter((text) => text.startsWith("kind")),
    ).toHaveLength(COUNT / 10);
    expect(database.tables.purge).toEqual([]);
  });

  test.for(["crash", "kill"] as const)("ends after a %s", (fault) => {
    const { world, mod } = longTalk();
    mod.send("/purge bob 1d");
    const lobby = world.room("lobby");
    if (fault === "crash") world.crash(lobby);
    else world.kill(lobby);
    const carol = join(world, "lobby", "carol", { history: 200 });
    expect(JSON.stringify(carol.take())).not.toContain("bad ");
    world.pass(1000);
    expect(isDone(world)).toBe(true);
  });

  test("ends by the alarm where nobody comes", () => {
    const { world, owner, mod, bob, carol } = longTalk();
    mod.send("/purge bob 1d");
    const lobby = world.room("lobby");
    for (const peer of [owner, mod, bob, carol]) peer.vanish();
    lobby.core = null;
    lobby.peers.clear();
    lobby.timer = null;
    world.advance(61_000);
    expect(isDone(world)).toBe(true);
  });

  test("keeps the messages of an older log out, once it is imported", () => {
    const { world, mod, carol } = longTalk();
    const epoch = join(world, "lobby", "dora").last("welcome").epoch;
    const lines = eventsOf(carol).map((event) => JSON.stringify(event));
    mod.send("/purge bob 1d");
    const step = (body: object) =>
      world.askRoom("lobby", {
        ...{ type: "import-log", id: "i", epoch },
        step: body,
      } as Parameters<World["askRoom"]>[1]);
    step({ kind: "begin", first: 1, lines });
    expect(step({ kind: "end" })).toMatchObject({ type: "info" });
    expect(textsOf(carol)).toHaveLength(COUNT / 10);
    expect(isDone(world)).toBe(true);
  });

  test("does not reach an app that has waited for them", () => {
    let app: AppStub | undefined;
    const later: string[] = [];
    let isSlow = false;
    // Each message is flushed for itself, so that rows are small.
    const settings = { ...FAST, FLUSH_CEILING_MS: 0 };
    const { world, mod, bob, carol } = moderatedRoom(settings, (one) => {
      app = new AppStub(one, [], ({ lines }) => {
        if (isSlow) later.push(lines.join("\n"));
        return isSlow ? "later" : { type: "done" };
      });
      return one.hooks;
    });
    // More rows than one event looks through.
    for (let i = 0; i < 2200; i++) carol.send("a text that takes some bytes");
    world.pass(1000);
    isSlow = true;
    bob.send("bad now");
    world.settle();
    bob.send("bad later");
    world.settle();
    mod.send("/purge bob 1d");
    later.length = 0;
    app?.openBatches.shift()?.({ type: "done" });
    world.settle();
    expect(later).toHaveLength(1);
    expect(later[0]).toContain('"action":"purge"');
    expect(later[0]).not.toContain("bad later");
  });

  test("of two users goes on for both", () => {
    const { world, mod } = longTalk();
    mod.send("/purge bob 1d");
    mod.send("/purge carol 1d");
    mod.send("/purge bob 1d");
    world.pass(2000);
    const text = stored(world);
    expect(text).not.toMatch(/"(bad|kind) /);
    const erased = (text.match(/"type\\":\\"erased/g) ?? []).length;
    expect(erased).toBe(COUNT);
    const rows = world.room("lobby").database.tables.erasure as {
      bits: string;
    }[];
    const bits = rows.reduce(
      (sum, row) =>
        sum + BigInt(`0x${row.bits}`).toString(2).replaceAll("0", "").length,
      0,
    );
    expect(bits).toBe(COUNT);
  });
});

test("an app that fails gets the events again without the texts", () => {
  const batches: string[] = [];
  let isFailing = false;
  const { world, mod, bob, carol } = moderatedRoom({}, (one) => {
    new AppStub(one, [], ({ lines }) => {
      batches.push(lines.join("\n"));
      return isFailing
        ? { type: "refused", code: "internal" }
        : { type: "done" };
    });
    return one.hooks;
  });
  world.settle();
  isFailing = true;
  bob.send("buy this");
  carol.send("hello");
  world.settle();
  expect(batches.join()).toContain("buy this");
  mod.send("/purge bob 1h");
  [batches.length, isFailing] = [0, false];
  world.pass(60_000);
  expect(batches.join()).toContain("hello");
  expect(batches.join()).toContain('"type":"erased"');
  expect(batches.join()).not.toContain("buy this");
});

test("a room without a purge has no row and no table for it", () => {
  const { world, bob } = moderatedRoom();
  bob.send("hello");
  expect(world.room("lobby").database.tables).not.toHaveProperty("purge");
});
