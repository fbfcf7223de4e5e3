// Speech limit: says why the user may not write in a conversation now, and until when.
import type { Conversation } from "./conversation.ts";
import { RoomState } from "./room-state.ts";
import { ThreadState } from "./thread-state.ts";

export interface SpeechLimit {
  readonly kind: "muted" | "locked" | "slow";
  /** In ms since 1970; null: no end is known. */
  readonly until: number | null;
  /** The reason of the moderator who muted; null: there is none. */
  readonly reason: string | null;
}

/** null: the user may write. The SDK tells each end. */
export function speechLimit(conversation: Conversation): SpeechLimit | null {
  const room = roomOf(conversation);
  if (room === null) return null;
  const { muted, locked, role, slowUntil } = room.snapshot.value;
  if (muted !== null) {
    const { user } = room.user.value;
    const act = room.changes.value.findLast(
      (one) =>
        one.type === "moderated" &&
        one.action === "mute" &&
        one.target?.user === user &&
        one.until === muted.until,
    );
    const { until = null } = muted;
    return { kind: "muted", until, reason: reasonOf(act) };
  }
  if (locked && role === null)
    return { kind: "locked", until: null, reason: null };
  return slowUntil === null
    ? null
    : { kind: "slow", until: slowUntil, reason: null };
}

function reasonOf(act: object | undefined): string | null {
  return act !== undefined && "reason" in act ? String(act.reason) : null;
}

/** The room that a conversation is, or is in; null: it is private. */
export function roomOf(conversation: Conversation): RoomState | null {
  if (conversation instanceof ThreadState) return conversation.room;
  return conversation instanceof RoomState ? conversation : null;
}
