// Text length: the counter of the composer agrees with the server.
import { describe, expect, test } from "vitest";
import { decodeFrame } from "../../src/protocol/codec.ts";
import { charactersLeft } from "../../src/web/text-length.ts";

const limits = (text: number, frame: number) => ({
  ...{ text, frame, history: 50, rateBurst: 1, ratePerSecond: 1 },
});

function takes(
  text: string,
  to: string | undefined,
  TEXT_MAX: number,
  FRAME_MAX: number,
) {
  const id = "a".repeat(32);
  const frame =
    to === undefined
      ? { type: "message", text, id }
      : { type: "private", to, text, id, toUser: "u".repeat(16) };
  return decodeFrame(JSON.stringify(frame), { TEXT_MAX, FRAME_MAX }).ok;
}

const CHARACTERS = ["a", "é", "好", "😀", '"', "\n", "👨‍👩‍👧"];

describe.for([
  [4000, 16_384],
  [20, 16_384],
  [4000, 256],
] as const)("of %i characters and %i bytes", ([text, frame]) => {
  test.for(CHARACTERS)(
    "a user can type %j exactly as often as the counter says",
    (one) => {
      for (const to of [undefined, "李雷"]) {
        let long = "x";
        while (charactersLeft(long + one, to, limits(text, frame)) >= 0)
          long += one;
        expect(takes(long, to, text, frame)).toBe(true);
        const over = long + one;
        expect(takes(over, to, text, frame)).toBe(false);
        const excess = -charactersLeft(over, to, limits(text, frame));
        expect(excess).toBeGreaterThan(0);
        const rest = [...over].slice(0, -excess).join("");
        expect(takes(rest, to, text, frame)).toBe(true);
      }
    },
  );
});

test("a user can send 4,000 characters, and 4,001 are one too many", () => {
  expect(
    charactersLeft("a".repeat(4000), undefined, limits(4000, 16_384)),
  ).toBe(0);
  expect(
    charactersLeft("a".repeat(4001), undefined, limits(4000, 16_384)),
  ).toBe(-1);
  expect(
    charactersLeft("😀".repeat(3990), undefined, limits(4000, 16_384)),
  ).toBe(10);
});

test("a user has no limit until the server has sent it", () => {
  expect(charactersLeft("a".repeat(9999), undefined, null)).toBe(
    Number.POSITIVE_INFINITY,
  );
});
