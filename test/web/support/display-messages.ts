// Display messages: creates messages for the tests of the page.
import type { DisplayMessage } from "../../../src/web/display-message.ts";

/** Noon on a day in the local time zone. */
export function noon(day: number, minutes = 0): number {
  return new Date(2026, 10, day, 12, minutes).getTime();
}

/** Message `seq` of a room, by alice by default. */
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

/** An own message that the server does not have yet. */
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
