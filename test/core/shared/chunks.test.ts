// Chunk tests: lines are joined to frames and rows up to a size in bytes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  byteLength,
  CHUNK_BYTES_MAX,
  chunksOf,
  joinChunks,
} from "../../../src/core/shared/chunks.ts";

test("users' texts are counted in bytes of UTF-8", () => {
  const character = fc
    .oneof(fc.nat(0x7f), fc.nat(0x7ff), fc.nat(0xffff), fc.nat(0x10ffff))
    .map((code) => String.fromCodePoint(code))
    .filter((one) => one.isWellFormed());
  const text = fc.array(character).map((characters) => characters.join(""));
  fc.assert(
    fc.property(text, (value) => {
      expect(byteLength(value)).toBe(Buffer.byteLength(value));
    }),
  );
});

test.each([
  ["ASCII", "a", 1],
  ["Latin", "é", 2],
  ["the last of two bytes", "\u07ff", 2],
  ["the first of three", "\u0800", 3],
  ["Chinese", "李", 3],
  ["the last below the surrogates", "\ud7ff", 3],
  ["the first above them", "\ue000", 3],
  ["an emoji", "😀", 4],
  ["no character", "", 0],
])("a user's text with %s, %j, has %i bytes", (_, text, bytes) => {
  expect(byteLength(text)).toBe(bytes);
});

describe("lines are cut into frames", () => {
  test("users' lines stay whole and in order when they are cut into frames", () => {
    const length = fc.oneof(
      fc.nat({ max: 100 }),
      fc.nat({ max: CHUNK_BYTES_MAX / 2 }),
      fc.constantFrom(
        CHUNK_BYTES_MAX - 1,
        CHUNK_BYTES_MAX,
        CHUNK_BYTES_MAX + 1,
      ),
    );
    const lines = fc
      .array(length, { maxLength: 12 })
      .map((lengths) => lengths.map((n, i) => String(i % 10).repeat(n + 1)));
    fc.assert(
      fc.property(lines, (given) => {
        const frames = joinChunks(given);
        expect(frames.flatMap((frame) => frame.split("\n"))).toEqual(given);
        for (const frame of frames) {
          const isSmall = Buffer.byteLength(frame) <= CHUNK_BYTES_MAX;
          expect(isSmall || !frame.includes("\n")).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  });

  test("users get no more frames than are needed", () => {
    const quarter = "x".repeat(CHUNK_BYTES_MAX / 4 - 1);
    expect(joinChunks(Array.from({ length: 9 }, () => quarter))).toHaveLength(
      3,
    );
  });

  test("users' lines are cut by bytes, not by characters", () => {
    const third = "李".repeat(CHUNK_BYTES_MAX / 9);
    expect(joinChunks([third, third])).toHaveLength(1);
    expect(joinChunks([third, third, third, third])).toHaveLength(2);
  });

  test("a user's line above the size is a frame alone", () => {
    const big = "x".repeat(2 * CHUNK_BYTES_MAX);
    expect(joinChunks(["a", "b", big, "c"])).toEqual(["a\nb", big, "c"]);
  });

  test("a user gets no frame for no line, and one for one", () => {
    expect(joinChunks([])).toEqual([]);
    expect(joinChunks(["a"])).toEqual(["a"]);
    expect(chunksOf([])).toEqual([]);
  });
});
