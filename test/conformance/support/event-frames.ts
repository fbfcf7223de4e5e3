// Event frames: schemas of the events that a room stores, of a message as it is now, and of pages of them.
import * as v from "valibot";

export const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const positive = v.pipe(whole, v.minValue(1));
/**
 * Milliseconds since 1970. Seconds, or times since the start, would be smaller.
 */
export const instant = v.pipe(whole, v.minValue(1_700_000_000_000));
export const publicId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16}$/));
export const clientId = v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,64}$/));

/** The fields of every event that one user has made. */
const authored = {
  seq: positive,
  room: v.string(),
  user: publicId,
  username: v.string(),
  at: instant,
  id: v.optional(clientId),
};

export const Message = v.object({
  type: v.literal("message"),
  ...authored,
  text: v.string(),
  data: v.optional(v.unknown()),
  mentions: v.optional(v.pipe(v.array(publicId), v.maxLength(10))),
  here: v.optional(v.literal(true)),
  replyTo: v.optional(positive),
  thread: v.optional(positive),
  bot: v.optional(v.literal(true)),
  edited: v.optional(instant),
  editSeq: v.optional(positive),
  edits: v.optional(positive),
  by: v.optional(v.object({ user: publicId, id: v.optional(clientId) })),
});

const of = positive;
export const Edited = v.object({
  type: v.literal("edited"),
  ...authored,
  of,
  text: v.optional(v.string()),
  data: v.optional(v.unknown()),
});
export const Deleted = v.object({
  type: v.literal("deleted"),
  ...authored,
  of,
  reason: v.optional(v.string()),
});
/** Strict: nothing else is left of a deleted message. */
export const Erased = v.strictObject({
  type: v.literal("erased"),
  ...authored,
  thread: v.optional(positive),
});
export const Pinned = v.object({ type: v.literal("pinned"), ...authored, of });
export const Unpinned = v.object({
  type: v.literal("unpinned"),
  ...authored,
  of,
});
export const Topic = v.object({
  type: v.literal("topic"),
  ...authored,
  text: v.string(),
});
export const Moderated = v.object({
  type: v.literal("moderated"),
  ...authored,
  action: v.picklist([
    ...["kick", "ban", "unban", "mute", "unmute", "purge", "role"],
    ...["slow", "lock", "unlock"],
    ...["access", "invite", "uninvite", "member", "unmember"],
  ] as const),
  target: v.optional(v.object({ user: publicId, username: v.string() })),
  until: v.optional(instant),
  seconds: v.optional(whole),
  access: v.optional(v.picklist(["open", "registered", "members"])),
  uses: v.optional(positive),
  role: v.optional(v.picklist(["moderator", "owner", "none"])),
  since: v.optional(instant),
  from: v.optional(positive),
  to: v.optional(whole),
  reason: v.optional(v.string()),
});
const reactors = v.pipe(
  v.array(
    v.object({
      user: publicId,
      username: v.string(),
      id: v.optional(clientId),
    }),
  ),
  v.maxLength(100),
);
export const Reacted = v.object({
  type: v.literal("reacted"),
  seq: positive,
  room: v.string(),
  of: positive,
  emoji: v.string(),
  added: reactors,
  removed: reactors,
  count: whole,
  at: instant,
});

const Event = v.variant("type", [
  Message,
  Edited,
  Deleted,
  Erased,
  Pinned,
  Unpinned,
  Topic,
  Moderated,
  Reacted,
]);

/** A message as it is now. */
export const FoldedMessage = v.object({
  ...Message.entries,
  reactions: v.optional(
    v.array(
      v.object({
        emoji: v.string(),
        count: positive,
        mine: v.optional(v.literal(true)),
        users: v.pipe(v.array(v.string()), v.maxLength(10)),
      }),
    ),
  ),
  replies: v.optional(v.object({ count: positive, last: positive })),
  quoted: v.optional(
    v.union([
      v.object({ seq: positive, erased: v.literal(true) }),
      v.object({
        ...{ seq: positive, user: publicId, username: v.string() },
        text: v.string(),
      }),
    ]),
  ),
});

/** A folded page, over HTTP without its type. */
export const FoldedPage = v.object({
  messages: v.pipe(
    v.array(v.variant("type", [FoldedMessage, Erased, Topic, Moderated])),
    v.maxLength(200),
  ),
  more: v.boolean(),
  epoch: v.nullable(v.string()),
  asOf: whole,
  at: v.optional(whole),
  fold: v.literal(true),
  from: whole,
  to: whole,
  thread: v.optional(positive),
});

/** Also the body of `GET /rooms/{room}/messages`, without its type. */
export const Page = v.object({
  messages: v.pipe(v.array(Event), v.maxLength(200)),
  more: v.boolean(),
  epoch: v.nullable(v.string()),
  asOf: whole,
  at: v.optional(whole),
  fold: v.optional(v.never()),
});

export type Message = v.InferOutput<typeof Message>;
export type Page =
  | v.InferOutput<typeof Page>
  | v.InferOutput<typeof FoldedPage>;
export type StoredEvent = Page["messages"][number];

/** The messages that hold the words of a search. */
export const Results = v.object({
  text: v.string(),
  messages: v.pipe(v.array(FoldedMessage), v.maxLength(50)),
  more: v.boolean(),
  epoch: v.nullable(v.string()),
  asOf: whole,
  from: whole,
  to: whole,
});
