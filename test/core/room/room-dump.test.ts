// Room dump tests: the state of a room is read as rows, and takes the place of another room's; its clients come back.
import { expect, test } from "vitest";
import type {
  Dump,
  TableDump,
} from "../../../src/core/shared/dump-requests.ts";
import { moderatedRoom } from "../support/moderated-room.ts";
import { join } from "../support/people.ts";
import { World } from "../support/world.ts";

function dumpOf(world: World, room: string): Dump {
  const reply = world.askRoom(room, { type: "dump" });
  if (reply.type !== "dump") throw new Error("The room gave no dump.");
  return reply;
}

function load(world: World, room: string, tables: TableDump) {
  return world.askRoom(room, { type: "load-room", tables });
}

/** What a room has said, as an import takes it. */
function moveLog(from: World, to: World, room: string): void {
  const page = from.askRoom(room, {
    ...{ type: "messages", after: 0, limit: 10_000, isServer: true },
  });
  if (page.type !== "page") throw new Error("The room gave no page.");
  const { lines, epoch } = page;
  const op = { type: "import-log", id: "one", epoch: epoch ?? "" } as const;
  to.askRoom(room, { ...op, step: { kind: "begin", first: 1, lines } });
  to.askRoom(room, { ...op, step: { kind: "end" } });
}

test("roles, bans, rules, members, invitations, reports and erasures are another room's", () => {
  const { world, owner, mod, bob, carol } = moderatedRoom();
  bob.send("buy this");
  bob.send("secret");
  carol.send({ type: "report", of: 2, reason: "spam", id: "r" });
  mod.send("/ban bob");
  bob.send({ type: "delete", of: 3, id: "d" });
  mod.send({ type: "delete", of: 3, id: "e" });
  owner.send({ type: "moderate", action: "slow", seconds: 30, id: "s" });
  world.settle();
  const dump = dumpOf(world, "lobby");
  expect(dump.parent).toBe(null);

  const other = new World();
  for (const name of ["alice", "mia"]) {
    const peer = join(other, "hall", name);
    peer.send("/register");
    other.settle();
  }
  expect(load(other, "lobby", dump.tables)).toEqual({ type: "done" });
  moveLog(world, other, "lobby");
  const moved = dumpOf(other, "lobby");
  expect(moved.parent).toBe(dump.epoch);
  const { report = [], report_numbering: numbering, ...tables } = moved.tables;
  expect(report).toMatchObject([{ epoch: moved.epoch, seq: 2 }]);
  expect(numbering).not.toEqual(dump.tables.report_numbering);
  const { report: _, report_numbering: __, ...before } = dump.tables;
  expect({ ...tables, log_origin: [] }).toEqual({ ...before, log_origin: [] });
  const back = join(other, "lobby", "mia");
  expect(back.last("welcome")).toMatchObject({ role: "moderator" });
  back.send({ type: "reports" });
  expect(back.last("reports").reports).toMatchObject([
    { reason: "spam", quoted: { seq: 2, text: "buy this" } },
  ]);
  expect(JSON.stringify(other.room("lobby").database.tables)).not.toContain(
    "secret",
  );
  expect(() => join(other, "lobby", "bob")).toThrow("banned");
});

test("people who are in the room come back, and find its new rules", () => {
  const { world, owner } = moderatedRoom();
  owner.send({
    type: "moderate",
    action: "access",
    access: "members",
    id: "m",
  });
  world.settle();
  const { tables } = dumpOf(world, "lobby");
  const other = new World();
  const carol = join(other, "lobby", "carol");
  load(other, "lobby", tables);
  expect(carol.closedByHost?.as).toBe("restarted");
  expect(() => join(other, "lobby", "carol")).toThrow("forbidden");
});

const NETWORK_BAN = { user: "u", hash: "h", salt: "s", until: 1, known: "[]" };

test("a row that a backup has twice is stored once", () => {
  const world = new World();
  const member = { user: "u", key: "", name: "u", username: "u" };
  const tables = { room_member: [member, member], network_ban: [NETWORK_BAN] };
  expect(load(world, "lobby", tables)).toEqual({ type: "done" });
  expect(dumpOf(world, "lobby").tables.room_member).toEqual([member]);
});

test("rows that this release does not know are refused, and change nothing", () => {
  const world = new World();
  load(world, "lobby", { role: [{ user: "u", key: "", role: "owner" }] });
  const before = dumpOf(world, "lobby");
  const wrong: TableDump[] = [
    { nonsense: [{ a: 1 }] },
    { role: [{ user: "u", key: "", role: "owner", more: 1 }] },
    { role: [{ "user) --": "u" }] },
    { role: [{}] },
    { role: [{ user: "u", key: null, role: "owner" }] },
    { role: [{ user: "u", key: "", role: 1 }] },
    { invitation: [{ hash: "h", uses: "many", until: 1 }] },
    { room_policy: [{ policy: "garbage" }] },
    { room_policy: [{ policy: "null" }] },
    { network_ban: [{ ...NETWORK_BAN, known: "garbage" }] },
  ];
  for (const tables of wrong)
    expect(load(world, "lobby", tables)).toMatchObject({
      ...{ type: "load-refused", why: "unreadable" },
    });
  expect(before.tables.role).toHaveLength(1);
  expect(dumpOf(world, "lobby")).toEqual(before);
});

test("a room that has events keeps its state", () => {
  const { world } = moderatedRoom();
  const before = dumpOf(world, "lobby");
  expect(load(world, "lobby", {})).toMatchObject({
    ...{ type: "load-refused", why: "taken" },
  });
  expect(dumpOf(world, "lobby")).toEqual(before);
});

test("a room that nobody has joined has nothing to dump", () => {
  expect(dumpOf(new World(), "lobby")).toEqual({
    ...{ type: "dump", epoch: null, seq: 0, parent: null },
    ...{ username: null, tables: {} },
  });
});
