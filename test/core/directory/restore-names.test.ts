// Restore tests: names that go back to a backup keep their mail, and each copy that was owed arrives once.
import { describe, expect, test } from "vitest";
import { moveClaims } from "../../../src/core/directory/restore-names.ts";
import type { PrivateMessage } from "../../../src/protocol/client-frames.ts";
import { backUp, restore } from "../support/backup.ts";
import { Database } from "../support/database.ts";
import type { Peer } from "../support/peer.ts";
import { join, joinAll, sendPrivateToBob } from "../support/people.ts";
import { World } from "../support/world.ts";

const MINUTE = 60_000;

/** All mail of a name, as a new device gets it. */
function mailOf(world: World, name: string): string[] {
  const device = join(world, "attic", name, { mailSince: 0 });
  world.pass(MINUTE);
  return textsOf(device);
}

function textsOf(peer: Peer): string[] {
  return peer.all("private").map(({ text }: PrivateMessage) => text);
}

/** Alice and bob, in a world whose calls of this type are lost from now on. */
function people(lost: "copy" | null = null, settings = {}) {
  const day = { RATE_PER_SECOND: 0, GUEST_CLAIM_SECONDS: 86_400 };
  const world = new World({ ...day, ...settings });
  const both = joinAll(world, "lobby", "alice", "bob");
  const send = (text: string) => {
    both.alice.send(`@bob ${text}`);
    world.settle(({ ops }) => ops[0]?.type === lost);
  };
  return { world, ...both, send };
}

describe("names that go back to a backup", () => {
  test("have the mail of the backup, once, on both sides", () => {
    const { world, send } = people();
    send("one");
    send("two");
    world.pass(MINUTE);
    const backup = backUp(world);
    send("lost");
    restore(world, backup);
    for (const name of ["alice", "bob"])
      expect(mailOf(world, name)).toEqual(["one", "two"]);
  });

  test("are held since the same time, however often they go back", () => {
    const { world } = people();
    const since = () => {
      let replies: readonly unknown[] | null = null;
      world.directory("alice").ask([{ type: "find-holder" }], (answers) => {
        replies = answers;
      });
      return Object(replies?.[0]).since;
    };
    const before = since();
    expect(before).toBeLessThanOrEqual(world.now);
    for (const byMs of [5000, 7]) restore(world, backUp(world), null, byMs);
    expect(since()).toBe(before);
    // A claim that begins later has a time of its own.
    join(world, "lobby", "alice").close(1000);
    world.pass(2 * 86_400_000);
    const begun = world.now;
    join(world, "lobby", "alice");
    expect(since()).toBe(begun);
  });

  test("have read as far as before, also what they find in other rooms", () => {
    const { world, alice } = people();
    alice.send("one");
    alice.send("two");
    world.settle();
    const bob = join(world, "lobby", "bob");
    bob.send({ type: "read", seq: 1 });
    world.settle();
    bob.send("/leave");
    world.pass(MINUTE);
    restore(world, backUp(world));
    const { epoch } = join(world, "lobby", "alice").last("welcome");
    const kitchen = join(world, "kitchen", "bob");
    kitchen.send({ type: "rooms" });
    world.settle();
    const lobby = { room: "lobby", epoch, seq: 2, read: 1, unread: 1 };
    expect(kitchen.last("rooms").rooms).toContainEqual(
      expect.objectContaining(lobby),
    );
    const { read } = join(world, "lobby", "bob").last("welcome");
    expect(read).toBe(1);
  });

  test("get the copies that were owed at the backup, once", () => {
    const { world, send } = people("copy");
    send("one");
    send("two");
    restore(world, backUp(world));
    world.pass(10 * MINUTE);
    for (const name of ["bob", "alice"])
      expect(mailOf(world, name)).toEqual(["one", "two"]);
  });

  test("get no copy twice whose arrival was not noted at the backup", () => {
    const { world, send } = people("copy");
    send("one");
    // It arrives, and its answer is lost.
    world.deliver(world.pendingCall("copy"));
    restore(world, backUp(world));
    world.pass(10 * MINUTE);
    for (const name of ["bob", "alice"])
      expect(mailOf(world, name)).toEqual(["one"]);
  });

  test("get no copy again that their mailbox has dropped", () => {
    const { world, alice } = people(null, { MAILBOX_MESSAGES: 2 });
    join(world, "lobby", "carol");
    for (const text of ["@bob one", "@bob two", "@carol three"]) {
      alice.send(text);
      world.pass(MINUTE);
    }
    // A backup may come before a name has noted that its copies have arrived.
    world.directory("bob").database.exec("UPDATE claim SET copied = 0");
    restore(world, backUp(world));
    expect(mailOf(world, "bob")).toEqual(["one", "two"]);
    expect(mailOf(world, "alice")).toEqual(["two", "three"]);
  });

  test("tell new mail from other mail that had its number", () => {
    const { world, alice, bob } = people();
    sendPrivateToBob(world, alice, "one");
    const backup = backUp(world);
    sendPrivateToBob(world, alice, "lost");
    const [, { mail } = { mail: 0 }] = bob.all("private");
    const { mailEpoch = 0 } = join(world, "hall", "bob").last("welcome");
    for (const byMs of [1, 2]) {
      restore(world, backup, null, byMs);
      const again = join(world, "lobby", "alice");
      join(world, "lobby", "bob");
      sendPrivateToBob(world, again, `two ${byMs}`);
      const back = join(world, "attic", "bob", { mailSince: mail, mailEpoch });
      expect(textsOf(back)).toEqual(["one", `two ${byMs}`]);
      expect(back.last("welcome").mailEpoch).toBe(mailEpoch + byMs);
    }
  });

  test("know a private message that is sent again", () => {
    const { world, alice } = people();
    const frame = {
      type: "private",
      to: "bob",
      text: "one",
      id: "a1",
    } as const;
    alice.send(frame);
    world.settle();
    restore(world, backUp(world));
    const again = join(world, "lobby", "alice");
    join(world, "lobby", "bob");
    again.send(frame);
    world.settle();
    expect(again.last("ack")).toMatchObject({ duplicate: true });
    expect(mailOf(world, "bob")).toEqual(["one"]);
  });
});

test("marks of copies whose epochs follow each other are moved together", () => {
  const database = new Database();
  database.exec(
    "CREATE TABLE copied (key TEXT, source TEXT, epoch INTEGER, mail INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (key, source, epoch)) WITHOUT ROWID",
  );
  for (const epoch of [1, 2, 3])
    database.exec("INSERT INTO copied VALUES ('a', 'b', ?, 1, 1)", epoch);
  moveClaims(database, 1);
  expect(database.tables.copied).toMatchObject([
    ...[{ epoch: 2 }, { epoch: 3 }, { epoch: 4 }],
  ]);
});
