// Edit message: the text of a message is replaced in the log, and no older text of it stays.
import type { EditFrame } from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import type { RoomEvent, RoomMessage } from "../../protocol/room-events.ts";
import type { Refusal } from "../shared/refusal.ts";
import { append } from "./append.ts";
import type { Author } from "./author.ts";
import { checkEditTime, isOwn, type Owner } from "./authorship.ts";
import type { RoomContext } from "./context.ts";
import type { FirstAck } from "./dedupe.ts";
import { emptiedEdit } from "./erased-lines.ts";
import { findTarget } from "./target.ts";

/** The ack of a change, or the reason why there is none. */
export type ChangeResult =
  | { readonly ok: true; readonly ack: FirstAck }
  | { readonly ok: false; readonly refusal: Refusal };

/** @param frame with the fields that the app may have changed */
export function editMessage(
  context: RoomContext,
  author: Author,
  owner: Owner,
  frame: EditFrame,
  now: number,
): ChangeResult {
  const found = findEditable(context, owner, frame, now);
  if ("refusal" in found) return { ok: false, refusal: found.refusal };
  const { message } = found;
  const { log } = context;
  const { id, text } = frame;
  const data = "data" in frame ? frame.data : message.data;
  const own = { text, ...(data !== undefined && { data }) };
  const { data: _, ...rest } = message;
  const edited: RoomMessage = {
    ...{ ...rest, ...own, edited: now },
    editSeq: log.head + 1,
    edits: (message.edits ?? 0) + 1,
  };
  const changes = new Map<number, RoomEvent>([[message.seq, edited]]);
  const before = emptiedEdit(log, message);
  if (before !== null) changes.set(before.seq, before);
  context.rewrite(
    new Map([...changes].map(([seq, event]) => [seq, JSON.stringify(event)])),
  );
  const content = { type: "edited", of: message.seq, ...own } as const;
  const ack = append(context, author, content, id, now);
  context.flush(now);
  return { ok: true, ack };
}

/** Finds the message, after all that waits has been stored. */
export function findEditable(
  context: RoomContext,
  owner: Owner,
  { of, epoch, was }: EditFrame,
  now: number,
): { message: RoomMessage } | { refusal: Refusal } {
  context.flush(now);
  const message = findTarget(context, of, epoch);
  if (message === null) return { refusal: { code: "gone" } };
  // The text is the app's, which the author must not put words into.
  if (!isOwn(owner, message) || message.by !== undefined)
    return { refusal: { code: "forbidden" } };
  if (was !== undefined && was !== (message.editSeq ?? 0))
    return { refusal: { code: "gone" } };
  const tooLate = checkEditTime(context, message, now);
  if (tooLate !== null) return { refusal: tooLate };
  if ((message.edits ?? 0) < LIMITS.editsPerMessageMax) return { message };
  const words = `A message can be edited ${LIMITS.editsPerMessageMax} times.`;
  return { refusal: { code: "forbidden", message: words } };
}
