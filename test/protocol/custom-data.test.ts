// Custom data tests: values of clients and of an app's code are bounded, and none of them throws.
import { describe, expect, test } from "vitest";
import {
  dataBytes,
  dataText,
  isStorable,
} from "../../src/protocol/custom-data.ts";

function nested(levels: number): unknown {
  let value: unknown = null;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}
const round: { self?: unknown } = {};
round.self = round;

describe("data that an app may store", () => {
  test.each([null, 0, "", false, [], {}, { a: [1, { b: null }] }, nested(32)])(
    "an app stores %j",
    (data) => {
      expect(isStorable(data)).toBe(true);
      expect(dataText(data, 256)).toBe(JSON.stringify(data));
    },
  );

  test("an app's dates are stored as JSON has them", () => {
    expect(dataText({ at: new Date(0) }, 256)).toBe(
      '{"at":"1970-01-01T00:00:00.000Z"}',
    );
  });

  test.each([
    ["33 levels", nested(33)],
    ["100,000 levels", nested(100_000)],
    ["a circle", round],
    ["infinity", [Number.POSITIVE_INFINITY]],
    ["not a number", Number.NaN],
    ["a bigint", { n: 1n }],
    ["a function", () => 0],
    ["a symbol", Symbol("x")],
  ])("an app does not store %s", (_, data) => {
    expect(isStorable(data)).toBe(false);
    expect(dataText(data, 1_000_000)).toBeNull();
    expect(dataBytes(data)).toBeGreaterThanOrEqual(0);
  });

  test("an app does not store a value that throws, or none", () => {
    const throwing = {
      toJSON() {
        throw new Error("a bug");
      },
    };
    expect(dataText(throwing, 256)).toBeNull();
    expect(dataText(undefined, 256)).toBeNull();
  });

  test("an app's bytes are those of UTF-8", () => {
    expect(dataBytes("\u674e")).toBe(5);
    expect(dataText("\u674e", 5)).not.toBeNull();
    expect(dataText("\u674e", 4)).toBeNull();
  });
});
