// Messages as the page shows them, made for the tests.
import type { DisplayMessage } from "../../../src/web/message-rows.ts";

/** Noon on a day, by the clock of the machine. */
export function noon(day: number, minutes = 0): number {
  return new Date(2026, 10, day, 12, minutes).getTime();
}

/** Number `seq` of a room, which alice said, unless told otherwise. */
export function sentMessage(
  seq: number,
  more: Partial<DisplayMessage> = {},
): DisplayMessage {
  return {
    key: `seq ${seq}`,
    state: "sent",
    position: seq,
    mine: false,
    username: "alice",
    user: "id-of-alice",
    text: `text ${seq}`,
    at: noon(1, seq),
    ...more,
  };
}

/** Written, and not with the server yet. */
export function pendingMessage(id: string): DisplayMessage {
  const position = Number.POSITIVE_INFINITY;
  return sentMessage(0, {
    key: `own ${id}`,
    id,
    position,
    state: "pending",
    mine: true,
  });
}
