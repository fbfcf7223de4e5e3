// Reports tests: users report messages once, moderators hear of it, read the queue and close reports, and nobody else learns of it.
import { describe, expect, test } from "vitest";
import { AppStub, FORBID } from "../support/app-stub.ts";
import { errorsOf, moderatedRoom } from "../support/moderated-room.ts";
import { join, userOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

const MINUTE = 60_000;

function rows(world: World) {
  return world.room("lobby").database.tables.report ?? [];
}

/** Bob has said something bad: the message 2. */
function badRoom() {
  const room = moderatedRoom();
  room.bob.send("buy this");
  for (const peer of [room.owner, room.mod, room.bob, room.carol]) peer.take();
  return room;
}

const REPORT = { type: "report", of: 2, reason: "spam", id: "r" } as const;

describe("a report", () => {
  test("is acked, and told to each connection of the moderators alone", () => {
    const { world, owner, mod, bob, carol } = badRoom();
    const phone = join(world, "lobby", "mia");
    for (const peer of [owner, mod, bob, carol, phone]) peer.take();
    carol.send(REPORT);
    const at = world.now;
    expect(carol.take()).toEqual([{ type: "ack", id: "r", of: 2, at }]);
    const told = {
      ...{ type: "reported", report: 1, room: "lobby", of: 2 },
      ...{ user: userOf("carol"), username: "carol", reason: "spam", at },
      target: { user: userOf("bob"), username: "bob" },
      epoch: expect.any(String),
    };
    for (const peer of [owner, mod, phone]) expect(peer.take()).toEqual([told]);
    world.pass(MINUTE);
    expect(bob.take()).toEqual([]);
    carol.send({ type: "history", limit: 100 });
    expect(JSON.stringify(carol.take())).not.toContain("report");
    expect(JSON.stringify(rows(world))).not.toContain("buy this");
  });

  test("of the same message again, or with the same id, is a duplicate", () => {
    const { world, mod, bob, carol } = badRoom();
    bob.send("buy that");
    carol.send(REPORT);
    const at = world.now;
    world.pass(MINUTE);
    for (const peer of [mod, carol]) peer.take();
    const { id: _, ...again } = REPORT;
    for (const frame of [REPORT, again, { ...REPORT, of: 3 }]) {
      carol.send(frame);
      expect(carol.take()).toMatchObject([
        { type: "ack", of: 2, at, duplicate: true },
      ]);
    }
    expect(mod.take()).toEqual([]);
    expect(rows(world)).toHaveLength(1);
    carol.send({ type: "report", of: 3 });
    expect(mod.take()).toMatchObject([{ report: 2, of: 3 }]);
  });

  test("needs a message that is there and somebody else's", () => {
    const { world, bob, carol } = badRoom();
    bob.send({ type: "report", of: 2 });
    carol.send({ type: "report", of: 1 });
    carol.send({ type: "report", of: 99 });
    carol.send({ type: "report", of: 2, epoch: "another" });
    bob.send("/delete #2");
    carol.send({ type: "report", of: 2 });
    expect(errorsOf(bob)).toEqual(["forbidden"]);
    expect(errorsOf(carol)).toEqual(["gone", "gone", "gone", "gone"]);
    expect(world.room("lobby").database.tables).not.toHaveProperty("report");
  });

  test("reaches a message that still waits for its flush", () => {
    const { mod, bob, carol } = badRoom();
    for (let i = 0; i < 5; i++) bob.send(`more ${i}`);
    carol.send({ type: "report", of: 7 });
    expect(mod.last("reported")).toMatchObject({ of: 7 });
  });

  test("is refused to those who may not speak", () => {
    const { owner, mod, carol } = badRoom();
    for (const [before, after, code] of [
      ["/mute carol", "/unmute carol", "muted"],
      ["/lock", "/unlock", "muted"],
    ] as const) {
      owner.send(before);
      carol.take();
      carol.send(REPORT);
      expect(errorsOf(carol)).toEqual([code]);
      owner.send(after);
    }
    owner.send("/slow 60");
    carol.send("hello");
    carol.take();
    carol.send(REPORT);
    expect(errorsOf(carol)).toEqual(["rate_limited"]);
    expect(mod.all("reported")).toEqual([]);
  });

  test("is made at most ten times in ten minutes", () => {
    const { world, bob, carol } = badRoom();
    for (let i = 0; i < 11; i++) bob.send(`bad ${i}`);
    for (let of = 2; of < 13; of++) {
      world.pass(1000);
      carol.send({ type: "report", of });
    }
    expect(carol.all("ack")).toHaveLength(10);
    expect(carol.last("error")).toMatchObject({
      ...{ code: "rate_limited", retryAfter: 10 * MINUTE - 10_000 },
    });
    const retryAfter = carol.last("error").retryAfter ?? 0;
    world.pass(retryAfter - 1);
    carol.send({ type: "report", of: 12 });
    world.pass(1);
    carol.take();
    carol.send({ type: "report", of: 12 });
    expect(carol.take()).toMatchObject([{ type: "ack", of: 12 }]);
  });

  test("about a moderator is not shown to that moderator", () => {
    const { world, owner, mod, carol } = badRoom();
    mod.send("I rule");
    for (const peer of [owner, mod]) peer.take();
    carol.send({ type: "report", of: 3 });
    expect(owner.take()).toMatchObject([{ type: "reported", report: 1 }]);
    mod.send({ type: "reports" });
    expect(mod.last("reports")).toMatchObject({ reports: [], open: 0 });
    mod.send({ type: "close_report", report: 1, outcome: "dismissed" });
    expect(errorsOf(mod)).toEqual(["gone"]);
    expect(join(world, "lobby", "mia").last("welcome").reports).toBeUndefined();
    mod.take();
    owner.send({ type: "close_report", report: 1, outcome: "resolved" });
    expect(mod.take()).toEqual([]);
  });

  test("asks the app about its reason, which it may change", () => {
    let app: AppStub | undefined;
    const { world, mod, bob, carol } = moderatedRoom({}, (one) => {
      app = new AppStub(one, ["message"]);
      return one.hooks;
    });
    if (app === undefined) throw new Error("There is no app.");
    bob.send("buy this");
    world.settle();
    app.decide = ({ kind, text }) =>
      kind === "report" && text === "rude"
        ? FORBID
        : { type: "allowed", text: "a better reason" };
    carol.send({ type: "report", of: 2, reason: "rude" });
    expect(errorsOf(carol)).toEqual(["forbidden"]);
    carol.send(REPORT);
    expect(mod.last("reported")).toMatchObject({ reason: "a better reason" });
    const { length } = app.asked;
    carol.send(REPORT);
    expect(app.asked).toHaveLength(length);
    expect(app.asked.at(-1)).toMatchObject({ kind: "report", of: 2, id: "r" });
  });
});

describe("moderators", () => {
  test("read the queue by pages, with each message as it is now", () => {
    const { mod, bob, carol } = badRoom();
    for (let i = 3; i < 8; i++) bob.send(`bad ${i}`);
    for (let of = 2; of < 8; of++) carol.send({ type: "report", of });
    bob.send("/delete #7");
    bob.send("/edit #6 better");
    mod.send({ type: "reports", limit: 4 });
    const first = mod.last("reports");
    expect(first).toMatchObject({ more: true, open: 6 });
    expect(first.reports.map(({ report }) => report)).toEqual([6, 5, 4, 3]);
    expect(first.reports[0]?.quoted).toEqual({ seq: 7, erased: true });
    expect(first.reports[1]?.quoted).toMatchObject({ seq: 6, text: "better" });
    mod.send({ type: "reports", before: 3 });
    const rest = mod.last("reports");
    expect(rest).toMatchObject({ more: false, open: 6 });
    expect(rest.reports.map(({ report }) => report)).toEqual([2, 1]);
    expect(rest.reports[0]).not.toHaveProperty("id");
    carol.send({ type: "reports" });
    carol.send({
      type: "close_report",
      report: 1,
      outcome: "resolved",
      id: "c",
    });
    expect(errorsOf(carol)).toEqual(["forbidden", "forbidden"]);
  });

  test("close a report once, and the others hear of it", () => {
    const { world, owner, mod, carol } = badRoom();
    carol.send(REPORT);
    for (const peer of [owner, mod, carol]) peer.take();
    const close = {
      type: "close_report",
      ...({ report: 1, id: "c", outcome: "resolved" } as const),
    } as const;
    mod.send(close);
    const at = world.now;
    expect(mod.take()).toEqual([{ type: "ack", id: "c", report: 1, at }]);
    const { user, username } = { user: userOf("mia"), username: "mia" };
    expect(owner.take()).toEqual([
      {
        ...{ type: "report_closed", room: "lobby", report: 1, at },
        ...{ outcome: "resolved", user, username },
      },
    ]);
    world.pass(MINUTE);
    owner.send({ ...close, outcome: "dismissed" });
    expect(owner.take()).toEqual([
      { type: "ack", id: "c", report: 1, at, duplicate: true },
    ]);
    expect(carol.take()).toEqual([]);
    owner.send({ type: "reports" });
    expect(owner.last("reports")).toMatchObject({
      open: 0,
      reports: [{ outcome: "resolved", closed: { user, username, at } }],
    });
    owner.send({ type: "reports", open: true });
    expect(owner.last("reports").reports).toEqual([]);
    owner.send({ type: "close_report", report: 7, outcome: "resolved" });
    expect(errorsOf(owner)).toEqual(["gone"]);
  });

  test("see the number of open reports in the welcome, over a sleep and a crash", () => {
    const { world, carol } = badRoom();
    carol.send(REPORT);
    world.hibernate(world.room("lobby"));
    expect(join(world, "lobby", "mia").last("welcome").reports).toBe(1);
    world.crash(world.room("lobby"));
    const mod = join(world, "lobby", "mia");
    expect(mod.last("welcome").reports).toBe(1);
    const dora = join(world, "lobby", "dora");
    expect(dora.last("welcome")).not.toHaveProperty("reports");
    mod.send({ type: "close_report", report: 1, outcome: "dismissed" });
    const again = join(world, "lobby", "mia");
    expect(again.last("welcome")).not.toHaveProperty("reports");
  });

  test("use typed lines", () => {
    const { world, carol } = badRoom();
    const reader = join(world, "lobby", "mia", { query: { text: true } });
    carol.send("/report #2 spam and more");
    carol.send("/report spam");
    expect(errorsOf(carol)).toEqual(["bad_request"]);
    reader.send("/reports");
    reader.send("/reports dismiss 1");
    reader.send("/reports");
    expect(reader.lines.slice(-6)).toEqual([
      "* report 1: carol reports #2 of bob: spam and more",
      "* open reports: 1",
      "* report 1: carol reports #2 of bob: spam and more",
      "* report 1 is closed",
      "* open reports: 0",
      "* report 1 (dismissed by mia): carol reports #2 of bob: spam and more",
    ]);
  });
});

test("a full queue drops the oldest closed report, then the oldest", () => {
  const { world, mod, bob } = badRoom();
  const reporters = Array.from({ length: 101 }, (_, i) =>
    join(world, "lobby", `r${i}`),
  );
  for (let i = 0; i < 10; i++) bob.send(`bad ${i}`);
  world.pass(1000);
  for (const one of reporters.slice(0, 100))
    for (let of = 3; of < 13; of++) one.send({ type: "report", of });
  expect(rows(world)).toHaveLength(1000);
  mod.send({ type: "close_report", report: 500, outcome: "resolved" });
  const [last] = reporters.slice(-1);
  last?.send({ type: "report", of: 3 });
  last?.send({ type: "report", of: 4 });
  const kept = rows(world).map((row) => (row as { report: number }).report);
  expect(kept).toHaveLength(1000);
  expect(kept).not.toContain(500);
  expect(kept[0]).toBe(2);
  expect(kept.at(-1)).toBe(1002);
});

test("a room in which nobody reports has no table for it", () => {
  const { world, mod } = badRoom();
  mod.send({ type: "reports" });
  mod.send({ type: "close_report", report: 1, outcome: "resolved" });
  expect(errorsOf(mod)).toEqual(["gone"]);
  expect(mod.last("reports")).toMatchObject({ reports: [], more: false });
  expect(world.room("lobby").database.tables).not.toHaveProperty("report");
});
