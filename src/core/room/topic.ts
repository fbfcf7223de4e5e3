// Topic: a moderator sets the topic of a room, which every later welcome tells.
import * as v from "valibot";
import type { ModerateFrame } from "../../protocol/client-frames.ts";
import { TopicSchema } from "../../protocol/moderate-frame.ts";
import type { Refusal } from "../shared/refusal.ts";
import { append } from "./append.ts";
import type { Author } from "./author.ts";
import type { RoomContext } from "./context.ts";
import type { FirstAck } from "./dedupe.ts";
import { memberActor, speechRefusal } from "./permission.ts";

/** @param moderator may moderate the room */
export function setTopic(
  context: RoomContext,
  moderator: Author,
  { text, id }: Extract<ModerateFrame, { action: "topic" }>,
  now: number,
): { ok: true; ack: FirstAck } | { ok: false; refusal: Refusal } {
  const { via } = moderator;
  const refusal =
    via === null
      ? null
      : speechRefusal(context, memberActor(context, via), now);
  if (refusal !== null) return { ok: false, refusal };
  // The app may have written another one.
  if (!v.is(TopicSchema, text)) {
    context.effects.logs.push({ event: "hook failed", code: "topic" });
    return { ok: false, refusal: { code: "internal" } };
  }
  context.flush(now);
  context.board.setTopic(text);
  const ack = append(context, moderator, { type: "topic", text }, id, now);
  context.flush(now);
  return { ok: true, ack };
}
