// Name dump tests: a name with its mail and blocks moves to another server once, and lasting names are in the registry.
import { describe, expect, test } from "vitest";
import type {
  Dump,
  TableDump,
} from "../../../src/core/shared/dump-requests.ts";
import {
  nameRegistryName,
  REGISTRY_SHARDS,
} from "../../../src/core/shared/registry-requests.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import type { ObjectHost } from "../support/object-host.ts";
import { identityOf, join, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

const DAY = 86_400_000;

function ask(host: ObjectHost, op: Op): Reply {
  let answer: Reply | undefined;
  host.ask([op], (replies) => {
    [answer] = replies ?? [];
  });
  if (answer === undefined) throw new Error("It did not answer.");
  return answer;
}

function dumpOf(world: World, name: string): Dump {
  const reply = ask(world.directory(name), { type: "dump" });
  if (reply.type !== "dump") throw new Error("The name gave no dump.");
  return reply;
}

function load(world: World, name: string, tables: TableDump, movedBy = 5) {
  return ask(world.directory(name), { type: "load-name", tables, movedBy });
}

/** Alice is registered, has mail from bob, and blocks carol. */
function aliceWithMail() {
  const world = new World({ RATE_PER_SECOND: 0 });
  const alice = join(world, "lobby", "alice");
  const bob = join(world, "lobby", "bob");
  const carol = join(world, "lobby", "carol");
  alice.send("/register");
  bob.send("/register");
  world.settle();
  bob.send("@alice one");
  world.settle();
  alice.send("@bob two");
  world.settle();
  alice.send(`/block ${carol.last("welcome").username}`);
  world.pass(60_000);
  return { world, alice };
}

function mailOf(world: World, name: string) {
  const device = join(world, "attic", name, { mailSince: 0 });
  world.pass(60_000);
  return device.all("private").map(({ text }) => text);
}

describe("a name that is brought to another server", () => {
  test("has its holder, mail and blocks there, once however often it is brought", () => {
    const { world, alice } = aliceWithMail();
    const names = ["alice", "bob"].map((name) => dumpOf(world, name));
    const other = new World({ RATE_PER_SECOND: 0 });
    for (let n = 0; n < 2; n++)
      for (const { username, tables } of names)
        expect(load(other, username ?? "", tables)).toEqual({ type: "done" });
    for (const name of ["alice", "bob"])
      expect(mailOf(other, name)).toEqual(["one", "two"]);
    const back = join(other, "lobby", "alice");
    expect(back.last("welcome")).toMatchObject({
      registered: expect.any(Number),
      user: userOf("alice"),
      mailEpoch: (alice.last("welcome").mailEpoch ?? 0) + 5,
    });
    back.send("/blocked");
    expect(JSON.stringify(back.inbox)).toContain("carol");
    // What came since stays, if it is brought again.
    join(other, "lobby", "bob").send("@alice three");
    other.settle();
    for (const { username, tables } of names)
      load(other, username ?? "", tables);
    expect(mailOf(other, "alice")).toEqual(["one", "two", "three"]);
  });

  test("is in the next backup of that server, though nobody has used it there", () => {
    const { world } = aliceWithMail();
    const { tables } = dumpOf(world, "alice");
    const other = new World();
    load(other, "alice", tables);
    other.settle();
    expect(listed(other)).toEqual(["alice"]);
    expect(dumpOf(other, "alice").tables.mail).toHaveLength(2);
  });

  test("is not taken from somebody who has it there", () => {
    const { world } = aliceWithMail();
    const { tables } = dumpOf(world, "alice");
    const other = new World();
    join(other, "lobby", "alice", { as: "eve" });
    expect(load(other, "alice", tables)).toMatchObject({
      ...{ type: "load-refused", why: "taken" },
      message: "Another user has the name here.",
    });
    expect(dumpOf(other, "alice").tables.claim).toMatchObject([
      { identity: identityOf("eve") },
    ]);
  });

  test("stays there as it is, if its holder has claimed it there before", () => {
    const { world } = aliceWithMail();
    const { tables } = dumpOf(world, "alice");
    const other = new World();
    join(other, "lobby", "alice");
    expect(load(other, "alice", tables)).toMatchObject({
      ...{ type: "load-refused", why: "taken" },
      message: "The user has another claim on the name here.",
    });
    expect(mailOf(other, "alice")).toEqual([]);
  });

  test("ends there when it would have ended", () => {
    const { world } = aliceWithMail();
    const { tables } = dumpOf(world, "alice");
    const other = new World({ NAME_DAYS: 2 });
    load(other, "alice", tables);
    other.pass(DAY);
    expect(dumpOf(other, "alice").username).toBe("alice");
    other.pass(1.5 * DAY);
    expect(dumpOf(other, "alice").username).toBe(null);
  });

  test("is refused if it is not of this release", () => {
    const { world } = aliceWithMail();
    const { tables } = dumpOf(world, "alice");
    const [claim = {}] = tables.claim ?? [];
    const wrong: TableDump[] = [
      {},
      { claim: [{ ...claim, rooms: "x" }] },
      { claim: [{ ...claim, standing: '{"secrets":7}' }] },
      { ...tables, mail: [{ mail: 1, letter: "{}", origin: "" }] },
      { ...tables, nonsense: [] },
      { ...tables, blocked: [{ user: "u", more: 1 }] },
    ];
    const other = new World();
    for (const one of wrong)
      expect(load(other, "alice", one)).toMatchObject({
        ...{ type: "load-refused", why: "unreadable" },
      });
    expect(dumpOf(other, "alice").username).toBe(null);
  });
});

/** The names in all parts of the registry. */
function listed(world: World): string[] {
  return Array.from({ length: REGISTRY_SHARDS }, (_, shard) => {
    const host = world.service(nameRegistryName(shard));
    const reply = ask(host, { type: "rooms", limit: 100 });
    return reply.type === "rooms" ? reply.rooms.map(({ room }) => room) : [];
  })
    .flat()
    .sort();
}

describe("the registry of names", () => {
  test("has the registered names, in their spelling, and no guests", () => {
    const world = new World();
    for (const name of ["Alice", "bob"]) {
      const peer = join(world, "lobby", name);
      if (name === "Alice") peer.send("/register");
      world.settle();
    }
    expect(listed(world)).toEqual(["Alice"]);
  });

  test("loses a name that ends, and finds it again when it is registered anew", () => {
    const world = new World({ NAME_DAYS: 1 });
    const alice = join(world, "lobby", "alice");
    alice.send("/register");
    world.settle();
    alice.close(1000);
    world.pass(2 * DAY);
    expect(listed(world)).toEqual([]);
    join(world, "lobby", "alice").send("/register");
    world.settle();
    expect(listed(world)).toEqual(["alice"]);
  });

  test("gets a name again that died before its answer came", () => {
    const world = new World();
    const alice = join(world, "lobby", "alice");
    alice.send("/register");
    world.settle(({ ops }) => ops[0]?.type === "enter-room");
    world.crash(world.directory("alice"));
    world.settle(({ ops }) => ops[0]?.type === "enter-room");
    expect(listed(world)).toEqual([]);
    join(world, "attic", "alice");
    world.settle();
    expect(listed(world)).toEqual(["alice"]);
  });
});
