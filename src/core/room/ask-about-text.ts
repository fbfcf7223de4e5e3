// Ask about text: a room asks the app about a text that came without a connection, and publishes it by the verdict.
import * as LIMITS from "../../protocol/limits.ts";
import type { Role } from "../../protocol/roles.ts";
import type { AppVerdict, HookUser } from "../shared/app-verdicts.ts";
import { type Refusal, toRefused } from "../shared/refusal.ts";
import type { ServerText } from "../shared/server-message.ts";
import { NO_VERDICT, whenAnswered } from "./ask-app.ts";
import type { RoomContext } from "./context.ts";
import { hookUser } from "./hook-user.ts";
import { readMessageData } from "./message-data.ts";
import { speechRefusal } from "./permission.ts";
import {
  type Answer,
  answerRepeated,
  type Publisher,
  publishText,
} from "./publish.ts";

/** A publisher, as the app sees them. */
export interface HookedPublisher extends Publisher {
  readonly kind: HookUser["kind"];
  /** The role in the room at present; null: there is none. */
  role(): Role | null;
  /** JSON text of the custom data; null: there is none. */
  readonly data: string | null;
}

/** @param answer is called once, when the message is stored or refused */
export function askAboutText(
  context: RoomContext,
  publisher: HookedPublisher,
  given: ServerText,
  now: number,
  answer: Answer,
): void {
  const { hooks, turns, name: room } = context;
  const { user, kind, data: userData } = publisher;
  const { id } = given;
  if (answerRepeated(context, user, id, answer)) return;
  const refusal = refusalOf(context, publisher, now);
  if (refusal !== null) {
    answer(toRefused(refusal));
    return;
  }
  const checked = readMessageData(context, given.data);
  if (!checked.ok) {
    answer({ type: "refused", ...checked.refusal });
    return;
  }
  const { text } = given;
  const content: ServerText = {
    text,
    ...(checked.data !== undefined && { data: checked.data }),
    ...(id !== undefined && { id }),
  };
  if (hooks?.message === undefined || turns === null) {
    publishText(context, publisher, content, now, answer);
    return;
  }
  const act = (verdict: AppVerdict, at: number) =>
    actOn(context, publisher, content, verdict, at, answer);
  const key = id === undefined ? null : `message ${user} ${id}`;
  if (key !== null && turns.isPending(key)) {
    turns.onSettled(key, act);
    return;
  }
  if (context.publishesAsked >= LIMITS.roomVerdictsMax || !turns.mayAsk) {
    answer({ type: "refused", code: "rate_limited", retryAfter: 1000 });
    return;
  }
  const early =
    hooks.message({
      room,
      user: hookUser(publisher, kind, publisher.role(), userData),
      ...content,
    }) ?? NO_VERDICT;
  if (early.type !== "pending") {
    act(early, now);
    return;
  }
  context.publishesAsked++;
  if (key !== null) turns.begin(key);
  whenAnswered(context, early, (verdict, at) => {
    context.publishesAsked--;
    act(verdict, at);
    if (key !== null) turns.settle(key, verdict, at);
  });
}

/** The app itself speaks by its bots, whom nobody mutes. */
function refusalOf(
  context: RoomContext,
  publisher: HookedPublisher,
  now: number,
): Refusal | null {
  return publisher.isBot ? null : speechRefusal(context, publisher, now);
}

function actOn(
  context: RoomContext,
  publisher: HookedPublisher,
  content: ServerText,
  verdict: AppVerdict,
  now: number,
  answer: Answer,
): void {
  if (verdict.type === "refused") {
    answer(verdict);
    return;
  }
  // The publisher may be muted since.
  const refusal = refusalOf(context, publisher, now);
  if (refusal !== null) {
    answer(toRefused(refusal));
    return;
  }
  const { text = content.text } = verdict;
  const { id } = content;
  const data = "data" in verdict ? verdict.data : content.data;
  const rewritten: ServerText = {
    text,
    ...(data !== undefined && { data }),
    ...(id !== undefined && { id }),
  };
  publishText(context, publisher, rewritten, now, answer);
}
