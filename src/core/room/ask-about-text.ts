// Ask about text: a room asks the app about a text that came without a connection, and publishes it by the verdict.
import * as LIMITS from "../../protocol/limits.ts";
import type { AppVerdict, TextQuestion } from "../shared/app-verdicts.ts";
import { type Refusal, toRefused } from "../shared/refusal.ts";
import type { ServerText } from "../shared/server-message.ts";
import { NO_VERDICT, whenAnswered } from "./ask-app.ts";
import type { RoomContext } from "./context.ts";
import { hookUser } from "./hook-user.ts";
import { readMessageData } from "./message-data.ts";
import { speechRefusal } from "./permission.ts";
import { type Answer, answerRepeated, publishText } from "./publish.ts";
import { newcomerRefusal, type RoomPublisher } from "./publisher.ts";

/** What a text is for. */
export interface TextPurpose {
  /** As in the type of a client's frame. */
  readonly type: "message" | "edit" | "moderate";
  /** Fields of the question to the app, beside those of every text. */
  readonly question: Pick<TextQuestion, "kind" | "of">;
  /** Looked at before the app is asked. @returns why it cannot be done */
  check(now: number): Refusal | null;
  /** Does it, unless the room has changed since. */
  store(content: ServerText, now: number): void;
}

/** @param answer is called once, when the text is stored or refused */
export function askAboutText(
  context: RoomContext,
  publisher: RoomPublisher,
  given: ServerText,
  now: number,
  answer: Answer,
  purpose: TextPurpose = {
    ...{ type: "message", question: {}, check: () => null },
    store: (content, at) =>
      publishText(context, publisher, content, at, answer),
  },
): void {
  const { hooks, turns, name: room } = context;
  const { user, kind, data: userData } = publisher;
  const { id } = given;
  if (answerRepeated(context, user, id, answer)) return;
  const refusal = refusalOf(context, publisher, now) ?? purpose.check(now);
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
    purpose.store(content, now);
    return;
  }
  const act = (verdict: AppVerdict, at: number) =>
    actOn(context, publisher, content, verdict, at, answer, purpose);
  const key = id === undefined ? null : `${purpose.type} ${user} ${id}`;
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
      ...{ ...purpose.question, ...content, ...context.trace },
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

/** The app itself speaks by its bots, whom nobody mutes. A member may have gone since. */
function refusalOf(
  context: RoomContext,
  publisher: RoomPublisher,
  now: number,
): Refusal | null {
  if (publisher.isBot) return null;
  return (
    publisher.entryRefusal() ??
    newcomerRefusal(context, publisher, now) ??
    speechRefusal(context, publisher, now)
  );
}

function actOn(
  context: RoomContext,
  publisher: RoomPublisher,
  content: ServerText,
  verdict: AppVerdict,
  now: number,
  answer: Answer,
  purpose: TextPurpose,
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
  purpose.store(rewritten, now);
}
