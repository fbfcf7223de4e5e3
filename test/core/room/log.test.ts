// Log tests: a room's events have numbers without gaps, and are stored in rows, read in pages and trimmed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Log } from "../../../src/core/room/log.ts";
import { Database } from "../support/database.ts";

/** Makes the log of a new room, with a database of its own. */
function begin() {
  const sql = new Database();
  const log = new Log(sql, "lobby");
  log.begin("epoch");
  return { sql, log };
}

/** Events as lines of JSON with their numbers, padded to `width` characters. */
function events(from: number, to: number, width = 1): string[] {
  const count = Math.max(0, to - from + 1);
  return Array.from({ length: count }, (_, i) => numbered(from + i, width));
}

function numbered(seq: number, width = 1): string {
  return `{"seq":${seq}${" ".repeat(Math.max(0, width - 10))}}`;
}

function seqs(lines: readonly string[]): number[] {
  return lines.map((line): number => JSON.parse(line).seq);
}

function rows(sql: Database): { first: number; count: number }[] {
  return sql
    .exec("SELECT first, count FROM log ORDER BY first")
    .map(({ first, count }) => ({
      first: Number(first),
      count: Number(count),
    }));
}

describe("a room that nobody has joined", () => {
  test("a user who reads a room that nobody has joined gets nothing, and stores nothing", () => {
    const sql = new Database();
    const log = new Log(sql, "lobby");
    expect([log.epoch, log.head]).toEqual([null, 0]);
    expect(log.after(0, 50)).toEqual({ lines: [], more: false });
    expect(log.before(1, 50)).toEqual({ lines: [], more: false });
    expect(sql.tables).toEqual({});
  });

  test("a user who reads before a future event of an empty room gets nothing", () => {
    const log = new Log(new Database(), "lobby");
    expect(log.before(100, 50)).toEqual({ lines: [], more: false });
    expect(log.after(100, 50)).toEqual({ lines: [], more: false });
  });
});

test("a user who reads a room without messages gets nothing before or after any number", () => {
  const { log } = begin();
  for (const seq of [0, 1, 2, 100]) {
    expect(log.before(seq, 50)).toEqual({ lines: [], more: false });
    expect(log.after(seq, 50)).toEqual({ lines: [], more: false });
  }
});

describe("rows", () => {
  test("users' small messages share a row up to 32 events", () => {
    const { sql, log } = begin();
    for (let seq = 1; seq <= 100; seq++) log.append([numbered(seq)]);
    expect(rows(sql).map(({ count }) => count)).toEqual([32, 32, 32, 4]);
  });

  test("users' messages of one flush are stored in one row, also above 32 events", () => {
    const { sql, log } = begin();
    log.append(events(1, 31));
    log.append(events(32, 81));
    log.append(events(82, 82));
    expect(rows(sql)).toEqual([
      { first: 1, count: 81 },
      { first: 82, count: 1 },
    ]);
  });

  test("users' messages share a row up to 3 KiB", () => {
    const { sql, log } = begin();
    for (let seq = 1; seq <= 8; seq++) log.append([numbered(seq, 900)]);
    expect(rows(sql).map(({ count }) => count)).toEqual([4, 4]);
  });

  test("users' long messages share a row up to three", () => {
    const { sql, log } = begin();
    for (let seq = 1; seq <= 6; seq++) log.append([numbered(seq, 3000)]);
    expect(rows(sql).map(({ count }) => count)).toEqual([3, 3]);
  });

  test("users' messages never share a row above 256 KiB", () => {
    const { sql, log } = begin();
    log.append(events(1, 1));
    log.append(events(2, 33, 8191));
    log.append(events(34, 40, 10_000));
    log.append(events(41, 41, 300_000));
    log.append(events(42, 42));
    expect(rows(sql)[1]).toEqual({ first: 2, count: 32 });
    const sizes = sql
      .exec("SELECT count, length(CAST(body AS BLOB)) AS bytes FROM log")
      .map(({ count, bytes }) => [Number(count), Number(bytes)]);
    for (const [count = 0, bytes = 0] of sizes)
      expect(bytes <= 256 * 1024 || count === 1).toBe(true);
    expect(log.head).toBe(42);
    expect(seqs(log.after(40, 5).lines)).toEqual([41]);
  });

  test("users' messages of one flush take one written row in the log", () => {
    const { sql, log } = begin();
    for (const [from, to] of [
      [1, 10],
      [11, 40],
      [41, 41],
    ] as const) {
      const { written } = sql;
      log.append(events(from, to));
      expect(sql.written - written).toBe(1);
    }
  });

  test("users of two rooms in one file get the events of their own room", () => {
    const { sql, log } = begin();
    const kitchen = new Log(sql, "kitchen");
    kitchen.begin("other");
    log.append(events(1, 50));
    kitchen.append(events(1, 3));
    log.trim(1);
    expect(seqs(kitchen.before(9, 9).lines)).toEqual([1, 2, 3]);
    expect(new Log(sql, "kitchen").head).toBe(3);
    expect(new Log(sql, "kitchen").epoch).toBe("other");
    expect(new Log(sql, "lobby").head).toBe(50);
  });
});

test("users' messages are stored over a sleep, and the newest row is continued", () => {
  const { sql, log } = begin();
  log.append(events(1, 20));
  const again = new Log(sql, "lobby");
  expect([again.epoch, again.head]).toEqual(["epoch", 20]);
  again.append(events(21, 25));
  expect(rows(sql)).toEqual([{ first: 1, count: 25 }]);
  expect(seqs(again.before(100, 100).lines)).toHaveLength(25);
});

describe("the newest row of a room", () => {
  const spoken = (seq: number) =>
    `{"seq":${seq},"text":"${"\u00e4\u65e5\ud83d\ude00 ".repeat(1 + (seq % 12))}"}`;
  const stored = (sql: Database) =>
    sql
      .exec(
        "SELECT typeof(body) AS type, length(CAST(body AS BLOB)) AS size, length(CAST(rtrim(body) AS BLOB)) AS bytes FROM log ORDER BY first",
      )
      .map(({ type, size, bytes }) => ({
        ...{ type, size: Number(size), bytes: Number(bytes) },
      }));

  test("has one size while users' messages fill it, and no space behind them once it is full", () => {
    const { sql, log } = begin();
    for (let seq = 1; rows(sql).length < 2; seq++) {
      log.append([numbered(seq, 150)]);
      const [row] = stored(sql);
      if (row === undefined) throw new Error("There is no row.");
      const isFull = row.bytes >= 3 * 1024;
      const isSmall = row.bytes <= 900;
      expect(row.size).toBe(isFull || isSmall ? row.bytes : 3584);
      expect(row.type).toBe("text");
    }
  });

  test("keeps each user's message as it was said, also over sleeps", () => {
    const { sql, log } = begin();
    const said = Array.from({ length: 150 }, (_, i) => spoken(i + 1));
    let one = log;
    for (const [i, line] of said.entries()) {
      if (i % 7 === 0) one = new Log(sql, "lobby");
      one.append([line]);
      expect(one.line(i + 1)).toBe(line);
    }
    expect(one.after(0, 200).lines).toEqual(said);
    expect(one.before(151, 200).lines).toEqual(said);
    expect(one.countBytes()).toBe(
      stored(sql).reduce((sum, { bytes }) => sum + bytes, 0),
    );
  });

  test("keeps users' messages when one of them is replaced by a shorter one", () => {
    const { sql, log } = begin();
    const said = Array.from({ length: 9 }, (_, i) => numbered(i + 1, 150));
    for (const line of said) log.append([line]);
    log.rewrite(new Map([[9, numbered(9)]]));
    log.append([numbered(10, 150)]);
    const expected = [...said.slice(0, 8), numbered(9), numbered(10, 150)];
    expect(log.after(0, 50).lines).toEqual(expected);
    expect(new Log(sql, "lobby").after(0, 50).lines).toEqual(expected);
  });

  test("can be continued by an older release, and by this one again", () => {
    const { sql, log } = begin();
    for (let seq = 1; seq <= 9; seq++) log.append([numbered(seq, 150)]);
    sql.exec(
      "UPDATE log SET body = body || ?, count = count + ? WHERE room = ? AND first = ?",
      ...[`\n${numbered(10)}`, 1, "lobby", 1],
    );
    const again = new Log(sql, "lobby");
    again.append([numbered(11)]);
    expect(again.head).toBe(11);
    expect(seqs(again.after(0, 50).lines)).toEqual(
      Array.from({ length: 11 }, (_, i) => i + 1),
    );
  });
});

describe("a page", () => {
  test("a user's page can cover several rows, in both directions", () => {
    const { log } = begin();
    for (let seq = 1; seq <= 200; seq++) log.append([numbered(seq)]);
    expect(seqs(log.before(100, 50).lines)).toEqual(
      Array.from({ length: 50 }, (_, i) => 50 + i),
    );
    expect(seqs(log.after(20, 150).lines)).toEqual(
      Array.from({ length: 150 }, (_, i) => 21 + i),
    );
  });

  test("a user's page tells exactly whether more events follow", () => {
    const { log } = begin();
    log.append(events(1, 100));
    expect(log.before(51, 50).more).toBe(false);
    expect(log.before(52, 50).more).toBe(true);
    expect(log.after(50, 50).more).toBe(false);
    expect(log.after(49, 50).more).toBe(true);
  });

  test("a user's page has at most 256 KiB, but at least one event", () => {
    const { log } = begin();
    for (let seq = 1; seq <= 60; seq++) log.append([numbered(seq, 10_000)]);
    log.append([numbered(61, 300_000)]);
    log.append([numbered(62, 300_000)]);
    expect(seqs(log.after(0, 200).lines)).toHaveLength(26);
    expect(log.after(0, 200).more).toBe(true);
    expect(seqs(log.before(61, 200).lines)[0]).toBe(35);
    expect(log.after(60, 200)).toMatchObject({ more: true });
    expect(seqs(log.after(60, 200).lines)).toEqual([61]);
    expect(seqs(log.before(63, 200).lines)).toEqual([62]);
  });

  test("a user who asks after the newest event gets nothing, and before a future one the newest", () => {
    const { log } = begin();
    log.append(events(1, 10));
    expect(log.after(10, 5)).toEqual({ lines: [], more: false });
    expect(log.after(999, 5)).toEqual({ lines: [], more: false });
    expect(seqs(log.before(999, 3).lines)).toEqual([8, 9, 10]);
    expect(log.before(999, 10).more).toBe(false);
    expect(log.before(1, 5)).toEqual({ lines: [], more: false });
    expect(log.before(0, 5)).toEqual({ lines: [], more: false });
  });
});

describe("retention", () => {
  test("users' old messages are dropped in whole rows, and the newest ones are kept", () => {
    const { sql, log } = begin();
    for (let seq = 1; seq <= 100; seq++) log.append([numbered(seq)]);
    log.trim(40);
    expect(rows(sql)[0]).toEqual({ first: 33, count: 32 });
    log.trim(36);
    expect(rows(sql)[0]).toEqual({ first: 65, count: 32 });
    log.trim(1);
    expect(rows(sql)).toEqual([{ first: 97, count: 4 }]);
  });

  test("users' messages in the newest row are never dropped", () => {
    const { log } = begin();
    log.append(events(1, 10));
    log.trim(1);
    expect(seqs(log.before(99, 50).lines)).toHaveLength(10);
  });

  test("retention writes nothing while no user's message is dropped", () => {
    const { sql, log } = begin();
    for (let seq = 1; seq <= 64; seq++) log.append([numbered(seq)]);
    const { written } = sql;
    log.trim(33);
    expect(sql.written).toBe(written);
    log.trim(32);
    expect(sql.written).toBe(written + 1);
  });

  test("a user can resume from the oldest stored event, before and after a sleep", () => {
    const { sql, log } = begin();
    for (let seq = 1; seq <= 100; seq++) log.append([numbered(seq)]);
    log.trim(36);
    for (const one of [log, new Log(sql, "lobby")]) {
      expect(one.hasAllAfter(63)).toBe(false);
      expect(one.hasAllAfter(64)).toBe(true);
      expect(one.hasAllAfter(100)).toBe(true);
      expect(one.hasAllAfter(101)).toBe(false);
      expect(seqs(one.after(0, 1).lines)).toEqual([65]);
      expect(one.before(66, 50)).toMatchObject({ more: false });
      expect(one.before(65, 50)).toEqual({ lines: [], more: false });
      expect(one.before(10, 50)).toEqual({ lines: [], more: false });
    }
  });

  test("a user can resume from the beginning of a log that was never trimmed", () => {
    const { log } = begin();
    expect(log.hasAllAfter(0)).toBe(true);
    expect(log.hasAllAfter(1)).toBe(false);
    log.append(events(1, 5));
    expect(log.hasAllAfter(0)).toBe(true);
  });
});

test("users read any log, however it was written and trimmed, as a list of its events", () => {
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 50 }), width: fc.nat(3000) }),
    fc.record({ trim: fc.integer({ min: 1, max: 150 }) }),
    fc.constant("sleep" as const),
  );
  const query = fc.record({
    at: fc.nat(600),
    limit: fc.integer({ min: 1, max: 200 }),
  });
  fc.assert(
    fc.property(fc.array(step), fc.array(query), (steps, queries) => {
      const sql = new Database();
      let log = new Log(sql, "lobby");
      log.begin("epoch");
      let [head, kept] = [0, 0];
      for (const one of steps) {
        if (one === "sleep") log = new Log(sql, "lobby");
        else if ("trim" in one) {
          log.trim(one.trim);
          kept = Math.max(kept, head - one.trim);
        } else {
          log.append(events(head + 1, head + one.append, one.width));
          head += one.append;
        }
      }
      expect(log.head).toBe(head);
      const oldest = rows(sql)[0]?.first ?? 1;
      expect(oldest).toBeLessThanOrEqual(kept + 1);
      for (const { at, limit } of queries) {
        const after = log.after(at, limit);
        const start = Math.max(at + 1, oldest);
        expect(seqs(after.lines)).toEqual(
          Array.from({ length: after.lines.length }, (_, i) => start + i),
        );
        const last = start + after.lines.length - 1;
        expect(after.more).toBe(last < head && start <= head);
        const before = log.before(at, limit);
        const end = Math.min(at - 1, head);
        const from = end - before.lines.length + 1;
        expect(seqs(before.lines)).toEqual(
          Array.from({ length: before.lines.length }, (_, i) => from + i),
        );
        expect(before.more).toBe(from > oldest);
        expect(log.hasAllAfter(at)).toBe(at >= oldest - 1 && at <= head);
      }
    }),
    { numRuns: 60 },
  );
});
