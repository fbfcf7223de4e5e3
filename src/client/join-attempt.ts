// Join attempt: makes the join frame of a session, and decides what follows the refusal of a join.
import type { Account } from "./account.ts";
import { ChatError, isTransient } from "./chat-error.ts";
import type { RoomView } from "./room-view.ts";
import type { Secrets } from "./secrets.ts";

/** The minimum time before a full room is tried again. */
const ROOM_FULL_RETRY_MS = 5000;

/**
 * The join with the current secret.
 *
 * @param key the room in the server's spelling
 * @param history older messages to begin with
 * @param isFirst of the session
 * @param invite the code of an invitation
 */
export function joinFrame(
  { mailbox, secrets, options, outbox }: Account,
  view: RoomView,
  key: string,
  history: number,
  isFirst: boolean,
  invite: string | undefined,
): object {
  return {
    type: "join",
    username: options.username,
    token: secrets.current,
    ...{ device: options.device, details: true, fold: true, history },
    invite,
    ...mailbox.mail.joinFields(options.allMail && isFirst),
    ...view.sequencer.resumeFields(outbox.uncertainPositions(key)),
  };
}

/**
 * @param secret the one that was refused
 * @returns the reason to wait before the next attempt; null: try again at once
 * with another secret; undefined: no attempt can succeed
 */
export function retryAfterRefusal(
  error: ChatError,
  secrets: Secrets,
  secret: string,
): ChatError | null | undefined {
  const { code, message } = error;
  if (code === "username_taken" && secrets.switchFrom(secret)) return null;
  if (code === "room_full")
    return new ChatError(code, message, ROOM_FULL_RETRY_MS);
  return isTransient(code) ? error : undefined;
}
