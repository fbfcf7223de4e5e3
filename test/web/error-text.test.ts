// Error text: an error has a text in the language of the page.
import { expect, test } from "vitest";
import { ERRORS } from "../../src/protocol/errors.ts";
import { explainError, formatDuration } from "../../src/web/error-text.ts";
import { english } from "../../src/web/locales/en.ts";
import { chinese } from "../../src/web/locales/zh.ts";

test("a user reads the server's message for an unknown error", () => {
  const { message } = ERRORS.bad_request;
  expect(explainError({ code: "brand_new", message }, english)).toBe(message);
});

test("a user reads a wait in a common unit, rounded up", () => {
  expect(formatDuration(1, english)).toBe("1 second");
  expect(formatDuration(59_001, english)).toBe("60 seconds");
  expect(formatDuration(125_000, english)).toBe("3 minutes");
  expect(formatDuration(3 * 3_600_000, english)).toBe("3 hours");
  expect(formatDuration(30 * 86_400_000, chinese)).toBe("30 天");
});
