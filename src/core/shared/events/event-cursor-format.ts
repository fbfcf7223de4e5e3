// Event cursor format: the cursors of a room and the time of its alarm become one text, for a connection's attachment.
import type { EventPosition } from "../event-batches.ts";

/** The part of a cursor that outlives a sleep. */
interface CursorState {
  readonly endpoint: string;
  readonly position: EventPosition | null;
}

export interface ParsedCursors {
  /** When the alarm is set to, ms since 1970; null: no cursor needs it. */
  readonly alarmAt: number | null;
  /** By endpoint. */
  readonly positions: ReadonlyMap<string, EventPosition>;
}

/** @returns the time of the alarm, then three words for each cursor; null: none */
export function formatCursors(
  alarmAt: number | null,
  cursors: readonly CursorState[],
): string | null {
  const words = cursors.flatMap(({ endpoint, position }) =>
    position === null ? [] : [endpoint, position.epoch, position.seq],
  );
  return words.length === 0 ? null : [alarmAt ?? "-", ...words].join(" ");
}

export function parseCursors(text: string): ParsedCursors {
  const [alarm, ...words] = text.split(" ");
  const positions = new Map<string, EventPosition>();
  for (let i = 0; i + 2 < words.length; i += 3) {
    const [endpoint = "", epoch = "", seq] = words.slice(i, i + 3);
    positions.set(endpoint, { epoch, seq: Number(seq) });
  }
  return { alarmAt: alarm === "-" ? null : Number(alarm), positions };
}
