// Codec: decodes and validates the frames of clients, and encodes frames for clients.
import * as v from "valibot";
import {
  CLIENT_SCHEMAS,
  type ClientFrame,
  type ErrorFrame,
  type ServerFrame,
} from "./client-frames.ts";
import { ERRORS, type ErrorCode, type ErrorReason } from "./errors.ts";
import { readTypedLine } from "./typed-line.ts";

/** The decoded frame, or the error that answers it. */
export type DecodeResult =
  | { ok: true; frame: ClientFrame }
  | { ok: false; error: ErrorFrame };

/**
 * The limits of a client's frame, in bytes, and of its text, in code points.
 */
export interface DecodeLimits {
  readonly FRAME_MAX: number;
  readonly TEXT_MAX: number;
}

/**
 * @param data the frame's text; null for a binary frame
 * @param appCommands names of the app's commands, which a person may type
 */
export function decodeFrame(
  data: string | null,
  limits: DecodeLimits,
  appCommands: readonly string[] = [],
): DecodeResult {
  if (data === null)
    return refuse("unsupported", "Frames are text, not binary.");
  if (exceedsBytes(data, limits.FRAME_MAX))
    return refuse(
      "too_large",
      `A frame has at most ${limits.FRAME_MAX} bytes.`,
    );
  if (data.startsWith("{")) return decodeJson(data, limits);
  const typed = readTypedLine(data, appCommands);
  return "wrong" in typed
    ? refuse(typed.code ?? "bad_request", typed.wrong)
    : validate(typed.frame, limits);
}

/** @returns the client's id of a frame, if it has one */
export function idOfFrame(frame: ClientFrame): string | undefined {
  return "id" in frame ? frame.id : undefined;
}

function decodeJson(data: string, limits: DecodeLimits): DecodeResult {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return refuse("bad_request", "The frame is not valid JSON.");
  }
  return validate(value, limits);
}

function validate(value: unknown, limits: DecodeLimits): DecodeResult {
  const id = readId(value);
  const type = readType(value);
  if (type === undefined)
    return refuse("bad_request", "A frame has a string `type`.", id);
  if (!isKnown(type)) return refuse("unsupported", undefined, id);
  // A message with an addressee is meant to be private: the room must not see
  // it.
  if (type === "message" && hasAddressee(value))
    return refuse(
      "bad_request",
      "A message to somebody has the type private.",
      id,
    );
  const result = v.safeParse(CLIENT_SCHEMAS[type], value, { abortEarly: true });
  if (!result.success) return refuse("bad_request", explain(result.issues), id);
  const frame: ClientFrame = result.output;
  const text = textOf(frame);
  if (text !== undefined && exceedsCodePoints(text, limits.TEXT_MAX))
    return refuse(
      "too_large",
      `A text has at most ${limits.TEXT_MAX} characters.`,
      id,
    );
  return { ok: true, frame };
}

function textOf(frame: ClientFrame): string | undefined {
  if ("text" in frame) return frame.text;
  return "args" in frame ? frame.args : undefined;
}

function hasAddressee(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "to") || Object.hasOwn(value, "toUser");
}

function isKnown(type: string): type is keyof typeof CLIENT_SCHEMAS {
  return Object.hasOwn(CLIENT_SCHEMAS, type);
}

const typeOf = v.object({ type: v.string() });
function readType(value: unknown): string | undefined {
  return v.is(typeOf, value) ? value.type : undefined;
}

const idOf = v.object({
  id: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,64}$/)),
});
function readId(value: unknown): string | undefined {
  return v.is(idOf, value) ? value.id : undefined;
}

function explain([issue]: [v.BaseIssue<unknown>, ...unknown[]]): string {
  const path = v.getDotPath(issue);
  if (path !== null && issue.input === undefined) return `${path}: is missing.`;
  const words =
    issue.kind === "schema" ? `expected ${issue.expected}` : issue.message;
  return path === null ? `Expected ${words}.` : `${path}: ${words}.`;
}

function refuse(code: ErrorCode, message?: string, id?: string): DecodeResult {
  return { ok: false, error: errorFrame(code, { message, id }) };
}

/** Builds an error frame, by default with the message of the table. */
export function errorFrame(
  code: ErrorCode,
  more: {
    message?: string | undefined;
    reason?: ErrorReason | undefined;
    id?: string | undefined;
    retryAfter?: number | undefined;
    until?: number | undefined;
  } = {},
): ErrorFrame {
  return {
    type: "error",
    code,
    message: more.message ?? ERRORS[code].message,
    ...(more.reason !== undefined && { reason: more.reason }),
    ...(more.id !== undefined && { id: more.id }),
    ...(more.retryAfter !== undefined && { retryAfter: more.retryAfter }),
    ...(more.until !== undefined && { until: more.until }),
  };
}

/** Encodes a frame as JSON: one object on one line. */
export function encodeJson(message: ServerFrame): string {
  return JSON.stringify(message);
}

const utf8 = new TextEncoder();

function exceedsBytes(data: string, max: number): boolean {
  if (data.length > max) return true;
  // UTF-8 needs at most three bytes for a UTF-16 unit.
  return data.length * 3 > max && utf8.encode(data).byteLength > max;
}

function exceedsCodePoints(text: string, max: number): boolean {
  if (text.length <= max) return false;
  if (text.length > 2 * max) return true;
  let count = 0;
  for (const _ of text) count++;
  return count > max;
}
