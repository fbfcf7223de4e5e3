// Frames that arrive while it is found out who sends them: held, in order, up to a limit.
import { type Read, readFrame } from "../protocol/codec.ts";
import * as LIMITS from "../protocol/limits.ts";
import type { Floor } from "./floor.ts";
import { putUpWith } from "./haste.ts";
import type { Checking, Joining, Link } from "./link.ts";
import { byteLength } from "./packing.ts";

/** What is too much is refused, and may be sent again. */
export function hold(
  floor: Floor,
  link: Link,
  phase: Checking | Joining,
  data: string | null,
  now: number,
): void {
  phase.heldBytes += byteLength(data ?? "");
  if (
    phase.held.length < LIMITS.heldFrames &&
    phase.heldBytes <= LIMITS.heldBytes
  )
    phase.held.push(data);
  else {
    const id = idOf(readFrame(data, floor.settings));
    floor.fail(link, "rate_limited", { id, retryAfter: 1000 });
    putUpWith(floor, link, now);
  }
}

/** The client's id for what it sent, if it gave one. */
export function idOf(read: Read): string | undefined {
  if (!read.ok) return read.error.id;
  return "id" in read.message ? read.message.id : undefined;
}
