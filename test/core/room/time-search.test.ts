// Time search tests: a page from a time on begins with the first event of that time or later, and few rows are read for it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Log } from "../../../src/core/room/log.ts";
import { LogRows } from "../../../src/core/room/log-rows.ts";
import { firstSince } from "../../../src/core/room/time-search.ts";
import { Database } from "../support/database.ts";
import { joinAll } from "../support/people.ts";
import { World } from "../support/world.ts";

const DAY = 24 * 60 * 60_000;

/** A message a second, ten of them, with a quiet minute after the fifth. */
function begin(settings = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  const { alice } = joinAll(world, "lobby", "alice");
  for (let i = 1; i <= 10; i++) {
    alice.send(String(i));
    world.pass(i === 5 ? 60_000 : 1000);
  }
  alice.send("/history");
  const { messages } = alice.last("history");
  const times = messages.map(({ at }: { at: number }) => at);
  const ask = (at: number, more: object = {}) => {
    alice.send({ type: "history", at, ...more });
    const { messages: found, ...page } = alice.last("history");
    return { ...page, seqs: found.map(({ seq }: { seq: number }) => seq) };
  };
  return { world, alice, times, ask };
}

describe("a page from a time on", () => {
  test("begins with the first message of that time or later", () => {
    const { times, ask } = begin();
    const [, , third = 0, , fifth = 0] = times;
    expect(ask(third, { limit: 2 })).toMatchObject({
      ...{ seqs: [3, 4], more: true, at: third },
    });
    expect(ask(third + 1, { limit: 2 }).seqs).toEqual([4, 5]);
    // Nobody has spoken then.
    expect(ask(fifth + 30_000).seqs).toEqual([6, 7, 8, 9, 10]);
  });

  test("begins with the first message of all, and is empty after the last", () => {
    const { times, ask } = begin();
    expect(ask(0)).toMatchObject({ seqs: times.map((_, i) => i + 1), at: 0 });
    const later = (times.at(-1) ?? 0) + 1;
    expect(ask(later)).toMatchObject({ seqs: [], more: false, at: later });
  });

  test("tells what it covers if it is folded", () => {
    const { alice, times, ask } = begin();
    alice.send({ type: "delete", of: 6 });
    const page = ask((times[4] ?? 0) + 1, { fold: true, limit: 2 });
    expect(page).toMatchObject({ fold: true, seqs: [6, 7], from: 6, to: 7 });
  });

  test("begins with the oldest message that is kept", () => {
    const { world, ask } = begin({ ROOM_DAYS: 1 });
    world.pass(DAY - 30_000);
    expect(ask(0).seqs).toEqual([6, 7, 8, 9, 10]);
    world.pass(DAY);
    expect(ask(0).seqs).toEqual([]);
  });
});

/** A log of events with these times, flushed so many at once. */
function logOf(times: readonly number[], flushed: number) {
  const sql = new Database();
  const log = new Log(sql, "lobby");
  log.begin("epoch");
  for (let from = 0; from < times.length; from += flushed)
    log.append(
      times
        .slice(from, from + flushed)
        .map((at, i) => `{"type":"message","seq":${from + i + 1},"at":${at}}`),
    );
  const find = (at: number) => {
    const rows = new LogRows(sql, "lobby");
    return { seq: firstSince(rows, log, at), read: rows.budget.usedRows };
  };
  return { log, find };
}

describe("the first event of a time", () => {
  test("is the one that a look at each event finds", () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        ...[steps, fc.integer({ min: 1, max: 40 }), fc.nat(600), fc.nat(50)],
        (gaps, flushed, at, hidden) => {
          let time = 0;
          const times = gaps.map((gap) => {
            time += gap;
            return time;
          });
          const { log, find } = logOf(times, flushed);
          log.hideBefore(hidden);
          const index = times.findIndex(
            (one, i) => one >= at && i + 1 >= log.oldest,
          );
          const end = Math.max(log.head + 1, log.oldest);
          expect(find(at).seq).toBe(index < 0 ? end : index + 1);
        },
      ),
    );
  });

  test("reads at most 13 rows of a log of 100,000 messages", () => {
    const count = 100_000;
    for (const flushed of [32, 1000]) {
      const { find } = logOf(
        Array.from({ length: count }, (_, i) => 1000 * i),
        flushed,
      );
      const found = [0, 1, 33_333_333, 50_000_000, 99_999_000].map((at) =>
        find(at),
      );
      expect(found.map(({ seq }) => seq)).toEqual([
        ...[1, 2, 33_335, 50_001, count],
      ]);
      expect(Math.max(...found.map(({ read }) => read))).toBeLessThan(14);
    }
  });
});
