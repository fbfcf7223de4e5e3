// Read verdict: the value that a hook returned is checked before core gets it, since an app may return anything.
import * as v from "valibot";
import type { AppVerdict } from "../core/shared/app-verdicts.ts";
import type { Refused } from "../core/shared/rpc.ts";
import { MessageSchema } from "../protocol/client-frames.ts";
import { ERRORS, type ErrorCode } from "../protocol/errors.ts";
import { ROLES } from "../protocol/roles.ts";
import type { Settings } from "../protocol/settings.ts";

/** A longer message of a denial is cut, in characters. */
const MESSAGE_MAX = 500;
const RETRY_MAX_MS = 3_600_000;

/** The value is no verdict, or one that this action cannot have. */
export class InvalidVerdict extends Error {
  override readonly name = "InvalidVerdict";
}

const denySchema = v.object({
  type: v.literal("deny"),
  code: v.custom<ErrorCode>(
    (code) => typeof code === "string" && Object.hasOwn(ERRORS, code),
  ),
  message: v.optional(v.string()),
  retryAfter: v.optional(
    v.pipe(v.number(), v.minValue(0), v.maxValue(RETRY_MAX_MS)),
  ),
});
const allowSchema = v.object({
  type: v.literal("allow"),
  rewrites: v.object({
    text: v.optional(MessageSchema.entries.text),
    data: MessageSchema.entries.data,
  }),
});

const joinSchema = v.object({
  rewrites: v.object({ role: v.optional(v.picklist(ROLES)) }),
});

/** @throws InvalidVerdict if it is not a denial */
export function readDeny(value: unknown): Refused {
  const read = v.safeParse(denySchema, value);
  if (!read.success) throw new InvalidVerdict();
  const { code, message, retryAfter } = read.output;
  return {
    type: "refused",
    code,
    // One line: a line break could imitate another line of the server.
    ...(message !== undefined && {
      message: message
        .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
        .slice(0, MESSAGE_MAX),
    }),
    ...(retryAfter !== undefined && { retryAfter: Math.ceil(retryAfter) }),
  };
}

/**
 * Reads a verdict on a join, which may have data and a role for the user.
 *
 * @throws InvalidVerdict if it is none
 */
export function readJoinVerdict(value: unknown): AppVerdict {
  if (!isAllow(value)) return readDeny(value);
  const read = v.safeParse(allowSchema, value);
  if (!read.success) throw new InvalidVerdict();
  const { rewrites } = read.output;
  const join = v.safeParse(joinSchema, value);
  if (!join.success) throw new InvalidVerdict();
  const { role } = join.output.rewrites;
  // Undefined drops the data, and an absent field keeps it.
  return {
    type: "allowed",
    ...("data" in rewrites && { data: rewrites.data }),
    ...(role !== undefined && { role }),
  };
}

/**
 * Reads a verdict with rewrites of a text and its data.
 *
 * @throws InvalidVerdict if it is none, or the room cannot store the rewrites
 */
export function readTextVerdict(
  value: unknown,
  { TEXT_MAX }: Pick<Settings, "TEXT_MAX">,
): AppVerdict {
  if (!isAllow(value)) return readDeny(value);
  const read = v.safeParse(allowSchema, value);
  if (!read.success) throw new InvalidVerdict();
  const { rewrites } = read.output;
  const { text } = rewrites;
  if (text !== undefined && !isShortText(text, TEXT_MAX))
    throw new InvalidVerdict();
  return {
    type: "allowed",
    ...(text !== undefined && { text }),
    // Undefined drops the data, and an absent field keeps it.
    ...("data" in rewrites && { data: rewrites.data }),
  };
}

/** @param max in code points */
export function isShortText(text: string, max: number): boolean {
  return (
    text.length <= max || (text.length <= 2 * max && [...text].length <= max)
  );
}

function isAllow(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    value.type === "allow"
  );
}
