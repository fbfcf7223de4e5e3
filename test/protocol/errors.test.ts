// Error codes: the codes of errors and closes, and their retry advice, are fixed.
import { expect, test } from "vitest";
import {
  CLOSE_CODES,
  ERRORS,
  shouldReconnect,
} from "../../src/protocol/errors.ts";

test("the error codes are those of the protocol", () => {
  expect(Object.keys(ERRORS)).toEqual([
    ...["bad_request", "not_joined", "already_joined", "bad_username"],
    ...["bad_room", "username_taken", "unauthorized", "forbidden", "banned"],
    ...["muted", "no_such_user", "mailbox_full", "too_large", "rate_limited"],
    ...["room_full", "unsupported", "unavailable", "internal"],
  ]);
});

test("every error has words that end in a full stop", () => {
  for (const { message } of Object.values(ERRORS))
    expect(message).toMatch(/^[A-Z].+\.$/);
});

test.each([
  ["rate_limited", "later"],
  ["unavailable", "later"],
  ["username_taken", "later"],
  ["mailbox_full", "later"],
  ["internal", "later"],
  ["bad_request", "never"],
  ["too_large", "never"],
  ["no_such_user", "never"],
] as const)("what failed as %s is to be sent again: %s", (code, resend) => {
  expect(ERRORS[code].resend).toBe(resend);
});

test("the close codes are those of the protocol", () => {
  const codes = Object.values(CLOSE_CODES).map(({ code }) => code);
  expect(codes).toEqual([
    ...[4000, 4001, 4002, 4003],
    ...[4500, 4501, 4502, 4503, 4504, 4505, 4506],
  ]);
});

test("a close reason fits into a close frame", () => {
  for (const { reason } of Object.values(CLOSE_CODES))
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
});

test.each([
  ...[1000, 1001, 1005, 1006, 1011, 1012, 3000],
  ...[4000, 4001, 4002, 4003, 4499],
])("a client that was closed with %i comes back", (code) => {
  expect(shouldReconnect(code)).toBe(true);
});

test.each([1009, 4500, 4501, 4502, 4503, 4504, 4505, 4506, 4999])(
  "a client that was closed with %i stays away",
  (code) => {
    expect(shouldReconnect(code)).toBe(false);
  },
);
