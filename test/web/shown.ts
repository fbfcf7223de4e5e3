// Messages as the page shows them, made for the tests.
import type { Shown } from "../../src/web/rows.ts";

/** Noon on a day, by the clock of the machine. */
export function noon(day: number, minutes = 0): number {
  return new Date(2026, 10, day, 12, minutes).getTime();
}

/** Number `seq` of a room, which alice said, unless told otherwise. */
export function said(seq: number, more: Partial<Shown> = {}): Shown {
  return {
    key: `seq ${seq}`,
    state: "sent",
    place: seq,
    mine: false,
    username: "alice",
    user: "id-of-alice",
    text: `text ${seq}`,
    at: noon(1, seq),
    ...more,
  };
}

/** Written, and not with the server yet. */
export function pending(id: string): Shown {
  const place = Number.POSITIVE_INFINITY;
  return said(0, { key: `own ${id}`, id, place, state: "pending", mine: true });
}
