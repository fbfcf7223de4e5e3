// Pending messages: inserts messages without an ack into the list of messages.
import type { PendingMessage } from "../client/index.ts";
import type { DisplayMessage } from "./display-message.ts";

const DISPLAY_STATES = {
  queued: "pending",
  sending: "pending",
  failed: "failed",
  unknown: "unknown",
} as const;

/**
 * The position of the newest message when a message was last pending, by its
 * id.
 */
export type PendingAnchors = Map<string, number>;

/**
 * Inserts a message without an ack. A message that is being sent stands at the
 * end. A refused one stays where it was, and newer messages follow below it.
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

/** Converts a pending message of the SDK. */
export function displayPending(
  pending: PendingMessage,
  username: string,
): DisplayMessage {
  const { id, text, to, at, state, error, replyTo, thread } = pending;
  return {
    key: `own ${id}`,
    state: DISPLAY_STATES[state],
    position: Number.POSITIVE_INFINITY,
    mine: true,
    user: "",
    ...{ username, text, to, at, id, replyTo, thread },
    error: error && { code: error.code, message: error.message },
  };
}
