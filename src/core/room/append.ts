// Append: events of every kind and from every source enter a room's log through one function.

import { encodeJson } from "../../protocol/codec.ts";
import type { AuthoredType, EventContent } from "../../protocol/events.ts";
import type {
  CommandAck,
  RoomAck,
  RoomEvent,
  RoomMessage,
} from "../../protocol/server-frames.ts";
import type { Author } from "./author.ts";
import { type Connection, memberOf } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import type { FirstAck } from "./dedupe.ts";
import { findMentioned } from "./mention-fields.ts";
import { mayModerate, roleOf } from "./permission.ts";

/**
 * Numbers an event and queues it with its ack. Both leave with the next flush,
 * after the event has been written to the log.
 *
 * @param id the client's own id for it: the same id again gets the same ack
 * @returns the number and the time of the event, which is not stored yet
 */
export function append(
  context: RoomContext,
  author: Author,
  content: EventContent<AuthoredType>,
  id: string | undefined,
  now: number,
): FirstAck {
  const { user, username, via } = author;
  const seq = context.log.head + context.broadcastQueue.eventCount + 1;
  const { type } = content;
  const header = { type, seq, room: context.name, user, username };
  const event: RoomEvent = { ...header, ...content, at: now };
  if (event.type === "message") addMentions(context, author, event);
  if (id !== undefined) event.id = id;
  const ack: RoomAck =
    id === undefined
      ? { type: "ack", seq, at: now }
      : { type: "ack", id, seq, at: now };
  context.broadcastQueue.event(context.encode(event), via, encodeJson(ack));
  if (type === "message") context.counters.messages++;
  context.events?.traced(seq);
  const { moderation } = context;
  if (moderation.hearsEvents) moderation.noteEvent(type, user, now);
  const first = { seq, at: now };
  if (id !== undefined) context.dedupe.add(user, id, first);
  return first;
}

/** Puts those who are mentioned into a message, and tells them once it is stored. */
function addMentions(
  context: RoomContext,
  author: Author,
  message: RoomMessage,
): void {
  const { text } = message;
  if (!text.includes("@")) return;
  const found = findMentioned(context, author, text, () =>
    mayCallAll(context, author),
  );
  if (found === null) return;
  Object.assign(message, found.fields);
  if (found.keys.length > 0) context.mentions.appended(message, found.keys);
}

/** Only a moderator who is here calls everybody. */
function mayCallAll(context: RoomContext, { user, via }: Author): boolean {
  return via !== null && memberOf(via)?.user === user
    ? mayModerate(roleOf(context, via))
    : false;
}

/**
 * Answers a repeated id with the ack of the first event that had it.
 *
 * @param command the name of the command that is repeated, if it is one
 * @returns false if the id is new
 */
export function ackRepeated(
  context: RoomContext,
  { user, via }: Author,
  id: string,
  command?: string,
): boolean {
  const first = context.dedupe.find(user, id);
  if (first === undefined) return false;
  const ack: RoomAck | CommandAck = {
    type: "ack",
    id,
    ...(command !== undefined && { command }),
    ...first,
    duplicate: true,
  };
  if (via === null) return true;
  // The first event still waits for its flush: the repeated ack comes after its ack.
  if (first.seq > context.log.head)
    context.broadcastQueue.direct(via, encodeJson(ack));
  else context.send(via, ack);
  return true;
}

/** Acks a command whose effect was there before it, with the event that made it. */
export function ackStored(
  context: RoomContext,
  via: Connection,
  id: string | undefined,
  seq: number,
): void {
  const line = context.log.line(seq);
  const { at }: { at: number } = line === null ? { at: 0 } : JSON.parse(line);
  context.send(via, {
    type: "ack",
    ...(id !== undefined && { id }),
    ...{ seq, at, duplicate: true },
  });
}
