// Erased mention tests: a user who was erased is in no list of mentions, though the messages had lost their texts before.
import { describe, expect, test } from "vitest";
import { ERASURES } from "../../src/core/shared/erase-requests.ts";
import { nameRegistryName } from "../../src/core/shared/registry-requests.ts";
import { nameKey } from "../../src/protocol/name-key.ts";
import type { Settings } from "../../src/protocol/settings.ts";
import {
  askErasures,
  erasureState,
  tracesOf,
  USER,
  VICTIM,
} from "./support/erasing.ts";
import type { ObjectHost } from "./support/object-host.ts";
import type { Peer } from "./support/peer.ts";
import { join } from "./support/people.ts";
import { seededRandom } from "./support/random.ts";
import { World } from "./support/world.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How the text of a message goes. */
const WAYS = {
  deleted: (victim: Peer) => {
    victim.send({ type: "delete", of: seqOf(victim) });
  },
  "edited away": (victim: Peer) => {
    victim.send({ type: "edit", of: seqOf(victim), text: "hi" });
  },
  "dropped by age": (_: Peer, world: World) => world.pass(2 * DAY),
  "dropped by the limit of messages": (_: Peer, world: World) => {
    const alice = join(world, "lobby", "alice");
    for (let i = 0; i < 300; i++) {
      alice.send(`noise ${i} ${"long ".repeat(100)}`);
      world.pass(10);
    }
  },
} as const;
type Way = keyof typeof WAYS;

function seqOf(victim: Peer): number {
  const ack = victim.all("ack").at(-1);
  return ack !== undefined && "seq" in ack ? (ack.seq ?? 0) : 0;
}

function registered(world: World, room: string, name: string): Peer {
  const peer = join(world, room, name);
  peer.send("/register");
  world.settle();
  return peer;
}

/** Zelda mentions Dora, who is elsewhere, and then the message loses its text. */
function mentioned(way: Way, settings: Partial<Settings> = {}): World {
  const world = new World({
    ...{ RATE_PER_SECOND: 0, ROOM_DAYS: 1, ROOM_HISTORY: 50, ...settings },
  });
  const dora = registered(world, "den", "dora");
  dora.send({ type: "leave" });
  dora.close(1000);
  const bob = join(world, "lobby", "bob");
  const victim = registered(world, "lobby", VICTIM);
  bob.send("hi @dora");
  victim.send({ type: "message", text: "hi @dora", id: "a1" });
  world.pass(1000);
  WAYS[way](victim, world);
  world.pass(1000);
  const gone = { deleted: "erased", "edited away": "edited" }[way as "deleted"];
  const rows = JSON.stringify(world.room("lobby").database.tables.log);
  expect(rows.includes(USER), way).toBe(gone !== undefined);
  expect(mentionsOf(world)).toContain(USER);
  return world;
}

function mentionsOf(world: World): string {
  return JSON.stringify(world.directory("dora").database.tables.mention);
}

function erase(world: World, key?: string) {
  return askErasures(world, {
    ...{ type: "start-erasure", user: USER },
    ...(key !== undefined && { key }),
  });
}

describe("a user who is erased is in no mention, where the message", () => {
  test.each(Object.keys(WAYS) as Way[])("was %s before", (way) => {
    const world = mentioned(way);
    erase(world, "zelda");
    world.pass(2 * MINUTE);
    expect(erasureState(world)).toMatchObject({
      ...{ state: "done", unansweredNames: 0, names: 1 },
    });
    expect(tracesOf(world)).toEqual([]);
    expect(mentionsOf(world)).toContain('"bob"');
  });

  test("was deleted before, though objects are killed meanwhile", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const world = mentioned(seed % 2 === 0 ? "deleted" : "edited away");
      const bits = seededRandom(seed);
      erase(world, seed % 3 === 0 ? undefined : "zelda");
      for (let kills = 0; kills < 10; kills++) {
        for (let steps = bits() % 200; steps > 0; steps--) {
          const { pendingCalls } = world;
          const next = pendingCalls[bits() % (pendingCalls.length || 1)];
          if (next === undefined) world.advance(bits() % 500);
          else world.deliver(next);
        }
        const hosts = world.hosts.filter(
          ({ address: { name } }) => !/^(rooms|names):/.test(name),
        );
        const host = hosts[bits() % hosts.length];
        const isService = bits() % 2 === 0;
        world.crash(isService ? world.service(ERASURES) : (host as ObjectHost));
      }
      world.pass(10 * MINUTE);
      expect(erasureState(world).state, `seed ${seed}`).toBe("done");
      expect(tracesOf(world), `seed ${seed}`).toEqual([]);
    }
  });
});

test("a name that does not answer is asked again, and the operator is told", () => {
  const world = mentioned("deleted");
  world.directory("dora").overloadedUntil = Infinity;
  erase(world, "zelda");
  world.pass(5 * MINUTE);
  expect(erasureState(world)).toMatchObject({
    ...{ state: "running", unansweredRooms: 0, unansweredNames: 1 },
  });
  world.directory("dora").overloadedUntil = 0;
  world.pass(60 * MINUTE);
  expect(erasureState(world)).toMatchObject({
    ...{ state: "done", unansweredNames: 0 },
  });
  expect(tracesOf(world)).toEqual([]);
  // One that never answers is given up.
  world.directory("dora").overloadedUntil = Infinity;
  erase(world);
  world.pass(8 * DAY);
  expect(erasureState(world)).toMatchObject({
    ...{ state: "incomplete", unansweredNames: 1 },
  });
});

test("a guest's mentions of an erased user end with the guest's claim", () => {
  const world = mentioned("edited away");
  const guest = join(world, "den", "gaston");
  const again = join(world, "lobby", VICTIM);
  again.send({ type: "message", text: "hi @gaston", id: "a2" });
  world.pass(1000);
  again.send({ type: "delete", of: seqOf(again) });
  world.pass(1000);
  erase(world, "zelda");
  world.pass(2 * MINUTE);
  expect(erasureState(world).state).toBe("done");
  expect(new Set(tracesOf(world).map((trace) => trace.split(":")[0]))).toEqual(
    new Set(["directory gaston"]),
  );
  guest.close(1000);
  world.pass(2 * MINUTE);
  expect(tracesOf(world)).toEqual([]);
});

test("the holder of a name that the user once had keeps the letters to it", () => {
  const world = new World({ RATE_PER_SECOND: 0, NAME_REST_DAYS: 0 });
  const victim = join(world, "lobby", "maurice", { as: VICTIM });
  victim.send("a message");
  victim.close(1000);
  world.pass(2 * MINUTE);
  registered(world, "lobby", "maurice");
  const carol = registered(world, "lobby", "carol");
  carol.send("@maurice a letter");
  world.pass(10_000);
  const box = world.directory("carol");
  box.overloadedUntil = Infinity;
  erase(world);
  world.pass(5 * MINUTE);
  expect(erasureState(world)).toMatchObject({ unansweredNames: 1 });
  box.overloadedUntil = 0;
  world.pass(60 * MINUTE);
  expect(erasureState(world)).toMatchObject({ state: "done" });
  expect(JSON.stringify(box.database.tables.mail)).toContain("maurice");
  erase(world);
  world.pass(2 * MINUTE);
  expect(erasureState(world)).toMatchObject({ state: "done", names: 2 });
  expect(JSON.stringify(box.database.tables.mail)).toContain("maurice");
});

test("each of many names is asked once, and one that has nothing writes nothing", () => {
  const world = new World();
  const asked: string[] = [];
  world.onCall = ({ ops, to }) => {
    const [op] = ops;
    if (op?.type === "erase-letters")
      asked.push((to as ObjectHost).address.name);
  };
  const names = Array.from({ length: 500 }, (_, i) => `name${i}`);
  for (const [i, room] of names.entries())
    world
      .service(nameRegistryName(i < 300 ? 7 : i % 256))
      .ask([{ type: "enter-room", room }], () => undefined);
  const quiet = registered(world, "den", "dora");
  quiet.close(1000);
  world.pass(MINUTE);
  const { database } = world.directory("dora");
  const before = database.written;
  erase(world, "zelda");
  world.pass(2 * MINUTE);
  expect(erasureState(world)).toMatchObject({ state: "done", names: 501 });
  expect(asked.toSorted()).toEqual([...names, "dora"].map(nameKey).toSorted());
  expect(database.written).toBe(before);
  const [first] = names;
  expect(world.directory(`${first}`).database.tables).toEqual({});
});
