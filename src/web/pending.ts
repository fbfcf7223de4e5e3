// What has been written and has no ack yet, as the page shows it among the messages.
import type { Pending } from "../client/index.ts";
import type { Shown } from "./rows.ts";

const STATES = {
  waiting: "pending",
  sent: "pending",
  failed: "failed",
  unknown: "unknown",
} as const;

/** What has no ack yet stands behind everything that has. */
export function shownPending(pending: Pending, username: string): Shown {
  const { id, text, at, state, error } = pending;
  return {
    key: `own ${id}`,
    state: STATES[state],
    place: Number.POSITIVE_INFINITY,
    mine: true,
    user: "",
    ...{ username, text, at, id },
    error: error && { code: error.code, message: error.message },
  };
}
