// Dedupe tests: the newest client ids of a log are found again, and older ones are forgotten.
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

/** Appends messages of alice, whose `id` is "m" and the seq, or is absent. */
function fill(log: Log, count: number, hasId: (seq: number) => boolean) {
  const lines = Array.from({ length: count }, (_, i) => {
    const seq = log.head + 1 + i;
    const id = hasId(seq) ? { id: `m${seq}` } : {};
    return JSON.stringify({ seq, at: 7, user: "alice", ...id });
  });
  log.append(lines);
}

describe("a repeated id", () => {
  test("a user's repeated id finds the first ack, another user's id does not", () => {
    const { log } = begin();
    const dedupe = new DedupeWindow(log);
    dedupe.add("alice", "1", { seq: 1, at: 7 });
    expect(dedupe.find("alice", "1")).toEqual({ seq: 1, at: 7 });
    expect(dedupe.find("alice", "2")).toBeUndefined();
    expect(dedupe.find("bob", "1")).toBeUndefined();
  });

  test("a user's repeated id is found in the log after a restart", () => {
    const { sql, log } = begin();
    fill(log, 5, () => true);
    const dedupe = new DedupeWindow(new Log(sql, "lobby"));
    expect(dedupe.find("alice", "m3")).toEqual({ seq: 3, at: 7 });
  });

  test("a user's repeated id is found among the newest 1,000 events, with or without ids", () => {
    const { log } = begin();
    fill(log, 3000, (seq) => seq % 3 === 0);
    const dedupe = new DedupeWindow(log);
    expect(dedupe.find("alice", "m2001")?.seq).toBe(2001);
    expect(dedupe.find("alice", "m1998")).toBeUndefined();
    expect(dedupe.find("alice", "m3000")?.seq).toBe(3000);
  });

  test("a user's repeated id is found however many rows the log has", () => {
    const { log } = begin();
    for (let i = 0; i < 30; i++) fill(log, 40, () => true);
    const dedupe = new DedupeWindow(log);
    for (let seq = 201; seq <= 1200; seq++)
      expect(dedupe.find("alice", `m${seq}`)?.seq).toBe(seq);
  });

  test("a user's id is forgotten after 1,000 events, so that memory is bounded", () => {
    const { log } = begin();
    const dedupe = new DedupeWindow(log);
    dedupe.add("alice", "first", { seq: 1, at: 7 });
    dedupe.add("alice", "second", { seq: 2, at: 7 });
    dedupe.add("alice", "later", { seq: 1001, at: 7 });
    expect(dedupe.find("alice", "first")).toBeUndefined();
    expect(dedupe.find("alice", "second")?.seq).toBe(2);
  });

  test("a user's id with a blank is not confused with another user's name", () => {
    const dedupe = new DedupeWindow(begin().log);
    dedupe.add("alice", "b 1", { seq: 1, at: 7 });
    expect(dedupe.find("alice b", "1")).not.toEqual({ seq: 2, at: 7 });
    expect(dedupe.find("alice", "b 1")?.seq).toBe(1);
  });
});

test("a user's event of an unknown kind counts as one without an id", () => {
  const { log } = begin();
  log.append([JSON.stringify({ seq: 1, type: "topic", id: "1" })]);
  fill(log, 1, () => true);
  const dedupe = new DedupeWindow(log);
  expect(dedupe.find("alice", "1")).toBeUndefined();
  expect(dedupe.find("alice", "m2")?.seq).toBe(2);
});
