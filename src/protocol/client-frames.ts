// Client frames: defines the schema and the type of each frame that a client may send.
import * as v from "valibot";
import { EmojiSchema } from "./emoji-schema.ts";
import {
  cursor,
  epoch,
  id,
  isPlain,
  messageData,
  namesUser,
  PLAIN_WORDS,
  pageSize,
  ReasonSchema,
  seq,
  target,
  text,
  userFields,
  userFieldsWords,
  wholeNumber,
} from "./frame-fields.ts";
import * as LIMITS from "./limits.ts";
import { ModerateSchema } from "./moderate-frame.ts";
import { ForgetSchema, ReadSchema, RoomsSchema } from "./read-frames.ts";
import { SearchSchema } from "./search-frames.ts";

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
    at: v.optional(cursor),
    limit: v.optional(pageSize),
    fold: v.optional(v.boolean()),
    thread: v.optional(seq),
    epoch: v.optional(epoch),
  }),
  v.check(
    ({ before, after, at }) =>
      [before, after, at].filter((one) => one !== undefined).length < 2,
    "one of before, after and at",
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
  args: v.optional(v.pipe(v.string(), v.check(isPlain, PLAIN_WORDS))),
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
  search: SearchSchema,
  received: ReceivedSchema,
  read: ReadSchema,
  rooms: RoomsSchema,
  forget: ForgetSchema,
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
export type SearchFrame = v.InferOutput<typeof SearchSchema>;
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
export type ReadFrame = v.InferOutput<typeof ReadSchema>;
export type RoomsFrame = v.InferOutput<typeof RoomsSchema>;
export type ForgetFrame = v.InferOutput<typeof ForgetSchema>;
export type ReceivedFrame = v.InferOutput<typeof ReceivedSchema>;

/** A frame from a client. */
export type ClientFrame = v.InferOutput<ClientSchemas[keyof ClientSchemas]>;

export type * from "./server-frames.ts";
