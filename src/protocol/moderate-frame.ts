// Moderate frame: defines the schema of each act of moderation.
import * as v from "valibot";
import { ACCESS_LEVELS } from "./access-levels.ts";
import {
  id,
  ReasonSchema,
  shortText,
  userFields,
  userFieldsWords,
  wholeNumber,
} from "./frame-fields.ts";
import * as LIMITS from "./limits.ts";
import { ROLES } from "./roles.ts";

/** The topic of a room; empty: it has none. */
export const TopicSchema = v.union(
  [v.literal(""), shortText(LIMITS.topicMax)],
  `a line of at most ${LIMITS.topicMax} characters`,
);
/** The fields of an act of moderation, on the room or on a user. */
const onRoom = <Action extends string>(action: Action) => ({
  type: v.literal("moderate"),
  action: v.literal(action),
  reason: v.optional(ReasonSchema),
  id: v.optional(id),
});
const onUser = <Action extends string>(action: Action) => ({
  type: v.literal("moderate"),
  action: v.literal(action),
  ...userFields,
  reason: v.optional(ReasonSchema),
  id: v.optional(id),
});
const seconds = wholeNumber(
  1,
  LIMITS.restrictionSecondsMax,
  `1 to ${LIMITS.restrictionSecondsMax} seconds`,
);
const forSeconds = { for: v.optional(seconds) };
/** The code of an invitation, which may be a part of a URL. */
const inviteCode = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{22,128}$/, "22 to 128 letters, digits, _ or -"),
);
/** The actions that are about no user. */
const ROOM_ACTIONS: ReadonlySet<string> = new Set([
  ...["slow", "lock", "unlock", "topic", "access", "invite", "uninvite"],
]);
const namesTarget = (frame: { readonly action: string }) =>
  ROOM_ACTIONS.has(frame.action) || "username" in frame || "user" in frame;
/** The action says which other fields there are. */
export const ModerateSchema = v.pipe(
  v.variant("action", [
    v.object(onUser("kick")),
    v.object({ ...onUser("ban"), ...forSeconds }),
    v.object(onUser("unban")),
    v.object({ ...onUser("mute"), ...forSeconds }),
    v.object(onUser("unmute")),
    v.object({ ...onUser("purge"), for: seconds }),
    v.object({
      ...onUser("role"),
      role: v.picklist([...ROLES, "none"], "owner, moderator or none"),
    }),
    v.object({
      ...onRoom("slow"),
      seconds: wholeNumber(
        0,
        LIMITS.slowSecondsMax,
        `0 to ${LIMITS.slowSecondsMax} seconds`,
      ),
    }),
    v.object(onRoom("lock")),
    v.object(onRoom("unlock")),
    v.object({
      type: v.literal("moderate"),
      action: v.literal("topic"),
      text: TopicSchema,
      id: v.optional(id),
    }),
    v.object({
      ...onRoom("access"),
      access: v.picklist(ACCESS_LEVELS, "open, registered or members"),
    }),
    v.object({
      ...onRoom("invite"),
      ...forSeconds,
      code: v.optional(inviteCode),
      uses: v.optional(
        wholeNumber(
          1,
          LIMITS.inviteUsesMax,
          `1 to ${LIMITS.inviteUsesMax} uses`,
        ),
      ),
    }),
    v.object({ ...onRoom("uninvite"), code: v.optional(inviteCode) }),
    v.object(onUser("member")),
    v.object(onUser("unmember")),
  ]),
  v.check((frame) => namesTarget(frame), userFieldsWords),
);
