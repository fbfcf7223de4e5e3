// JSON input: parses a line of JSON from a script as a command, or as an error.
import type { Moderation } from "../client/index.ts";
import { readUsername } from "../protocol/names.ts";
import type { Command } from "./commands.ts";
import type { InputLine } from "./input-lines.ts";
import type { ScriptMessage } from "./script-output.ts";

export interface ScriptInput {
  readonly command: Command;
  /** The script's own reference, which its answer repeats. */
  readonly ref: ScriptMessage["ref"];
}

type Frame = Readonly<Record<string, unknown>>;

const HISTORY_DEFAULT = 50;

const EXAMPLES = [
  '{"type":"message","text":"..."}',
  '{"type":"private","to":"bob","text":"..."}',
  '{"type":"edit","of":12,"text":"..."}',
  '{"type":"delete","of":12}',
  '{"type":"react","of":12,"emoji":"👍","on":true}',
  '{"type":"pin","of":12,"on":true}',
  '{"type":"moderate","action":"topic","text":"..."}',
  '{"type":"moderate","action":"mute","username":"bob","for":600}',
  '{"type":"report","of":12,"reason":"..."}',
  '{"type":"reports"}',
  '{"type":"close_report","report":1,"outcome":"resolved"}',
  '{"type":"history"}',
  '{"type":"search","text":"..."}',
  '{"type":"rooms"}',
  '{"type":"forget","room":"..."}',
  '{"type":"who"}',
  '{"type":"register"}',
  '{"type":"release"}',
  '{"type":"rotate","token":"..."}',
  '{"type":"block","username":"bob"}',
  '{"type":"unblock","username":"bob"}',
];

/**
 * The frames of the protocol, without `id`, and with an optional `ref`. A line
 * that is not one whole JSON object is refused and never sent: it may be a part
 * of an object that was broken into lines.
 */
export function parseJsonLine(line: InputLine): ScriptInput {
  if (line.text === null) return invalid(line.error, undefined);
  if (/^[ \t\r]*$/.test(line.text))
    return { command: { kind: "empty" }, ref: undefined };
  const frame = parseObject(line.text);
  if (frame === null)
    return invalid("With --json each line must be one JSON object.", undefined);
  const { ref: given } = frame;
  const isRef = typeof given === "string" || typeof given === "number";
  const ref = isRef ? given : undefined;
  // A text with a recipient must not go to the room, whatever its type says.
  if (frame.type === "message" && ("to" in frame || "toUser" in frame))
    return invalid('A message with "to" must have the type "private".', ref);
  const command = parseFrame(frame);
  return command === null
    ? invalid(`Expected one of ${EXAMPLES.join(", ")}.`, ref)
    : { command, ref };
}

function parseFrame(frame: Frame): Command | null {
  const { type, to, text, limit = HISTORY_DEFAULT, username, token } = frame;
  const data = "data" in frame ? { data: frame.data } : {};
  switch (type) {
    case "message": {
      const refs = parseRefs(frame);
      return typeof text === "string" && refs !== null
        ? { kind: type, text, ...data, ...refs }
        : null;
    }
    case "edit":
    case "delete":
    case "react":
    case "pin":
      return parseChange(type, frame);
    case "moderate":
      return parseModeration(frame);
    case "report": {
      const { of, reason } = frame;
      if (!isSeq(of)) return null;
      if (reason === undefined) return { kind: type, of };
      return typeof reason === "string" ? { kind: type, of, reason } : null;
    }
    case "close_report": {
      const { report, outcome } = frame;
      return isSeq(report) &&
        (outcome === "resolved" || outcome === "dismissed")
        ? { kind: "close-report", report, outcome }
        : null;
    }
    case "private":
      return typeof text === "string" && typeof to === "string"
        ? { kind: type, to, text, ...data }
        : null;
    case "history": {
      if (typeof limit !== "number") return null;
      const { thread: of } = frame;
      if (of === undefined) return { kind: type, limit };
      return isSeq(of) ? { kind: "thread", of, limit } : null;
    }
    case "search": {
      const { before = 0, limit: size } = frame;
      return typeof text === "string" &&
        typeof before === "number" &&
        (size === undefined || typeof size === "number")
        ? { kind: type, words: text, before, limit: size }
        : null;
    }
    case "rooms": {
      const { before, read } = frame;
      if (read !== undefined) return null;
      return before === undefined || typeof before === "string"
        ? { kind: "unread", before }
        : null;
    }
    case "forget":
      return typeof frame.room === "string"
        ? { kind: type, name: frame.room }
        : null;
    case "rotate":
      return token === undefined || typeof token === "string"
        ? { kind: type, token }
        : null;
    case "block":
    case "unblock":
      return typeof username === "string" && readUsername(username) !== null
        ? { kind: type, name: username }
        : null;
    case "command": {
      const { name, args = "" } = frame;
      return typeof name === "string" && typeof args === "string"
        ? { kind: "app-command", name, rest: args }
        : null;
    }
    case "who":
    case "reports":
    case "register":
    case "release":
      return { kind: type };
    default:
      return null;
  }
}

/** The messages that a message answers; null if one is no number. */
function parseRefs({
  replyTo,
  thread,
}: Frame): { replyTo?: number; thread?: number } | null {
  if (replyTo !== undefined && !isSeq(replyTo)) return null;
  if (thread !== undefined && !isSeq(thread)) return null;
  return {
    ...(replyTo !== undefined && { replyTo }),
    ...(thread !== undefined && { thread }),
  };
}

function parseChange(
  type: "edit" | "delete" | "react" | "pin",
  frame: Frame,
): Command | null {
  const { of, text, reason, emoji, on } = frame;
  if (!isSeq(of)) return null;
  switch (type) {
    case "edit": {
      const data = "data" in frame ? { data: frame.data } : {};
      return typeof text === "string"
        ? { kind: type, of, text, ...data }
        : null;
    }
    case "delete":
      if (reason === undefined) return { kind: type, of };
      return typeof reason === "string" ? { kind: type, of, reason } : null;
    case "react":
      return typeof emoji === "string" && typeof on === "boolean"
        ? { kind: type, of, emoji, on }
        : null;
    case "pin":
      return typeof on === "boolean" ? { kind: type, of, on } : null;
    default:
      return type satisfies never;
  }
}

/** The server checks the fields of the act. */
function parseModeration(frame: Frame): Command | null {
  const { type: _, ref: __, id: ___, ...act } = frame;
  if (typeof act.action !== "string") return null;
  // The client chooses the code: the script must know it.
  if (act.action === "invite" && typeof act.code !== "string") return null;
  if (act.action === "topic")
    return typeof act.text === "string"
      ? { kind: "topic", topic: act.text }
      : null;
  return { kind: "moderate", act: act as unknown as Moderation };
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function invalid(message: string, ref: ScriptMessage["ref"]): ScriptInput {
  return { command: { kind: "invalid", message }, ref };
}

function parseObject(line: string): Frame | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Frame {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
