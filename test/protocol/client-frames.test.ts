// Client frames: each schema accepts its valid frames and refuses others.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import {
  CLIENT_SCHEMAS,
  type ClientFrame,
} from "../../src/protocol/client-frames.ts";

type Frame = { readonly type: ClientFrame["type"] } & Record<string, unknown>;

function takes(frame: Frame): boolean {
  return v.is(CLIENT_SCHEMAS[frame.type], frame);
}

const join = { type: "join", username: "alice" } as const;
const say = { type: "message", text: "hello" } as const;
const psst = { type: "private", to: "bob", text: "psst" } as const;
const past = { type: "history" } as const;

test("a frame of a user keeps only its own fields", () => {
  const frame = '{"type":"message","text":"a","seq":7,"__proto__":{"id":"x"}}';
  const read = v.parse(CLIENT_SCHEMAS.message, JSON.parse(frame));
  expect(read).toEqual({ type: "message", text: "a" });
});

describe("a text", () => {
  test.each([
    ["a newline and a tab", "one\n\ttwo"],
    ["an emoji of many parts", "👩‍👩‍👧‍👦"],
    ["right-to-left letters", "שלום"],
    ["bidi isolates", "\u2067שלום\u2069!"],
    ["a line separator", "a\u2028b"],
    ["a joiner between letters", "न\u200dम"],
    ["one letter among spaces", "   x   "],
  ])("a user may send a text with %s", (_, text) => {
    expect(takes({ ...say, text })).toBe(true);
    expect(takes({ ...psst, text })).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["spaces alone", " \n\t "],
    ["no-break spaces alone", "\u00a0\u3000"],
    ["what is not seen alone", "\u200b\u200e\u2060\ufeff"],
    ["a filler alone", "\u3164"],
    ["a soft hyphen alone", "\u00ad"],
    ["tags alone", "\u{e0062}\u{e0063}"],
    ["a null", "a\0b"],
    ["a carriage return", "a\rb"],
    ["an escape", "\x1b[31mred"],
    ["a delete", "a\x7f"],
    ["a C1 control", "a\x9bb"],
    ["a bidi override", "a\u202eb"],
    ["a bidi embedding", "a\u202ab"],
    ["half a surrogate pair", "a\ud800b"],
    ["the other half", "\udc00"],
  ])("a user may not send a text with %s", (_, text) => {
    expect(takes({ ...say, text })).toBe(false);
    expect(takes({ ...psst, text })).toBe(false);
  });

  test.each([7, null, ["hello"], { toString: "hello" }, true])(
    "a user may not send %j as a text",
    (text) => {
      expect(takes({ ...say, text })).toBe(false);
    },
  );
});

describe("an id", () => {
  test.each(["1", "a b", "~!@#$%^&*()", "x".repeat(64)])(
    "a user may give the id %j",
    (id) => {
      expect(takes({ ...say, id })).toBe(true);
      expect(takes({ ...psst, id })).toBe(true);
      expect(takes({ ...join, device: id })).toBe(true);
    },
  );

  test.each(["", "x".repeat(65), "é", "a\nb", "a\x7f", 7, null])(
    "a user may not give the id %j",
    (id) => {
      expect(takes({ ...say, id })).toBe(false);
      expect(takes({ ...psst, id })).toBe(false);
      expect(takes({ ...join, device: id })).toBe(false);
    },
  );
});

describe("a number of an event", () => {
  test.each([0, 1, 10_000, Number.MAX_SAFE_INTEGER])(
    "a user may name the event number %i",
    (n) => {
      expect(takes({ ...join, since: n, mailSince: n })).toBe(true);
      expect(takes({ ...past, before: n })).toBe(true);
      expect(takes({ ...past, after: n })).toBe(true);
      expect(takes({ type: "received", seq: n, mail: n })).toBe(true);
    },
  );

  test.each([-1, 1.5, 2 ** 53, Infinity, NaN, "1", null])(
    "a user may not name the event number %j",
    (n) => {
      expect(takes({ ...join, since: n })).toBe(false);
      expect(takes({ ...join, mailSince: n })).toBe(false);
      expect(takes({ ...past, before: n })).toBe(false);
      expect(takes({ ...past, after: n })).toBe(false);
      expect(takes({ type: "received", mail: n })).toBe(false);
    },
  );
});

describe("a page of history", () => {
  test.each([1, 50, 200])(
    "a user may ask for a page of %i messages",
    (limit) => {
      expect(takes({ ...past, limit })).toBe(true);
    },
  );

  test.each([0, 201, -1, 1.5, "50"])(
    "a user may not ask for a page of %j messages",
    (limit) => {
      expect(takes({ ...past, limit })).toBe(false);
    },
  );

  test("a user asks for a page before or after an event, not both", () => {
    expect(takes({ ...past, before: 9, after: 1 })).toBe(false);
  });

  test("a user may ask for no page at a join", () => {
    expect(takes({ ...join, history: 0 })).toBe(true);
    expect(takes({ ...join, history: 200 })).toBe(true);
    expect(takes({ ...join, history: 201 })).toBe(false);
  });
});

test.each([
  { type: "join", username: 7 },
  { ...join, token: 7 },
  { ...join, epoch: "x".repeat(65) },
  { type: "message" },
  { type: "private", text: "psst" },
  { type: "private", to: ["bob"], text: "psst" },
  { ...psst, toUser: "x".repeat(65) },
  { type: "who", after: "x".repeat(257) },
  { type: "who", after: 7 },
] as const)("the request of a user for the page %j is refused", (frame) => {
  expect(takes(frame)).toBe(false);
});
