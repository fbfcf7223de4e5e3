// What has been written and has no ack yet, as the page shows it among the messages.
import type { PendingMessage } from "../client/index.ts";
import type { Shown } from "./rows.ts";

const STATES = {
  queued: "pending",
  sending: "pending",
  failed: "failed",
  unknown: "unknown",
} as const;

/** Where the newest message stood when one was pending last, by its id. */
export type Anchors = Map<string, number>;

/**
 * Puts what has no ack among the messages: at their end, as long as it is on
 * its way. What was refused stays where it was then, and others go on below it.
 */
export function place(messages: Shown[], one: Shown, anchors: Anchors): void {
  const { id = "", at, state } = one;
  const sent = (until: (message: Shown) => boolean) =>
    messages.findLast((message) => message.state === "sent" && until(message))
      ?.place;
  if (state === "pending") {
    const newest = sent(() => true);
    if (newest !== undefined) anchors.set(id, newest);
    messages.push(one);
    return;
  }
  const after = anchors.get(id) ?? sent((message) => message.at <= at) ?? 0;
  const index = messages.findLastIndex((message) => message.place <= after);
  messages.splice(index + 1, 0, { ...one, place: after });
}

/** Among the messages by `place`. */
export function shownPending(pending: PendingMessage, username: string): Shown {
  const { id, text, to, at, state, error } = pending;
  return {
    key: `own ${id}`,
    state: STATES[state],
    place: Number.POSITIVE_INFINITY,
    mine: true,
    user: "",
    ...{ username, text, to, at, id },
    error: error && { code: error.code, message: error.message },
  };
}
