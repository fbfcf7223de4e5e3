// Which client ids the newest events had, so that a repetition is known for one.
import { describe, expect, test } from "vitest";
import { DedupeWindow } from "../../../src/core/room/dedupe.ts";
import { Log } from "../../../src/core/room/log.ts";
import { Database } from "../support/database.ts";

function begin() {
  const sql = new Database();
  const log = new Log(sql, "lobby");
  log.begin("epoch");
  return { sql, log };
}

/** Logs messages of alice; each `id` is "m" and its seq, or there is none. */
function fill(log: Log, count: number, hasId: (seq: number) => boolean) {
  const lines = Array.from({ length: count }, (_, i) => {
    const seq = log.head + 1 + i;
    const id = hasId(seq) ? { id: `m${seq}` } : {};
    return JSON.stringify({ seq, at: 7, user: "alice", ...id });
  });
  log.append(lines);
}

describe("a repeated id", () => {
  test("is known for the first one, of the same user only", () => {
    const { log } = begin();
    const recent = new DedupeWindow(log);
    recent.add("alice", "1", { seq: 1, at: 7 });
    expect(recent.find("alice", "1")).toEqual({ seq: 1, at: 7 });
    expect(recent.find("alice", "2")).toBeUndefined();
    expect(recent.find("bob", "1")).toBeUndefined();
  });

  test("is known out of the log, by whoever looks first", () => {
    const { sql, log } = begin();
    fill(log, 5, () => true);
    const recent = new DedupeWindow(new Log(sql, "lobby"));
    expect(recent.find("alice", "m3")).toEqual({ seq: 3, at: 7 });
  });

  test("is known among the newest 1,000 events, with or without ids", () => {
    const { log } = begin();
    fill(log, 3000, (seq) => seq % 3 === 0);
    const recent = new DedupeWindow(log);
    expect(recent.find("alice", "m2001")?.seq).toBe(2001);
    expect(recent.find("alice", "m1998")).toBeUndefined();
    expect(recent.find("alice", "m3000")?.seq).toBe(3000);
  });

  test("is known however the log came to be", () => {
    const { log } = begin();
    for (let i = 0; i < 30; i++) fill(log, 40, () => true);
    const recent = new DedupeWindow(log);
    for (let seq = 201; seq <= 1200; seq++)
      expect(recent.find("alice", `m${seq}`)?.seq).toBe(seq);
  });

  test("is forgotten as newer events come, so that memory is bounded", () => {
    const { log } = begin();
    const recent = new DedupeWindow(log);
    recent.add("alice", "first", { seq: 1, at: 7 });
    recent.add("alice", "second", { seq: 2, at: 7 });
    recent.add("alice", "later", { seq: 1001, at: 7 });
    expect(recent.find("alice", "first")).toBeUndefined();
    expect(recent.find("alice", "second")?.seq).toBe(2);
  });

  test("may hold a blank and yet be told from a user's", () => {
    const recent = new DedupeWindow(begin().log);
    recent.add("alice", "b 1", { seq: 1, at: 7 });
    expect(recent.find("alice b", "1")).not.toEqual({ seq: 2, at: 7 });
    expect(recent.find("alice", "b 1")?.seq).toBe(1);
  });
});

test("an event of a kind we do not know has no id", () => {
  const { log } = begin();
  log.append([JSON.stringify({ seq: 1, type: "topic", id: "1" })]);
  fill(log, 1, () => true);
  const recent = new DedupeWindow(log);
  expect(recent.find("alice", "1")).toBeUndefined();
  expect(recent.find("alice", "m2")?.seq).toBe(2);
});
