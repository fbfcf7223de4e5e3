// Error codes: the codes of errors and closes, and their retry advice, are fixed.
import { expect, test } from "vitest";
import {
  CLOSE_CODES,
  ERRORS,
  shouldReconnect,
} from "../../src/protocol/errors.ts";

test("users get the error codes of the protocol and no others", () => {
  expect(Object.keys(ERRORS)).toEqual([
    ...["bad_request", "not_joined", "already_joined", "bad_username"],
    ...["bad_room", "username_taken", "unauthorized", "forbidden", "banned"],
    ...[
      "muted",
      "gone",
      "no_such_user",
      "mailbox_full",
      "too_large",
      "rate_limited",
    ],
    ...["room_full", "unsupported", "unavailable", "internal"],
  ]);
});

test("every error tells users a sentence with a full stop", () => {
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
] as const)(
  "a user who gets %s is told when to send again: %s",
  (code, resend) => {
    expect(ERRORS[code].resend).toBe(resend);
  },
);

test("users get the close codes of the protocol and no others", () => {
  const codes = Object.values(CLOSE_CODES).map(({ code }) => code);
  expect(codes).toEqual([
    ...[4000, 4001, 4002, 4003],
    ...[4500, 4501, 4502, 4503, 4504, 4505, 4506, 4507],
  ]);
});

test("the reason of a close for a user fits into a close frame", () => {
  for (const { reason } of Object.values(CLOSE_CODES))
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
});

test.each([
  ...[1000, 1001, 1005, 1006, 1011, 1012, 3000],
  ...[4000, 4001, 4002, 4003, 4499],
])("a user whose connection was closed with %i reconnects", (code) => {
  expect(shouldReconnect(code)).toBe(true);
});

test.each([1009, 4500, 4501, 4502, 4503, 4504, 4505, 4506, 4507, 4999])(
  "a user whose connection was closed with %i does not reconnect",
  (code) => {
    expect(shouldReconnect(code)).toBe(false);
  },
);
