// A room's log as lines of JSON: what is written is read, and nothing else is.
import { describe, expect, test } from "vitest";
import {
  exportHeader,
  readEvent,
  readHeader,
} from "../../../src/core/room/export-format.ts";

const header = { room: "lobby", epoch: "e", first: 1, seq: 10 };
const event = {
  type: "message",
  seq: 7,
  room: "lobby",
  user: "0123456789abcdef",
  username: "alice",
  text: "hello",
  at: 1,
  id: "x",
};

function wrong(read: { ok: boolean; wrong?: string }): string {
  return read.ok ? "nothing" : (read.wrong ?? "");
}

describe("a header", () => {
  test("is read as it was written", () => {
    expect(readHeader(exportHeader(header))).toEqual({
      ok: true,
      value: { type: "export", version: 1, ...header },
    });
  });

  test.each([
    ["of an empty log", { first: 1, seq: 0 }],
    ["of a trimmed log", { first: 9, seq: 10 }],
    ["of one event", { first: 1, seq: 1 }],
  ])("%s is taken", (_, range) => {
    expect(readHeader(exportHeader({ ...header, ...range })).ok).toBe(true);
  });

  test.each([
    ["that ends before it begins", { first: 11 }],
    ["that begins at 0", { first: 0 }],
    ["with a negative number", { seq: -1 }],
    ["with a part of a number", { seq: 1.5 }],
    ["that ends where no room could go on", { seq: 2 ** 53 - 1 }],
    ["that begins there", { first: 2 ** 53 - 1, seq: 2 ** 53 - 1 }],
    ["that is beyond every number", { first: 2 ** 53, seq: 2 ** 53 }],
    ["of a room with no name", { room: "" }],
    ["of a room with a name that cannot be", { room: "a/b" }],
    ["of an epoch without end", { epoch: "e".repeat(1000) }],
    ["of another version", { version: 2 }],
    ["of another type", { type: "message" }],
  ])("%s is refused", (_, change) => {
    const line = JSON.stringify({
      ...JSON.parse(exportHeader(header)),
      ...change,
    });
    expect(readHeader(line).ok).toBe(false);
  });
});

describe("an event", () => {
  test("is read as the room would have stored it", () => {
    const read = readEvent(JSON.stringify({ ...event, more: 1 }), 7, "lobby");
    expect(read).toEqual({ ok: true, value: JSON.stringify(event) });
  });

  test("takes the name of the room that takes it", () => {
    const read = readEvent(JSON.stringify(event), 7, "kitchen");
    expect(read.ok && JSON.parse(read.value).room).toBe("kitchen");
  });

  test("needs no id", () => {
    const { id: _, ...bare } = event;
    const read = readEvent(JSON.stringify(bare), 7, "lobby");
    expect(read).toEqual({ ok: true, value: JSON.stringify(bare) });
  });

  test.each([
    ["not JSON", "{", "not JSON."],
    ["another number", { seq: 8 }, "seq: expected 7."],
    ["an unknown kind", { type: "topic" }, /^type: /],
    ["no text", { text: "" }, /^text: /],
    ["a forbidden character", { text: "a\u202eb" }, /^text: /],
    ["a name in another spelling", { username: "ａlice" }, /^username: /],
    ["a bad name", { username: "a b" }, /^username: /],
    ["a bad room", { room: "" }, /^room: /],
    ["a bad user", { user: "a b" }, /^user: /],
    ["a bad id", { id: "" }, /^id: /],
    ["no time", { at: null }, /^at: /],
    ["a time before all times", { at: -1 }, /^at: /],
    ["a part of a millisecond", { at: 0.5 }, /^at: /],
    ["a time that no calendar has", { at: 9e15 }, /^at: /],
    ["the year 10000", { at: Date.UTC(10_000, 0, 1) }, /^at: /],
    ["an id without end", { id: "x".repeat(65) }, /^id: /],
    ["a user without end", { user: "x".repeat(65) }, /^user: /],
    ["a name without end", { username: "x".repeat(33) }, /^username: /],
    ["a text beyond all limits", { text: "x".repeat(100_001) }, /^text: /],
  ])("with %s is refused, and told where", (_, change, words) => {
    const line =
      typeof change === "string"
        ? change
        : JSON.stringify({ ...event, ...change });
    expect(wrong(readEvent(line, 7, "lobby"))).toMatch(words);
  });
});

test("the greatest numbers of a file leave a room and its readers what they need", () => {
  const [seq, at] = [1e15, Date.UTC(9999, 11, 31, 23, 59, 59, 999)];
  expect(readHeader(exportHeader({ ...header, first: seq, seq })).ok).toBe(
    true,
  );
  const read = readEvent(JSON.stringify({ ...event, seq, at }), seq, "lobby");
  expect(read.ok).toBe(true);
  expect(seq * 9).toBeLessThan(Number.MAX_SAFE_INTEGER);
  expect(new Date(at).toISOString()).toBe("9999-12-31T23:59:59.999Z");
});

test("a message that shows as nothing, which the first release took, is read", () => {
  const line = JSON.stringify({ ...event, text: "\u3164" });
  expect(readEvent(line, 7, "lobby").ok).toBe(true);
});
