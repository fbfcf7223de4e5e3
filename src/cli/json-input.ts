// JSON input: parses a line of JSON from a script as a command, or as an error.
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
  '{"type":"history"}',
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
    case "message":
      return typeof text === "string" ? { kind: type, text, ...data } : null;
    case "private":
      return typeof text === "string" && typeof to === "string"
        ? { kind: type, to, text, ...data }
        : null;
    case "history":
      return typeof limit === "number" ? { kind: type, limit } : null;
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
    case "register":
    case "release":
      return { kind: type };
    default:
      return null;
  }
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
