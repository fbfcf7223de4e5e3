// User erasure tests: nothing of a user who was erased is left in any table, also after crashes, and what others wrote stays.
import { describe, expect, test } from "vitest";
import { ERASURES } from "../../src/core/shared/erase-requests.ts";
import {
  askErasures,
  erasureState,
  playVictim,
  tracesOf,
  USER,
  VICTIM,
} from "./support/erasing.ts";
import { errorsOf, moderatedRoom } from "./support/moderated-room.ts";
import type { ObjectHost } from "./support/object-host.ts";
import type { Peer } from "./support/peer.ts";
import { join, joinAll, startJoin, userOf } from "./support/people.ts";
import { seededRandom } from "./support/random.ts";
import { storedEvents } from "./support/secret-text.ts";
import { World } from "./support/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KEY = "zelda";

/** Erases Zelda. @param key of her name, if it is known */
function erase(world: World, key?: string) {
  return askErasures(world, {
    ...{ type: "start-erasure", user: USER },
    ...(key !== undefined && { key }),
  });
}

describe("a user who is erased", () => {
  test("is in no table of any object, and what others wrote stays", () => {
    const { world, bob, carol } = playVictim();
    expect(tracesOf(world).length).toBeGreaterThan(20);
    const phone = join(world, "hall", VICTIM);
    bob.take();
    expect(erase(world, KEY)).toMatchObject({
      type: "erasure",
      state: "running",
    });
    world.pass(2 * MINUTE);
    expect(erasureState(world)).toMatchObject({
      ...{ state: "done", unansweredRooms: 0, unansweredNames: 0, rooms: 4 },
    });
    expect(tracesOf(world)).toEqual([]);
    expect(phone.closed).toBe("erased");
    const events = storedEvents(world, "lobby");
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    const texts = events.flatMap((one) => ("text" in one ? one.text : []));
    expect(texts).toEqual(["hi", "hi", "a message", "a reply", "a root", ""]);
    // Clients have the old lines: they are told to read the room anew.
    expect(bob.all("reset")).toHaveLength(1);
    carol.send({ type: "history", limit: 50, fold: true });
    const page = JSON.stringify(carol.last("history"));
    expect(page).not.toContain(USER);
    expect(page).toContain("🎉");
    expect(page).not.toContain("👍");
  });

  test("is found by the rooms, where no name is known", () => {
    const { world } = playVictim();
    const phone = join(world, "hall", VICTIM);
    erase(world);
    world.pass(2 * MINUTE);
    // Her claim ended when rooms had been visited: all are visited again.
    expect(erasureState(world)).toMatchObject({ state: "done", rooms: 4 });
    expect(tracesOf(world)).toEqual([]);
    expect(phone.closed).toBe("erased");
  });

  test("is erased all the same where objects are killed meanwhile", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { world } = playVictim();
      const bits = seededRandom(seed);
      erase(world, seed % 2 === 0 ? KEY : undefined);
      for (let kills = 0; kills < 10; kills++) {
        for (let steps = bits() % 40; steps > 0; steps--) {
          const { pendingCalls } = world;
          const next = pendingCalls[bits() % (pendingCalls.length || 1)];
          if (next === undefined) world.advance(bits() % 2000);
          else world.deliver(next);
        }
        const hosts = world.hosts.filter(
          ({ address: { name } }) => !name.startsWith("rooms:"),
        );
        const host = hosts[bits() % hosts.length];
        const isService = bits() % 3 === 0;
        world.crash(isService ? world.service(ERASURES) : (host as ObjectHost));
      }
      world.pass(10 * MINUTE);
      expect(erasureState(world).state, `seed ${seed}`).toBe("done");
      expect(tracesOf(world), `seed ${seed}`).toEqual([]);
    }
  });

  test("of a long log is read by nobody while the rows are rewritten", () => {
    const { world, carol } = playVictim({ ROOM_HISTORY: 20_000 });
    const word = "xyzzy ".repeat(40);
    const hall = join(world, "hall", VICTIM);
    for (let i = 0; i < 3000; i++) {
      hall.send(word);
      if (i % 100 === 99) world.pass(1000);
    }
    const reader = join(world, "hall", "carol");
    hall.close(1000);
    const op = { type: "erase-in-room", user: USER } as const;
    expect(world.askRoom("hall", op)).toMatchObject({ isDone: false });
    reader.send({ type: "history", limit: 200 });
    expect(JSON.stringify(reader.last("history"))).not.toContain("xyzzy");
    const page = world.askRoom("hall", { type: "messages", limit: 200 });
    expect(JSON.stringify(page)).not.toMatch(/xyzzy|Zelda/);
    erase(world, KEY);
    world.crash(world.room("hall"));
    world.pass(5 * MINUTE);
    expect(erasureState(world).state).toBe("done");
    expect(tracesOf(world)).toEqual([]);
    carol.close(1000);
  });

  test("stays banned, and comes back as somebody new once that is lifted", () => {
    const { world, alice } = playVictim();
    erase(world, KEY);
    world.pass(2 * MINUTE);
    const refused = startJoin(world, "lobby", VICTIM);
    world.settle();
    expect(errorsOf(refused)).toEqual(["banned"]);
    alice.send(
      JSON.stringify({
        ...{ type: "moderate", action: "unban", user: USER },
      }),
    );
    world.settle();
    expect(errorsOf(alice)).toEqual([]);
    const again = join(world, "lobby", VICTIM);
    expect(again.last("welcome")).not.toHaveProperty("registered");
    again.send({ type: "message", text: "new", id: "a1" });
    world.pass(1000);
    const last = storedEvents(world, "lobby").at(-1);
    expect(last).toMatchObject({ type: "message", text: "new", user: USER });
  });

  test("leaves a record that names nobody, and only for 30 days", () => {
    const { world } = playVictim();
    erase(world, KEY);
    world.pass(2 * MINUTE);
    const { ended } = erasureState(world);
    expect(erase(world)).toMatchObject({ state: "running" });
    world.pass(2 * MINUTE);
    expect(erasureState(world).ended).toBeGreaterThan(ended ?? Infinity);
    world.pass(31 * DAY);
    expect(
      askErasures(world, { type: "read-erasure", user: USER }),
    ).toMatchObject({ type: "refused" });
    const listed = askErasures(world, { type: "erased-users", after: "" });
    expect(listed).toMatchObject({ users: [{}], more: false });
    expect(tracesOf(world)).toEqual([]);
  });

  test("is not erased in a room that never answers, as the operator is told", () => {
    const { world } = playVictim();
    world.room("hall").overloadedUntil = Infinity;
    erase(world, KEY);
    world.pass(5 * MINUTE);
    expect(erasureState(world)).toMatchObject({
      ...{ state: "running", unanswered: ["hall"], unansweredRooms: 1 },
    });
    world.pass(8 * DAY);
    const gaveUp = { state: "incomplete", unanswered: ["hall"] };
    expect(erasureState(world)).toMatchObject(gaveUp);
    const rooms = tracesOf(world).map((trace) => trace.split(":")[0]);
    expect([...new Set(rooms)]).toEqual(["room hall"]);
    world.room("hall").overloadedUntil = 0;
    erase(world);
    world.pass(5 * MINUTE);
    expect(erasureState(world).state).toBe("done");
    expect(tracesOf(world)).toEqual([]);
  });
});

test("a room that has nothing of a user stores nothing for the erasure", () => {
  const world = new World();
  join(world, "lobby", "alice").send("hello");
  world.settle();
  const { database } = world.room("lobby");
  const before = JSON.stringify(database.tables);
  const op = { type: "erase-in-room", user: USER } as const;
  expect(world.askRoom("lobby", op)).toEqual({
    ...{ type: "erased-in-room", isDone: true, keys: [], addressees: [] },
  });
  expect(JSON.stringify(database.tables)).toBe(before);
});

test("a user who is back before the room has heard that its find is stored is erased again", () => {
  const world = new World();
  const op = { type: "erase-in-room", user: USER } as const;
  const say = (as: string, text: string) => {
    const victim = join(world, "lobby", as, { as: VICTIM });
    victim.send(text);
    world.pass(1000);
  };
  say(VICTIM, "xyzzy");
  expect(world.askRoom("lobby", op)).toMatchObject({ keys: ["zelda"] });
  say("Yvonne", "xyzzy");
  const found = { isDone: true, isOpen: true, keys: ["zelda", "yvonne"] };
  expect(world.askRoom("lobby", op)).toMatchObject(found);
  world.askRoom("lobby", { ...op, isConfirmed: true });
  const stored = JSON.stringify(world.room("lobby").database.tables);
  expect(stored).not.toMatch(/xyzzy|yvonne|zelda/i);
});

test("a user is taken out of the reactions of many", () => {
  const world = new World();
  const author = join(world, "lobby", "author");
  author.send("vote");
  const react = JSON.stringify({
    ...{ type: "react", of: 1, emoji: "👍", on: true },
  });
  for (let i = 0; i < 60; i++) join(world, "lobby", `voter${i}`).send(react);
  join(world, "lobby", VICTIM).send(react);
  world.pass(5000);
  const { database } = world.room("lobby");
  expect(JSON.stringify(database.tables.reactors)).toContain(USER);
  const op = { type: "erase-in-room", user: USER } as const;
  world.askRoom("lobby", op);
  world.pass(1000);
  world.askRoom("lobby", { ...op, isConfirmed: true });
  expect(JSON.stringify(database.tables)).not.toContain(USER);
  author.send({ type: "history", limit: 1, before: 2, fold: true });
  expect(JSON.stringify(author.last("history"))).toContain('"count":60');
});

test("a network ban forgets a guest who was known, and holds for the banned one", () => {
  const { world, mod } = moderatedRoom();
  const query = { network: "far" };
  const eve = join(world, "lobby", "eve", { query });
  const guest = join(world, "lobby", VICTIM, { query });
  mod.send("/ban eve 1h");
  const rows = () => JSON.stringify(world.room("lobby").database.tables);
  expect(rows()).toContain(USER);
  for (const user of [USER, userOf("eve")]) {
    world.askRoom("lobby", { type: "erase-in-room", user });
    world.pass(1000);
    world.askRoom("lobby", { type: "erase-in-room", user, isConfirmed: true });
    expect(rows()).not.toContain(user);
  }
  expect([eve.closed, guest.closed]).toEqual(["banned", "erased"]);
  world.crash(world.room("lobby"));
  const refused = startJoin(world, "lobby", "mallory", { query });
  world.settle();
  expect(errorsOf(refused)).toEqual(["banned"]);
});

test("letters are erased where the mailbox has dropped the user's own copies", () => {
  const world = new World({ MAILBOX_MESSAGES: 2 });
  const { dora } = joinAll(world, "lobby", "carol", "dora");
  const victim = join(world, "lobby", VICTIM);
  const write = (from: Peer, to: string, text: string) => {
    from.send(JSON.stringify({ type: "private", to, text }));
    world.pass(6000);
  };
  write(victim, "carol", "xyzzy");
  for (const text of ["one", "two", "three"]) write(dora, VICTIM, text);
  const tables = (name: string) => world.directory(name).database.tables;
  expect(JSON.stringify(tables(VICTIM).copied)).toContain("carol");
  expect(JSON.stringify(tables(VICTIM).mail)).not.toContain("carol");
  expect(JSON.stringify(tables("carol").mail)).toContain("xyzzy");
  erase(world, KEY);
  world.pass(2 * MINUTE);
  expect(tracesOf(world)).toEqual([]);
});

test("letters to a later holder of the name keep their addressee while an erasure asks again", () => {
  const world = new World();
  const { bob, carol } = joinAll(world, "lobby", "bob", "carol");
  const victim = join(world, "lobby", VICTIM);
  const write = (from: Peer, to: string, text: string) => {
    from.send(JSON.stringify({ type: "private", to, text }));
    world.pass(6000);
  };
  for (const one of [bob, carol]) write(one, VICTIM, "to the first");
  write(victim, "carol", "hello");
  // Carol's directory answers nobody until tomorrow.
  const box = world.directory("carol");
  box.overloadedUntil = world.now + DAY;
  erase(world, KEY);
  world.pass(2 * MINUTE);
  expect(erasureState(world)).toMatchObject({ unansweredNames: 1 });
  join(world, "den", VICTIM, { as: "another zelda" });
  for (const one of [bob, carol]) write(one, VICTIM, "to the second");
  world.pass(6 * HOUR);
  world.crash(world.service(ERASURES));
  // The copies come before the service asks again.
  box.overloadedUntil = 0;
  while (!JSON.stringify(box.database.tables.mail).includes("the second"))
    world.pass(1000);
  expect(erasureState(world).state).toBe("running");
  world.pass(2 * HOUR);
  expect(erasureState(world).state).toBe("done");
  const sent = (name: string) =>
    join(world, "den", name, { mailSince: 0 })
      .all("private")
      .map(({ to, text }) => `${to}: ${text}`);
  for (const name of ["bob", "carol"])
    expect(sent(name)).toEqual([
      "erased: to the first",
      "Zelda: to the second",
    ]);
});

test("a name whose newest mail was erased gives its number to no other mail", () => {
  const world = new World();
  const { bob } = joinAll(world, "lobby", "bob", "carol");
  const victim = join(world, "lobby", VICTIM);
  victim.send("@carol psst");
  world.pass(1000);
  const carol = world.directory("carol");
  const op = { type: "erase-letters", user: USER, keys: [KEY] } as const;
  carol.ask([op], () => undefined);
  world.crash(carol);
  world.pass(MINUTE);
  bob.send(JSON.stringify({ type: "private", to: "carol", text: "hi" }));
  world.pass(1000);
  const phone = join(world, "den", "carol", { mailSince: 0 });
  expect(phone.all("private")).toMatchObject([{ text: "hi", mail: 2 }]);
});

test("a name whose newest mention was erased gives its number to no other mail", () => {
  const world = new World();
  const { bob } = joinAll(world, "lobby", "bob", "carol");
  const victim = join(world, "lobby", VICTIM);
  const dora = join(world, "den", "dora");
  dora.send({ type: "leave" });
  dora.close(1000);
  world.pass(1000);
  victim.send({ type: "message", text: "hi @dora" });
  world.settle();
  const directory = world.directory("dora");
  const op = { type: "erase-letters", user: USER, keys: [KEY] } as const;
  directory.ask([op], () => undefined);
  world.pass(1000);
  world.crash(directory);
  bob.send({ type: "message", text: "hi @dora" });
  world.pass(1000);
  const phone = join(world, "den", "dora", { mailSince: 0 });
  expect(phone.all("mention")).toMatchObject([{ username: "bob", mail: 2 }]);
});
