// Moderate as: the app or the operator moderates a room without a connection, with a rank above all roles, and a user of the app with the rank of the role there.
import type { ModerateFrame } from "../../protocol/client-frames.ts";
import { rankOf } from "../../protocol/roles.ts";
import { publicId } from "../shared/identity.ts";
import { type Refused, toRefused } from "../shared/refusal.ts";
import type { ModerateAs, ModerateRoom } from "../shared/server-requests.ts";
import { askAboutText } from "./ask-about-text.ts";
import type { RoomContext } from "./context.ts";
import { moderate } from "./moderate.ts";
import { APP_RANK, type Moderator } from "./moderation-act.ts";
import { banRefusal, mayModerate } from "./permission.ts";
import { type Answer, answerRepeated } from "./publish.ts";
import { findPublisher, type RoomPublisher } from "./publisher.ts";

export const NO_ROOM: Refused = {
  ...{ type: "refused", code: "forbidden", reason: "no_such_room" },
  message: "There is no such room.",
};

/** @param answer is called once, when the act is stored or refused */
export function moderateAs(
  context: RoomContext,
  { identity, username, frame }: ModerateRoom,
  now: number,
  answer: Answer,
): void {
  if (context.log.epoch === null) {
    answer(NO_ROOM);
    return;
  }
  const user = publicId(identity);
  if (answerRepeated(context, user, frame.id, answer)) return;
  const moderator = { user, username, via: null, rank: APP_RANK };
  tell(context, moderator, frame, now, answer);
}

/** @param answer is called once, when the act is stored or refused */
export function moderateByPerson(
  context: RoomContext,
  { by, frame }: ModerateAs,
  now: number,
  answer: Answer,
): void {
  const { id } = frame;
  findPublisher(context, { by, ...(id !== undefined && { id }) }, now, {
    answer,
    found: (publisher, at) => {
      const refusal = moderatorRefusal(context, publisher, at);
      if (refusal !== null) answer(refusal);
      else if (frame.action === "topic" && frame.text !== "")
        setTopic(context, publisher, frame, at, answer);
      else act(context, publisher, frame, at, answer);
    },
  });
}

/** @returns why somebody who is not connected may not moderate; null: they may */
export function moderatorRefusal(
  context: RoomContext,
  publisher: RoomPublisher,
  now: number,
): Refused | null {
  // Who may not enter a private room does not learn whether it is there.
  if (context.log.epoch === null) return NO_ROOM;
  if (!mayModerate(publisher.role()))
    return { type: "refused", code: "forbidden" };
  const banned = banRefusal(context, publisher, now);
  return banned && toRefused(banned);
}

/** A topic is a text: the app decides about it, and a mute stops it. */
function setTopic(
  context: RoomContext,
  publisher: RoomPublisher,
  frame: Extract<ModerateFrame, { action: "topic" }>,
  now: number,
  answer: Answer,
): void {
  const { id, text } = frame;
  const content = { text, ...(id !== undefined && { id }) };
  askAboutText(context, publisher, content, now, answer, {
    ...{ type: "moderate", question: { kind: "topic" }, check: () => null },
    store: ({ text: allowed }, at) =>
      act(context, publisher, { ...frame, text: allowed }, at, answer),
  });
}

function act(
  context: RoomContext,
  publisher: RoomPublisher,
  frame: ModerateFrame,
  now: number,
  answer: Answer,
): void {
  const { user, username } = publisher;
  // The answers of a directory and of the app take their time.
  if (answerRepeated(context, user, frame.id, answer)) return;
  const rank = rankOf(publisher.role());
  tell(context, { user, username, via: null, rank }, frame, now, answer);
}

function tell(
  context: RoomContext,
  moderator: Moderator,
  frame: ModerateFrame,
  now: number,
  answer: Answer,
): void {
  const result = moderate(context, moderator, frame, now);
  if (!result.ok) answer(toRefused(result.refusal));
  else
    answer({
      ...{ type: "published", ...result.ack },
      ...(result.duplicate && { duplicate: true }),
    });
}
