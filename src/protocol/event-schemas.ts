// Event schemas: validates each kind of stored event in a log that comes from another server.
import * as v from "valibot";
import { ACCESS_LEVELS } from "./access-levels.ts";
import { MessageSchema } from "./client-frames.ts";
import { EmojiSchema } from "./emoji-schema.ts";
import type { EventType } from "./events.ts";
import { ReasonSchema, StoredTextSchema } from "./frame-fields.ts";
import * as LIMITS from "./limits.ts";
import { TopicSchema } from "./moderate-frame.ts";
import { isAuthorName, readRoomName } from "./names.ts";
import { ROLES } from "./roles.ts";
import { ROOM_SETTINGS } from "./room-settings.ts";
import type { ModeratedAction } from "./server-frames.ts";

/**
 * The largest seq of an imported log: it leaves enough numbers for all later
 * events.
 */
const SEQ_MAX = 1e15;
/** The end of the year 9999, in ms since 1970: later years need five digits. */
const TIME_MAX = 253_402_300_799_999;

const whole = (max: number) =>
  v.pipe(
    v.number(),
    v.check(
      (n) => Number.isInteger(n) && n >= 0 && n <= max,
      `a whole number from 0 to ${max}`,
    ),
  );

/** The number of an event. */
export const SeqSchema = whole(SEQ_MAX);

/** The name of a room in its normalized spelling. */
export const RoomNameSchema = v.pipe(
  v.string(),
  v.check((name) => readRoomName(name) === name, "a room's name"),
);

/** A text within the largest TEXT_MAX of any server. */
const storedText = v.pipe(
  StoredTextSchema,
  v.check((text) => {
    const { max } = ROOM_SETTINGS.TEXT_MAX;
    return (
      text.length <= max || (text.length <= 2 * max && [...text].length <= max)
    );
  }, "a shorter text"),
);

/** The acts of moderation that this release knows. */
export const MODERATED_ACTIONS = [
  ...["kick", "ban", "unban", "mute", "unmute", "purge", "role"],
  ...["slow", "lock", "unlock"],
  ...["access", "invite", "uninvite", "member", "unmember"],
] as const satisfies readonly ModeratedAction[];
/** The fields that every event has. */
const header = {
  seq: SeqSchema,
  room: RoomNameSchema,
  at: whole(TIME_MAX),
};
const user = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "a public id"));
const username = v.pipe(v.string(), v.check(isAuthorName, "a name"));
/** The fields of an event that one user has made. */
const authored = { ...header, user, username, id: MessageSchema.entries.id };
const of = SeqSchema;
const reactors = v.pipe(
  v.array(v.object({ user, username, id: MessageSchema.entries.id })),
  v.maxLength(LIMITS.reactorsPerEventMax, "fewer users"),
);

/** The schema of each kind. */
const EVENT_SCHEMAS = {
  message: v.object({
    type: v.literal("message"),
    ...authored,
    text: storedText,
    data: MessageSchema.entries.data,
    mentions: v.optional(
      v.pipe(v.array(user), v.maxLength(LIMITS.mentionsPerMessageMax)),
    ),
    here: v.optional(v.literal(true)),
    replyTo: v.optional(SeqSchema),
    thread: v.optional(SeqSchema),
    edited: v.optional(whole(TIME_MAX)),
    editSeq: v.optional(SeqSchema),
    edits: v.optional(whole(LIMITS.editsPerMessageMax)),
    by: v.optional(v.object({ user, id: MessageSchema.entries.id })),
    bot: v.optional(v.literal(true)),
  }),
  moderated: v.object({
    type: v.literal("moderated"),
    ...authored,
    action: v.picklist(MODERATED_ACTIONS),
    target: v.optional(v.object({ user, username })),
    until: v.optional(whole(TIME_MAX)),
    seconds: v.optional(whole(SEQ_MAX)),
    access: v.optional(v.picklist(ACCESS_LEVELS)),
    uses: v.optional(whole(SEQ_MAX)),
    role: v.optional(v.picklist([...ROLES, "none"])),
    since: v.optional(whole(TIME_MAX)),
    from: v.optional(SeqSchema),
    to: v.optional(SeqSchema),
    reason: v.optional(ReasonSchema),
  }),
  edited: v.object({
    type: v.literal("edited"),
    ...authored,
    of,
    text: v.optional(storedText),
    data: MessageSchema.entries.data,
  }),
  deleted: v.object({
    type: v.literal("deleted"),
    ...authored,
    of,
    reason: v.optional(ReasonSchema),
  }),
  erased: v.object({
    type: v.literal("erased"),
    ...authored,
    thread: v.optional(SeqSchema),
  }),
  reacted: v.object({
    type: v.literal("reacted"),
    ...header,
    of,
    emoji: EmojiSchema,
    added: reactors,
    removed: reactors,
    count: whole(SEQ_MAX),
  }),
  pinned: v.object({ type: v.literal("pinned"), ...authored, of }),
  unpinned: v.object({ type: v.literal("unpinned"), ...authored, of }),
  topic: v.object({
    type: v.literal("topic"),
    ...authored,
    text: TopicSchema,
  }),
} satisfies { readonly [Type in EventType]: v.GenericSchema };

/** An event of a kind that this release knows. */
export const StoredEventSchema = v.variant(
  "type",
  Object.values(EVENT_SCHEMAS),
);
