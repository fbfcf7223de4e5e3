// Frame fields: defines the schemas of fields that several frames have.
import * as v from "valibot";
import { dataBytes, isStorable } from "./custom-data.ts";
import * as LIMITS from "./limits.ts";
import { isVisible } from "./visible-text.ts";

export const id = v.pipe(
  v.string(),
  v.regex(/^[\x20-\x7e]{1,64}$/, "1 to 64 printable ASCII characters"),
);
export const wholeNumber = (min: number, max: number, what: string) =>
  v.pipe(
    v.number(),
    v.check((n) => Number.isInteger(n) && n >= min && n <= max, what),
  );
export const cursor = wholeNumber(
  0,
  Number.MAX_SAFE_INTEGER,
  "a whole number from 0",
);
export const seq = wholeNumber(
  1,
  Number.MAX_SAFE_INTEGER,
  "a whole number from 1",
);
export const epoch = v.pipe(v.string(), v.maxLength(64));
/**
 * The message that a command acts on. 0 is for people who type: one's own
 * newest message for `edit` and `delete`, otherwise the newest of the room.
 */
export const target = cursor;
export const pageSize = wholeNumber(
  1,
  LIMITS.historyPageMax,
  `1 to ${LIMITS.historyPageMax}`,
);

/**
 * Characters that a text must not hold: controls except newline and tab, and
 * bidi overrides.
 */
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refused here
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
/** @returns whether a text has none of them, and no lone surrogate */
export const isPlain = (value: string) =>
  value.isWellFormed() && !forbidden.test(value);
export const PLAIN_WORDS =
  "no lone surrogates, controls but newline and tab, or bidi overrides";
/** The id of a user that everybody sees. */
const publicId = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{16}$/, "a public id"),
);
/** The text of any release. The first release accepted invisible texts. */
export const StoredTextSchema = v.pipe(
  v.string(),
  v.check(isPlain, PLAIN_WORDS),
  v.regex(/[^\s\u200b-\u200f\u2060\ufeff]/u, "something to read"),
);
export const text = v.pipe(
  StoredTextSchema,
  v.check(isVisible, "something that can be seen"),
);

/** @returns the schema of one line that can be seen, of at most so many characters */
export const shortText = (max: number) =>
  v.pipe(
    text,
    v.check(
      (line) => [...line].length <= max && !line.includes("\n"),
      `a line of at most ${max} characters`,
    ),
  );

/** The reason of an act of moderation. */
export const ReasonSchema = shortText(LIMITS.reasonMax);

/** Any JSON value of the app's own. */
export const messageData = v.pipe(
  v.unknown(),
  v.check(
    (data) => isStorable(data),
    `at most ${LIMITS.dataDepthMax} levels of arrays and objects, and numbers that are finite`,
  ),
  v.check(
    (data) => dataBytes(data) <= LIMITS.messageDataBytesMax,
    `at most ${LIMITS.messageDataBytesMax} bytes of JSON`,
  ),
);

export const userFields = {
  username: v.optional(v.string()),
  user: v.optional(publicId),
};
export const namesUser = (who: { username?: unknown; user?: unknown }) =>
  who.username !== undefined || who.user !== undefined;
export const userFieldsWords = "a username or a user";
