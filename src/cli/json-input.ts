// A line of JSON from a script: what it asks for, or what is wrong with it.
import type { Command } from "./commands.ts";
import type { Said } from "./script-output.ts";

export interface Input {
  readonly command: Command;
  /** The script's own mark for it, which comes back with the answer. */
  readonly ref: Said["ref"];
}

const PAGE = 50;

/**
 * The frames of the protocol, without `id`, with `ref` if the script likes:
 * `{"type":"message","text"}`, `{"type":"private","to","text"}`,
 * `{"type":"history","limit"?}`, `{"type":"who"}`.
 */
export function readJsonLine(line: string): Input {
  const frame = parse(line);
  if (frame === null) return wrong("That is no JSON object.", undefined);
  const { type, to, text, limit = PAGE } = frame;
  const { ref: given } = frame;
  const isRef = typeof given === "string" || typeof given === "number";
  const ref = isRef ? given : undefined;
  if (type === "message" && typeof text === "string")
    return { command: { kind: "say", text }, ref };
  if (type === "private" && typeof text === "string" && typeof to === "string")
    return { command: { kind: "private", to, text }, ref };
  if (type === "history" && typeof limit === "number")
    return { command: { kind: "history", limit }, ref };
  if (type === "who") return { command: { kind: "who" }, ref };
  return wrong(
    'Write {"type":"message","text":"..."}, {"type":"private","to":"bob","text":"..."}, {"type":"history"} or {"type":"who"}.',
    ref,
  );
}

function wrong(why: string, ref: Said["ref"]): Input {
  return { command: { kind: "wrong", why }, ref };
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
