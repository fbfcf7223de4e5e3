// Restore tests: users of a room that goes back to a backup get a gap and a new epoch, and no text that was deleted since.
import { describe, expect, test } from "vitest";
import {
  LedgerError,
  readLedger,
} from "../../../src/core/room/erasure-ledger.ts";
import { Log } from "../../../src/core/room/log.ts";
import { renewEpochs } from "../../../src/core/room/restore-rooms.ts";
import { backUp, ledgerOf, restore } from "../support/backup.ts";
import { Database } from "../support/database.ts";
import { moderatedRoom } from "../support/moderated-room.ts";
import { join, joinAll, userOf } from "../support/people.ts";
import { placesOf, storedEvents } from "../support/secret-text.ts";
import { World } from "../support/world.ts";

const FAST = { RATE_PER_SECOND: 0, ROOM_HISTORY: 20_000 };

/** What alice has said is in the backup up to "two". */
function backedUpRoom(world = new World(FAST)) {
  const { alice } = joinAll(world, "lobby", "alice");
  for (const text of ["one", "two"]) alice.send(text);
  const { epoch = "" } = join(world, "lobby", "bob").last("welcome");
  const backup = backUp(world);
  return { world, alice, epoch, backup };
}

function textsOf(world: World, room = "lobby") {
  return storedEvents(world, room).map((event) =>
    "text" in event ? event.text : event.type,
  );
}

describe("a room that goes back to a backup", () => {
  test("gives a gap to a user who has seen later events, also once others have their numbers", () => {
    const { world, alice, epoch, backup } = backedUpRoom();
    for (const text of ["lost", "lost too"]) alice.send(text);
    restore(world, backup);
    const again = join(world, "lobby", "alice");
    for (const text of ["three", "four", "five"]) again.send(text);
    const bob = join(world, "lobby", "bob", { since: 4, epoch });
    expect(bob.last("welcome")).toMatchObject({
      ...{ resumed: false, gap: true, seq: 5 },
    });
    const { messages } = bob.last("history");
    expect(messages).toMatchObject([
      ...[{ text: "one" }, { text: "two" }],
      ...[{ text: "three" }, { text: "four" }, { text: "five" }],
    ]);
  });

  test("has another epoch at each restore of the same backup", () => {
    const { world, epoch, backup } = backedUpRoom();
    const epochs = new Set([epoch]);
    for (let n = 0; n < 3; n++) {
      restore(world, backup);
      epochs.add(String(join(world, "lobby", "bob").last("welcome").epoch));
    }
    expect(epochs.size).toBe(4);
  });

  test("knows a message that is sent again, if the backup has it", () => {
    const world = new World(FAST);
    const { alice } = joinAll(world, "lobby", "alice");
    alice.send({ type: "message", text: "one", id: "a1" });
    const backup = backUp(world);
    alice.send({ type: "message", text: "two", id: "a2" });
    restore(world, backup);
    const again = join(world, "lobby", "alice");
    again.send({ type: "message", text: "one", id: "a1" });
    expect(again.last("ack")).toMatchObject({ seq: 1, duplicate: true });
    again.send({ type: "message", text: "two", id: "a2" });
    expect(again.last("ack")).toMatchObject({ seq: 2 });
    expect(textsOf(world)).toEqual(["one", "two"]);
  });

  test("keeps roles, bans, reactions, pins and reports", () => {
    const { world, mod, bob, carol } = moderatedRoom();
    bob.send("buy this");
    carol.send("hello");
    const [bad, good] = [2, 3];
    carol.send({ type: "report", of: bad, reason: "spam", id: "r" });
    bob.send({ type: "react", of: good, emoji: "👍", on: true, id: "x" });
    mod.send({ type: "pin", of: good, on: true, id: "p" });
    world.settle();
    mod.send("/mute bob 1h");
    world.settle();
    restore(world, backUp(world));
    const back = join(world, "lobby", "mia", { fold: true });
    expect(back.last("welcome")).toMatchObject({ pins: [good] });
    const [message] = back
      .last("history")
      .messages.filter(({ seq }) => seq === good);
    expect(message).toMatchObject({ reactions: [{ emoji: "👍", count: 1 }] });
    back.send({ type: "reports" });
    expect(back.last("reports").reports).toMatchObject([
      { reason: "spam", quoted: { seq: bad, text: "buy this" } },
    ]);
    const muted = join(world, "lobby", "bob");
    muted.send("hello?");
    expect(muted.last("error")).toMatchObject({ code: "muted" });
  });

  test("counts reports anew for those who hear of them", () => {
    const { world, bob, carol } = moderatedRoom();
    bob.send("buy this");
    carol.send({ type: "report", of: 2, id: "r" });
    const numbering = () =>
      world.room("lobby").database.tables.report_numbering;
    const before = numbering();
    restore(world, backUp(world));
    expect(numbering()).toHaveLength(1);
    expect(numbering()).not.toEqual(before);
  });

  test("tells a mention that waited at the backup, by its new epoch", () => {
    const world = new World(FAST);
    const { alice } = joinAll(world, "lobby", "alice");
    joinAll(world, "kitchen", "carol");
    world.pass(1000);
    alice.send({ type: "message", text: "hi @carol" });
    const backup = backUp(world);
    world.settle();
    restore(world, backup);
    const carol = join(world, "kitchen", "carol");
    expect(carol.all("mention")).toEqual([]);
    world.pass(120_000);
    const { epoch } = join(world, "lobby", "bob").last("welcome");
    expect(carol.all("mention")).toMatchObject([{ room: "lobby", epoch }]);
  });

  test("has the mentions of its messages, where rooms and names share a file", () => {
    const sql = new Database();
    sql.exec("CREATE TABLE mention (room TEXT, epoch TEXT)");
    sql.exec("INSERT INTO mention VALUES ('lobby', 'e1'), ('hall', 'e1')");
    new Log(sql, "lobby").begin("e1");
    renewEpochs(sql, () => "e2");
    expect(sql.exec("SELECT room, epoch FROM mention")).toEqual([
      { room: "lobby", epoch: "e2" },
      { room: "hall", epoch: "e1" },
    ]);
  });

  test("without any event gets another epoch, too", () => {
    const world = new World();
    const { epoch } = join(world, "lobby", "alice").last("welcome");
    restore(world, backUp(world));
    const { epoch: other } = join(world, "lobby", "alice").last("welcome");
    expect(other).not.toBe(epoch);
  });

  test("ends a purge that had begun, and leaves an import that had", () => {
    const { world, mod, bob } = moderatedRoom(FAST);
    for (let n = 0; n < 3000; n++) bob.send(`buy this ${n} ${"x".repeat(40)}`);
    mod.send("/purge bob 1h");
    world.askRoom("lobby", {
      ...{ type: "import-log", id: "one" },
      step: { kind: "begin", first: 1, lines: [] },
    });
    expect(world.room("lobby").database.tables.purge).toHaveLength(1);
    const backup = backUp(world);
    const [stored] = [...backup].flatMap(([host, { database }]) =>
      host === world.room("lobby") ? [database.tables] : [],
    );
    expect(JSON.stringify(stored)).not.toContain("buy this");
    expect(stored?.purge).toEqual([]);
    restore(world, backup);
    expect(world.room("lobby").database.tables.room).toContainEqual({
      ...{ room: "lobby (import)", epoch: "one" },
    });
    expect(textsOf(world)).not.toContain("buy this 0");
  });
});

describe("what was deleted after the backup", () => {
  test("is deleted again by the list of erasures, with its edit, reactions and pin", () => {
    const { world, mod, bob, carol } = moderatedRoom(FAST);
    bob.send("secret-1");
    bob.send({ type: "edit", of: 2, text: "secret-2", id: "e" });
    carol.send({ type: "react", of: 2, emoji: "👍", on: true, id: "x" });
    mod.send({ type: "pin", of: 2, on: true, id: "p" });
    carol.send("stays");
    world.settle();
    const backup = backUp(world);
    bob.send({ type: "delete", of: 2, id: "d" });
    world.settle();
    const ledger = ledgerOf(world);
    const tables = () => world.room("lobby").database.tables;

    restore(world, backup);
    expect(join(world, "lobby", "mia").last("welcome").pins).toEqual([2]);
    expect(placesOf(world, "lobby", "secret-2")).not.toEqual([]);
    expect(JSON.stringify(tables().message_state)).toContain("👍");
    restore(world, backup, ledger);
    for (const text of ["secret-1", "secret-2"])
      expect(placesOf(world, "lobby", text)).toEqual([]);
    expect(tables().message_state).toEqual([]);
    expect(textsOf(world)).toContain("stays");
    expect(storedEvents(world, "lobby")[1]).toMatchObject({
      ...{ type: "erased", seq: 2, user: userOf("bob") },
    });
    expect(join(world, "lobby", "mia").last("welcome").pins).toBeUndefined();
  });

  test("is deleted again where the room had another log in between", () => {
    const { world, alice, epoch, backup } = backedUpRoom();
    restore(world, backup);
    const again = join(world, "lobby", "alice");
    again.send("three");
    again.send({ type: "delete", of: 1, id: "d" });
    again.send({ type: "delete", of: 3, id: "e" });
    expect(alice).not.toBe(again);
    const ledger = ledgerOf(world);
    restore(world, backup, ledger);
    expect(textsOf(world)).toEqual(["erased", "two"]);
    // An export from before the first restore brings it back neither.
    const line = (seq: number, text: string) =>
      JSON.stringify({
        ...{ type: "message", seq, room: "lobby", user: userOf("alice") },
        ...{ username: "alice", text, at: 7 },
      });
    const op = { type: "import-log", id: "one", epoch } as const;
    const lines = [line(1, "one"), line(2, "two"), line(3, "lost")];
    world.askRoom("lobby", { ...op, step: { kind: "begin", first: 1, lines } });
    world.askRoom("lobby", { ...op, step: { kind: "end" } });
    expect(textsOf(world)).toEqual(["erased", "two", "lost"]);
  });

  test("of another room, or that the backup does not have, changes nothing", () => {
    const { world, alice, backup } = backedUpRoom();
    const carol = join(world, "kitchen", "carol");
    carol.send("secret");
    carol.send({ type: "delete", of: 1, id: "d" });
    alice.send("three");
    alice.send({ type: "delete", of: 3, id: "e" });
    restore(world, backup, ledgerOf(world));
    expect(textsOf(world)).toEqual(["one", "two"]);
  });
});

test("an operator is told the line of a list of erasures that is wrong", () => {
  const header = '{"type":"erasures","version":1}';
  const wrong: [number, string[]][] = [
    [1, []],
    [1, ["{"]],
    [1, ['{"type":"erasures","version":2}']],
    [2, [header, ""]],
    [2, [header, '{"room":"a","epoch":"b","chunk":0,"bits":"xyz"}']],
    [2, [header, '{"room":"a","epoch":"b","chunk":-1,"bits":"1"}']],
    [2, [header, '{"room":"a","epoch":"b","parent":"c"}']],
  ];
  for (const [number, lines] of wrong) {
    const read = () => readLedger(new Database(), lines);
    expect(read).toThrow(LedgerError);
    expect(read).toThrow(`Line ${number} `);
  }
});
