// Expired lines: tells the age of a stored event by its line, and makes the line that is left where a number has to stay.

import { BOT_PREFIX } from "../../protocol/names.ts";
import type { ErasedEvent } from "../../protocol/room-events.ts";

/** Nobody has this id and this name: what is left tells of no user. */
const NOBODY = { user: "retention", username: `${BOT_PREFIX}retention` };
const REST = `"user":"${NOBODY.user}","username":"${NOBODY.username}"`;

const AT = ',"at":';

/** @returns when an event was stored, ms since 1970; NaN: the line does not say it */
export function timeOf(line: string): number {
  // A text cannot hold these characters, since it has no quotes. Data can.
  if (!line.includes('"data":')) {
    const index = line.lastIndexOf(AT);
    if (index >= 0) return Number.parseInt(line.slice(index + AT.length), 10);
  }
  try {
    return Number(JSON.parse(line).at);
  } catch {
    return Number.NaN;
  }
}

/** Is it a message whose text is also in an event of an edit? */
export function isEdited(line: string): boolean {
  return line.startsWith('{"type":"message"') && line.includes('"editSeq":');
}

/** Is the line what is left of an event that was too old? */
export function isRest(line: string): boolean {
  return line.startsWith('{"type":"erased"') && line.includes(REST);
}

/** @returns the line with which an event keeps its number, and nothing else */
export function restOf(seq: number, room: string, line: string): string {
  if (isRest(line)) return line;
  const at = timeOf(line);
  const rest: ErasedEvent = {
    ...{ type: "erased", seq, room, ...NOBODY },
    at: Number.isFinite(at) ? at : 0,
  };
  return JSON.stringify(rest);
}
