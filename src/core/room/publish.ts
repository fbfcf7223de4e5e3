// Publish: a message enters the log without a connection, and its publisher is answered once it is stored.
import { publicId } from "../shared/identity.ts";
import { toRefused } from "../shared/refusal.ts";
import type { Reply } from "../shared/rpc.ts";
import type { ServerText } from "../shared/server-message.ts";
import type { Publish } from "../shared/server-requests.ts";
import { append } from "./append.ts";
import type { RoomContext } from "./context.ts";
import { shutRefusal } from "./entry-permission.ts";

/** The author of a published message, as the log stores it. */
export interface Publisher {
  /** The public id. */
  readonly user: string;
  readonly username: string;
  readonly isBot: boolean;
}

/** Receives the reply, in this event or in a later one. */
export type Answer = (reply: Reply) => void;

/** Publishes for the app's own server, which the app is not asked about. */
export function publish(
  context: RoomContext,
  { identity, username, ...content }: Publish,
  now: number,
  answer: Answer,
): void {
  const refusal = shutRefusal(context);
  if (refusal !== null) {
    answer(toRefused(refusal));
    return;
  }
  const user = publicId(identity);
  const publisher = { user, username, isBot: true };
  publishText(context, publisher, content, now, answer);
}

/**
 * Appends a message. A room that does not exist begins with it.
 *
 * @param answer is called once the message is in the log; of a repeated id, once
 * the first message is
 */
export function publishText(
  context: RoomContext,
  { user, username, isBot }: Publisher,
  { text, data, id }: ServerText,
  now: number,
  answer: Answer,
): void {
  const { log, platform } = context;
  if (answerRepeated(context, user, id, answer)) return;
  if (log.epoch === null) log.begin(platform.random(6));
  const { seq, at } = append(
    context,
    { user, username, via: null },
    {
      type: "message",
      text,
      ...(data !== undefined && { data }),
      ...(isBot && { bot: true }),
    },
    id,
    now,
  );
  context.afterFlush(() => answer({ type: "published", seq, at }));
}

/**
 * Answers a repeated id with the reply to the first message that had it.
 *
 * @returns false if the id is new
 */
export function answerRepeated(
  context: RoomContext,
  user: string,
  id: string | undefined,
  answer: Answer,
): boolean {
  const first = id === undefined ? undefined : context.dedupe.find(user, id);
  if (first === undefined) return false;
  const { seq, at } = first;
  const reply: Reply = { type: "published", seq, at, duplicate: true };
  if (seq <= context.log.head) answer(reply);
  else context.afterFlush(() => answer(reply));
  return true;
}
