// What has been written and has no ack yet, as the page shows it among the messages.
import type { PendingMessage } from "../client/index.ts";
import type { DisplayMessage } from "./message-rows.ts";

const DISPLAY_STATES = {
  queued: "pending",
  sending: "pending",
  failed: "failed",
  unknown: "unknown",
} as const;

/** Where the newest message stood when one was pending last, by its id. */
export type PendingAnchors = Map<string, number>;

/**
 * Puts what has no ack among the messages: at their end, as long as it is on
 * its way. What was refused stays where it was then, and others go on below it.
 */
export function insertPending(
  messages: DisplayMessage[],
  one: DisplayMessage,
  anchors: PendingAnchors,
): void {
  const { id = "", at, state } = one;
  const sent = (until: (message: DisplayMessage) => boolean) =>
    messages.findLast((message) => message.state === "sent" && until(message))
      ?.position;
  if (state === "pending") {
    const newest = sent(() => true);
    if (newest !== undefined) anchors.set(id, newest);
    messages.push(one);
    return;
  }
  const after = anchors.get(id) ?? sent((message) => message.at <= at) ?? 0;
  const index = messages.findLastIndex((message) => message.position <= after);
  messages.splice(index + 1, 0, { ...one, position: after });
}

/** Among the messages by `position`. */
export function displayPending(
  pending: PendingMessage,
  username: string,
): DisplayMessage {
  const { id, text, to, at, state, error } = pending;
  return {
    key: `own ${id}`,
    state: DISPLAY_STATES[state],
    position: Number.POSITIVE_INFINITY,
    mine: true,
    user: "",
    ...{ username, text, to, at, id },
    error: error && { code: error.code, message: error.message },
  };
}
