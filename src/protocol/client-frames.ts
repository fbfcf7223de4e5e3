// Client frames: defines the schema and the type of each frame that a client may send.
import * as v from "valibot";
import { ACCESS_LEVELS } from "./access-levels.ts";
import { dataBytes, isStorable } from "./custom-data.ts";
import { EmojiSchema } from "./emoji-schema.ts";
import * as LIMITS from "./limits.ts";
import { ROLES } from "./roles.ts";
import { isVisible } from "./visible-text.ts";

const id = v.pipe(
  v.string(),
  v.regex(/^[\x20-\x7e]{1,64}$/, "1 to 64 printable ASCII characters"),
);
const wholeNumber = (min: number, max: number, what: string) =>
  v.pipe(
    v.number(),
    v.check((n) => Number.isInteger(n) && n >= min && n <= max, what),
  );
const cursor = wholeNumber(0, Number.MAX_SAFE_INTEGER, "a whole number from 0");
const seq = wholeNumber(1, Number.MAX_SAFE_INTEGER, "a whole number from 1");
const epoch = v.pipe(v.string(), v.maxLength(64));
/**
 * The message that a command acts on. 0 is for people who type: one's own
 * newest message for `edit` and `delete`, otherwise the newest of the room.
 */
const target = cursor;
const pageSize = wholeNumber(
  1,
  LIMITS.historyPageMax,
  `1 to ${LIMITS.historyPageMax}`,
);

/**
 * Characters that a text must not hold: controls except newline and tab, and
 * bidi overrides.
 */
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refused here
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
/** The id of a user that everybody sees. */
const publicId = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{16}$/, "a public id"),
);
/** The text of any release. The first release accepted invisible texts. */
export const StoredTextSchema = v.pipe(
  v.string(),
  v.check(
    (value) => value.isWellFormed() && !forbidden.test(value),
    "no lone surrogates, controls but newline and tab, or bidi overrides",
  ),
  v.regex(/[^\s\u200b-\u200f\u2060\ufeff]/u, "something to read"),
);
const text = v.pipe(
  StoredTextSchema,
  v.check(isVisible, "something that can be seen"),
);

/** @returns the schema of one line that can be seen, of at most so many characters */
const shortText = (max: number) =>
  v.pipe(
    text,
    v.check(
      (line) => [...line].length <= max && !line.includes("\n"),
      `a line of at most ${max} characters`,
    ),
  );

/** The reason of an act of moderation. */
export const ReasonSchema = shortText(LIMITS.reasonMax);

/** Any JSON value of the app's own. */
const messageData = v.pipe(
  v.unknown(),
  v.check(
    (data) => isStorable(data),
    `at most ${LIMITS.dataDepthMax} levels of arrays and objects, and numbers that are finite`,
  ),
  v.check(
    (data) => dataBytes(data) <= LIMITS.messageDataBytesMax,
    `at most ${LIMITS.messageDataBytesMax} bytes of JSON`,
  ),
);

export const JoinSchema = v.object({
  type: v.literal("join"),
  username: v.optional(v.string()),
  token: v.optional(v.string()),
  device: v.optional(id),
  since: v.optional(cursor),
  epoch: v.optional(epoch),
  mailSince: v.optional(cursor),
  mailEpoch: v.optional(cursor),
  history: v.optional(
    wholeNumber(0, LIMITS.historyPageMax, `0 to ${LIMITS.historyPageMax}`),
  ),
  details: v.optional(v.boolean()),
  fold: v.optional(v.boolean()),
  // One that is no code is wrong, as a code that nobody has made.
  invite: v.optional(v.pipe(v.string(), v.maxLength(256))),
});
export const MessageSchema = v.object({
  type: v.literal("message"),
  text,
  id: v.optional(id),
  data: v.optional(messageData),
  replyTo: v.optional(target),
  thread: v.optional(seq),
  epoch: v.optional(epoch),
});
export const EditSchema = v.object({
  type: v.literal("edit"),
  of: target,
  text,
  id: v.optional(id),
  epoch: v.optional(epoch),
  was: v.optional(cursor),
  data: v.optional(messageData),
});
export const DeleteSchema = v.object({
  type: v.literal("delete"),
  of: target,
  reason: v.optional(ReasonSchema),
  id: v.optional(id),
  epoch: v.optional(epoch),
});
export const ReactSchema = v.object({
  type: v.literal("react"),
  of: target,
  emoji: EmojiSchema,
  on: v.boolean(),
  id: v.optional(id),
  epoch: v.optional(epoch),
});
export const PinSchema = v.object({
  type: v.literal("pin"),
  of: target,
  on: v.boolean(),
  id: v.optional(id),
  epoch: v.optional(epoch),
});
export const ReportSchema = v.object({
  type: v.literal("report"),
  of: seq,
  reason: v.optional(ReasonSchema),
  id: v.optional(id),
  epoch: v.optional(epoch),
});
export const ReportsSchema = v.object({
  type: v.literal("reports"),
  before: v.optional(cursor),
  limit: v.optional(
    wholeNumber(1, LIMITS.reportPageMax, `1 to ${LIMITS.reportPageMax}`),
  ),
  /** Only open ones. */
  open: v.optional(v.boolean()),
});
export const CloseReportSchema = v.object({
  type: v.literal("close_report"),
  report: seq,
  outcome: v.picklist(["resolved", "dismissed"], "resolved or dismissed"),
  id: v.optional(id),
});
/** The topic of a room; empty: it has none. */
export const TopicSchema = v.union(
  [v.literal(""), shortText(LIMITS.topicMax)],
  `a line of at most ${LIMITS.topicMax} characters`,
);
export const PrivateSchema = v.object({
  type: v.literal("private"),
  to: v.string(),
  text,
  id: v.optional(id),
  toUser: v.optional(v.pipe(v.string(), v.maxLength(64))),
  data: v.optional(messageData),
});
export const WhoSchema = v.object({
  type: v.literal("who"),
  after: v.optional(v.pipe(v.string(), v.maxLength(256))),
  details: v.optional(v.boolean()),
});
export const HistorySchema = v.pipe(
  v.object({
    type: v.literal("history"),
    before: v.optional(cursor),
    after: v.optional(cursor),
    limit: v.optional(pageSize),
    fold: v.optional(v.boolean()),
    thread: v.optional(seq),
    epoch: v.optional(epoch),
  }),
  v.check(
    (page) => page.before === undefined || page.after === undefined,
    "before or after, not both",
  ),
);
export const ReceivedSchema = v.object({
  type: v.literal("received"),
  seq: v.optional(cursor),
  mail: v.optional(cursor),
});
export const TypingSchema = v.object({ type: v.literal("typing") });
export const LeaveSchema = v.object({ type: v.literal("leave") });
export const RegisterSchema = v.object({ type: v.literal("register") });
export const ReleaseSchema = v.object({ type: v.literal("release") });
export const RotateSchema = v.object({
  type: v.literal("rotate"),
  token: v.string(),
});
const userFields = {
  username: v.optional(v.string()),
  user: v.optional(publicId),
};
const namesUser = (who: { username?: unknown; user?: unknown }) =>
  who.username !== undefined || who.user !== undefined;
const userFieldsWords = "a username or a user";
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
export const BlockSchema = v.pipe(
  v.object({ type: v.literal("block"), ...userFields }),
  v.check((who) => namesUser(who), userFieldsWords),
);
export const UnblockSchema = v.pipe(
  v.object({ type: v.literal("unblock"), ...userFields }),
  v.check((who) => namesUser(who), userFieldsWords),
);
/** A command of the app, by its name. */
export const CommandNameSchema = v.pipe(
  v.string(),
  v.regex(
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,31}$/u,
    "1 to 32 letters, digits, _ or -",
  ),
);
export const CommandSchema = v.object({
  type: v.literal("command"),
  name: CommandNameSchema,
  args: v.optional(
    v.pipe(
      v.string(),
      v.check(
        (value) => value.isWellFormed() && !forbidden.test(value),
        "no lone surrogates, controls but newline and tab, or bidi overrides",
      ),
    ),
  ),
  id: v.optional(id),
});
export const PingSchema = v.object({ type: v.literal("ping") });
export const HelpSchema = v.object({ type: v.literal("help") });

/** The schema of each frame that a client may send, by its `type`. */
export const CLIENT_SCHEMAS = {
  join: JoinSchema,
  message: MessageSchema,
  edit: EditSchema,
  delete: DeleteSchema,
  react: ReactSchema,
  pin: PinSchema,
  private: PrivateSchema,
  who: WhoSchema,
  history: HistorySchema,
  received: ReceivedSchema,
  typing: TypingSchema,
  leave: LeaveSchema,
  register: RegisterSchema,
  release: ReleaseSchema,
  rotate: RotateSchema,
  moderate: ModerateSchema,
  report: ReportSchema,
  reports: ReportsSchema,
  close_report: CloseReportSchema,
  block: BlockSchema,
  unblock: UnblockSchema,
  command: CommandSchema,
  ping: PingSchema,
  help: HelpSchema,
} as const;

type ClientSchemas = typeof CLIENT_SCHEMAS;

export type JoinFrame = v.InferOutput<typeof JoinSchema>;
export type MessageFrame = v.InferOutput<typeof MessageSchema>;
export type EditFrame = v.InferOutput<typeof EditSchema>;
export type DeleteFrame = v.InferOutput<typeof DeleteSchema>;
export type ReactFrame = v.InferOutput<typeof ReactSchema>;
export type PinFrame = v.InferOutput<typeof PinSchema>;
export type PrivateFrame = v.InferOutput<typeof PrivateSchema>;
export type WhoFrame = v.InferOutput<typeof WhoSchema>;
export type HistoryFrame = v.InferOutput<typeof HistorySchema>;
export type RegistrationFrame = v.InferOutput<
  typeof RegisterSchema | typeof ReleaseSchema
>;
export type RotateFrame = v.InferOutput<typeof RotateSchema>;
export type BlockListFrame = v.InferOutput<
  typeof BlockSchema | typeof UnblockSchema
>;
export type ModerateFrame = v.InferOutput<typeof ModerateSchema>;
export type ReportFrame = v.InferOutput<typeof ReportSchema>;
export type ReportsFrame = v.InferOutput<typeof ReportsSchema>;
export type CloseReportFrame = v.InferOutput<typeof CloseReportSchema>;
export type CommandFrame = v.InferOutput<typeof CommandSchema>;
export type ReceivedFrame = v.InferOutput<typeof ReceivedSchema>;

/** A frame from a client. */
export type ClientFrame = v.InferOutput<ClientSchemas[keyof ClientSchemas]>;

export type * from "./server-frames.ts";
