// Moderate as: the app or the operator moderates a room without a connection, with a rank above all roles.
import { publicId } from "../shared/identity.ts";
import { toRefused } from "../shared/refusal.ts";
import type { ModerateRoom } from "../shared/server-requests.ts";
import type { RoomContext } from "./context.ts";
import { moderate } from "./moderate.ts";
import { APP_RANK } from "./moderation-act.ts";
import { type Answer, answerRepeated } from "./publish.ts";

/** @param answer is called once, when the act is stored or refused */
export function moderateAs(
  context: RoomContext,
  { identity, username, frame }: ModerateRoom,
  now: number,
  answer: Answer,
): void {
  if (context.log.epoch === null) {
    answer({ type: "refused", code: "forbidden", reason: "no_such_room" });
    return;
  }
  const user = publicId(identity);
  if (answerRepeated(context, user, frame.id, answer)) return;
  const moderator = { user, username, via: null, rank: APP_RANK };
  const result = moderate(context, moderator, frame, now);
  if (result.ok) answer({ type: "published", ...result.ack });
  else answer(toRefused(result.refusal));
}
