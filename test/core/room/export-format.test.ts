// Export format tests: an import reads exactly the lines that an export writes, and names the error in others.
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
  test("an operator's export has a header that an import reads", () => {
    expect(readHeader(exportHeader(header))).toEqual({
      ok: true,
      value: { type: "export", version: 1, ...header },
    });
  });

  test.each([
    ["of an empty log", { first: 1, seq: 0 }],
    ["of a trimmed log", { first: 9, seq: 10 }],
    ["of one event", { first: 1, seq: 1 }],
  ])("an operator can import a log with the header %s", (_, range) => {
    expect(readHeader(exportHeader({ ...header, ...range })).ok).toBe(true);
  });

  test.each([
    ["that ends before it begins", { first: 11 }],
    ["that begins at 0", { first: 0 }],
    ["with a negative number", { seq: -1 }],
    ["with a fraction", { seq: 1.5 }],
    ["that ends at the greatest number", { seq: 2 ** 53 - 1 }],
    ["of the greatest number alone", { first: 2 ** 53 - 1, seq: 2 ** 53 - 1 }],
    ["beyond the greatest number", { first: 2 ** 53, seq: 2 ** 53 }],
    ["of a room without a name", { room: "" }],
    ["of a room with an invalid name", { room: "a/b" }],
    ["with an epoch that is too long", { epoch: "e".repeat(1000) }],
    ["of another version", { version: 2 }],
    ["of another type", { type: "message" }],
  ])("an operator cannot import a log with a header %s", (_, change) => {
    const line = JSON.stringify({
      ...JSON.parse(exportHeader(header)),
      ...change,
    });
    expect(readHeader(line).ok).toBe(false);
  });
});

describe("an event", () => {
  test("a user's imported message is stored as the room would have stored it", () => {
    const read = readEvent(JSON.stringify({ ...event, more: 1 }), 7, "lobby");
    expect(read).toEqual({ ok: true, value: JSON.stringify(event) });
  });

  test("a user's imported message gets the name of its new room", () => {
    const read = readEvent(JSON.stringify(event), 7, "kitchen");
    expect(read.ok && JSON.parse(read.value).room).toBe("kitchen");
  });

  test("a user's message without an id can be imported", () => {
    const { id: _, ...bare } = event;
    const read = readEvent(JSON.stringify(bare), 7, "lobby");
    expect(read).toEqual({ ok: true, value: JSON.stringify(bare) });
  });

  test("a user's imported message has the data that was exported", () => {
    const { at, id, ...rest } = event;
    const data = { sticker: ["cat", null] };
    const line = JSON.stringify({ ...rest, data, at, id });
    expect(readEvent(line, 7, "lobby")).toEqual({ ok: true, value: line });
  });

  test.each([
    ["data above the limit", { data: "x".repeat(4095) }, /^data: /],
    ["not JSON", "{", "not JSON."],
    ["another number", { seq: 8 }, "seq: expected 7."],
    ["an unknown kind", { type: "hologram" }, /^type: /],
    ["no text", { text: "" }, /^text: /],
    ["a forbidden character", { text: "a\u202eb" }, /^text: /],
    ["a name in another spelling", { username: "ａlice" }, /^username: /],
    ["a bad name", { username: "a b" }, /^username: /],
    ["a bad room", { room: "" }, /^room: /],
    ["a bad user", { user: "a b" }, /^user: /],
    ["a bad id", { id: "" }, /^id: /],
    ["no time", { at: null }, /^at: /],
    ["a negative time", { at: -1 }, /^at: /],
    ["a fraction of a millisecond", { at: 0.5 }, /^at: /],
    ["a time beyond all dates", { at: 9e15 }, /^at: /],
    ["the year 10000", { at: Date.UTC(10_000, 0, 1) }, /^at: /],
    ["an id that is too long", { id: "x".repeat(65) }, /^id: /],
    ["a user that is too long", { user: "x".repeat(65) }, /^user: /],
    ["a name that is too long", { username: "x".repeat(33) }, /^username: /],
    ["a text above all limits", { text: "x".repeat(100_001) }, /^text: /],
  ])("a user's message with %s is refused", (_, change, words) => {
    const line =
      typeof change === "string"
        ? change
        : JSON.stringify({ ...event, ...change });
    expect(wrong(readEvent(line, 7, "lobby"))).toMatch(words);
  });
});

test("users can go on in a room whose imported log has the greatest seq and time", () => {
  const [seq, at] = [1e15, Date.UTC(9999, 11, 31, 23, 59, 59, 999)];
  expect(readHeader(exportHeader({ ...header, first: seq, seq })).ok).toBe(
    true,
  );
  const read = readEvent(JSON.stringify({ ...event, seq, at }), seq, "lobby");
  expect(read.ok).toBe(true);
  expect(seq * 9).toBeLessThan(Number.MAX_SAFE_INTEGER);
  expect(new Date(at).toISOString()).toBe("9999-12-31T23:59:59.999Z");
});

test("a user's invisible message from the first release can be imported", () => {
  const line = JSON.stringify({ ...event, text: "\u3164" });
  expect(readEvent(line, 7, "lobby").ok).toBe(true);
});
