// Codec: a client's frame is decoded, or answered by an error with a code.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DecodeResult,
  decodeFrame,
  encodeJson,
  errorFrame,
} from "../../src/protocol/codec.ts";
import { ERRORS } from "../../src/protocol/errors.ts";
import { PING, PONG } from "../../src/protocol/framing.ts";

const limits = { FRAME_MAX: 256, TEXT_MAX: 10 };

function read(data: string | object | null): DecodeResult {
  const isText = typeof data === "string" || data === null;
  return decodeFrame(isText ? data : JSON.stringify(data), limits);
}

/** Decodes a valid frame. */
function message(data: string | object): unknown {
  const result = read(data);
  return result.ok ? result.frame : result.error;
}

/** The code and id of the error for an invalid frame. */
function refusal(data: string | object | null): { code?: string; id?: string } {
  const result = read(data);
  if (result.ok) return {};
  const { code, id } = result.error;
  return id === undefined ? { code } : { code, id };
}

describe("a frame", () => {
  test("a frame of a user that begins with a brace is JSON", () => {
    expect(message({ type: "message", text: "hello", id: "1" })).toEqual({
      type: "message",
      text: "hello",
      id: "1",
    });
  });

  test("a frame of a user that begins with anything else was typed by hand", () => {
    expect(message("hello")).toEqual({ type: "message", text: "hello" });
    expect(message("[1]")).toEqual({ type: "message", text: "[1]" });
  });

  test.for([" {}", "\ufeff{}", ' {"type":"join","token":"secret"}'])(
    "JSON of a user behind a blank, %j, is not sent to the room",
    (data) => {
      expect(refusal(data)).toEqual({ code: "bad_request" });
    },
  );

  test("a user reads which field of a frame is missing, or what it takes", () => {
    expect(message({ type: "delete", seq: 3 })).toMatchObject({
      message: "of: is missing.",
    });
    expect(message({ type: "delete", of: "3" })).toMatchObject({
      message: "of: expected number.",
    });
  });

  test("a frame of a user keeps only the fields that the server knows", () => {
    expect(message({ type: "ping", text: "x", more: 1 })).toEqual({
      type: "ping",
    });
  });

  test("a binary frame of a user is unsupported", () => {
    expect(refusal(null)).toEqual({ code: "unsupported" });
  });

  test.each([
    "{",
    "{}",
    '{"type":7}',
    '{"type":null}',
    '{"text":"hello"}',
    '{"type":"message","text":"a"',
    '{"type":"message","text":"a"}{"type":"message","text":"b"}',
    '{"type":"message","text":"a"}\n{"type":"message","text":"b"}',
    "{type:'who'}",
  ])("the frame %s of a user is a bad request", (data) => {
    expect(refusal(data)).toEqual({ code: "bad_request" });
  });

  test.each(["dance", "constructor", "__proto__", "toString", "", "Message"])(
    "a frame of a user with the type %j is unsupported",
    (type) => {
      expect(refusal(`{"type":${JSON.stringify(type)}}`)).toEqual({
        code: "unsupported",
      });
    },
  );

  test("an error tells a user which message it refuses", () => {
    expect(refusal({ type: "message", id: "7" })).toEqual({
      code: "bad_request",
      id: "7",
    });
    expect(refusal({ type: "dance", id: "7" })).toEqual({
      code: "unsupported",
      id: "7",
    });
    expect(refusal({ id: "7" })).toEqual({ code: "bad_request", id: "7" });
  });

  test.each(["", "é", "x".repeat(65), 7, null])(
    "an error has no id where a user gave %j",
    (id) => {
      expect(refusal({ type: "message", text: "a", id })).toEqual({
        code: "bad_request",
      });
    },
  );

  test("an error tells a user what is wrong with the frame, and where", () => {
    expect(message({ type: "history", limit: 500 })).toMatchObject({
      message: "limit: 1 to 200.",
    });
    expect(message({ type: "history", before: 1, after: 1 })).toMatchObject({
      message: "Expected one of before, after and at.",
    });
    expect(message("@bob")).toMatchObject({ message: "Write: @name text" });
  });

  test("an error never quotes the frame of a user", () => {
    const loud = "<b>loud</b>";
    for (const frame of [
      { type: "join", username: 7, token: loud },
      { type: loud },
      { type: "message", text: { [loud]: loud } },
      { type: "received", seq: loud },
    ])
      expect(JSON.stringify(message(frame))).not.toContain("loud");
  });
});

describe("size", () => {
  test("the size of a user's frame is measured in bytes of UTF-8", () => {
    const fits = "é".repeat(128);
    expect(refusal(fits).code).toBe("too_large");
    expect(decodeFrame(fits, { FRAME_MAX: 256, TEXT_MAX: 200 }).ok).toBe(true);
    expect(
      decodeFrame(`${fits}x`, { FRAME_MAX: 256, TEXT_MAX: 200 }),
    ).toMatchObject({ error: { code: "too_large" } });
  });

  test("the size of a user's frame is checked before anything else", () => {
    expect(refusal("{".repeat(257))).toEqual({ code: "too_large" });
    expect(refusal("x".repeat(50_000_000))).toEqual({ code: "too_large" });
  });

  test("the text of a user is measured in characters, not in UTF-16 units", () => {
    expect(message("😀".repeat(10))).toMatchObject({ type: "message" });
    expect(refusal("😀".repeat(11))).toEqual({ code: "too_large" });
    expect(refusal("x".repeat(11))).toEqual({ code: "too_large" });
    expect(refusal("x".repeat(21))).toEqual({ code: "too_large" });
  });

  test("the text of a private message is limited too, and its error has the id", () => {
    const text = "x".repeat(11);
    expect(refusal({ type: "private", to: "bob", text, id: "7" })).toEqual({
      code: "too_large",
      id: "7",
    });
    expect(refusal(`@bob ${text}`)).toEqual({ code: "too_large" });
  });
});

test("the frame of a program is read as it was written", () => {
  const text = fc.string({ unit: "grapheme" }).map((tail) => `x${tail}`);
  const id = fc.stringMatching(/^[ -~]{1,64}$/);
  const roomy = { FRAME_MAX: 1_000_000, TEXT_MAX: 100_000 };
  fc.assert(
    fc.property(text, fc.option(id, { nil: undefined }), (said, own) => {
      const frame = {
        type: "message",
        text: said,
        ...(own !== undefined && { id: own }),
      };
      const result = decodeFrame(JSON.stringify(frame), roomy);
      if (result.ok) expect(result.frame).toEqual(frame);
      else expect(said).toMatch(/[\p{Cc}\u202a-\u202e]/u);
    }),
  );
});

test("no frame of a user makes the decoder throw", () => {
  const json = fc.json().map((value) => `{"type":"message","text":${value}}`);
  const keyed = fc
    .dictionary(
      fc.constantFrom("type", "text", "id", "to", "x"),
      fc.jsonValue(),
    )
    .map((value) => JSON.stringify(value));
  const any = fc
    .array(fc.nat(0x10ffff))
    .map((codes) => String.fromCodePoint(...codes));
  const commands = any.map((tail) => `/${tail}`);
  const frames = fc.oneof(json, keyed, any, commands);
  fc.assert(
    fc.property(frames, (data) => {
      const result = decodeFrame(data, limits);
      if (!result.ok) expect(ERRORS).toHaveProperty(result.error.code);
    }),
    { numRuns: 1000 },
  );
});

describe("an error frame", () => {
  test("an error for a user has the message of the table unless it has its own", () => {
    expect(errorFrame("not_joined")).toEqual({
      type: "error",
      code: "not_joined",
      message: ERRORS.not_joined.message,
    });
    expect(errorFrame("not_joined", { message: "Come in." }).message).toBe(
      "Come in.",
    );
  });

  test("an error for a user has an id and a time to wait only if there are such", () => {
    expect(
      errorFrame("rate_limited", { id: "7", retryAfter: 200 }),
    ).toMatchObject({ id: "7", retryAfter: 200 });
    expect(errorFrame("rate_limited", { id: undefined })).not.toHaveProperty(
      "id",
    );
  });
});

test("a server message for users is one line, whatever its text", () => {
  const help = { type: "help", text: "one\ntwo" } as const;
  expect(encodeJson(help)).not.toContain("\n");
  expect(JSON.parse(encodeJson(help))).toEqual(help);
});

test("a ping of a user and its pong are the bytes that hosts answer by themselves", () => {
  expect(JSON.parse(PING)).toEqual({ type: "ping" });
  expect(PING).toBe('{"type":"ping"}');
  expect(encodeJson({ type: "pong" })).toBe(PONG);
});
