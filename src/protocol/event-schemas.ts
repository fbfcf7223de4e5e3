// Event schemas: validates each kind of stored event in a log that comes from another server.
import * as v from "valibot";
import {
  MessageSchema,
  ReasonSchema,
  StoredTextSchema,
} from "./client-frames.ts";
import type { EventType } from "./events.ts";
import { isAuthorName, readRoomName } from "./names.ts";
import { ROLES } from "./roles.ts";
import type { ModeratedAction } from "./server-frames.ts";
import { SETTINGS } from "./settings.ts";

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
    const { max } = SETTINGS.TEXT_MAX;
    return (
      text.length <= max || (text.length <= 2 * max && [...text].length <= max)
    );
  }, "a shorter text"),
);

const username = v.pipe(v.string(), v.check(isAuthorName, "a name"));
/** The acts of moderation that this release knows. */
export const MODERATED_ACTIONS = [
  ...["kick", "ban", "unban", "mute", "unmute", "role"],
  ...["slow", "lock", "unlock"],
] as const satisfies readonly ModeratedAction[];
/** The fields that every event has. */
const header = {
  seq: SeqSchema,
  room: RoomNameSchema,
  user: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "a public id")),
  username,
  at: whole(TIME_MAX),
  id: MessageSchema.entries.id,
};

/** The schema of each kind. */
const EVENT_SCHEMAS = {
  message: v.object({
    type: v.literal("message"),
    ...header,
    text: storedText,
    data: MessageSchema.entries.data,
    by: v.optional(
      v.object({ user: header.user, id: MessageSchema.entries.id }),
    ),
    bot: v.optional(v.literal(true)),
  }),
  moderated: v.object({
    type: v.literal("moderated"),
    ...header,
    action: v.picklist(MODERATED_ACTIONS),
    target: v.optional(v.object({ user: header.user, username })),
    until: v.optional(whole(TIME_MAX)),
    seconds: v.optional(whole(SEQ_MAX)),
    role: v.optional(v.picklist([...ROLES, "none"])),
    reason: v.optional(ReasonSchema),
  }),
} satisfies { readonly [Type in EventType]: v.GenericSchema };

/** An event of a kind that this release knows. */
export const StoredEventSchema = v.variant(
  "type",
  Object.values(EVENT_SCHEMAS),
);
