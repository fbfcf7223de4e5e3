// Frames: schemas of all server frames, with which the test client checks each frame that arrives.
import * as v from "valibot";
import {
  clientId,
  Deleted,
  Edited,
  Erased,
  FoldedPage,
  instant,
  Message,
  Moderated,
  Page,
  Pinned,
  positive,
  publicId,
  Reacted,
  Results,
  type StoredEvent,
  Topic,
  Unpinned,
  whole,
} from "./event-frames.ts";

import {
  CloseReportAck,
  ReportAck,
  ReportClosed,
  Reported,
  Reports,
} from "./report-frames.ts";

export { FoldedPage, Message, Page, Results, type StoredEvent };

const names = v.pipe(v.array(v.string()), v.maxLength(200));

const blocked = v.array(
  v.object({ user: publicId, username: v.optional(v.string()) }),
);

const role = v.optional(v.picklist(["moderator", "owner"]));
const details = v.array(
  v.object({
    user: publicId,
    username: v.string(),
    data: v.optional(v.unknown()),
    role,
  }),
);

const ERROR_CODES = [
  "bad_request",
  "not_joined",
  "already_joined",
  "bad_username",
  "bad_room",
  "username_taken",
  "unauthorized",
  "forbidden",
  "banned",
  "muted",
  "gone",
  "no_such_user",
  "mailbox_full",
  "too_large",
  "rate_limited",
  "room_full",
  "unsupported",
  "unavailable",
  "internal",
] as const;

const Welcome = v.object({
  type: v.literal("welcome"),
  room: v.string(),
  username: v.string(),
  user: publicId,
  token: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/))),
  role,
  muted: v.optional(v.object({ until: v.optional(instant) })),
  slow: v.optional(positive),
  locked: v.optional(v.literal(true)),
  access: v.optional(v.picklist(["registered", "members"])),
  expires: v.optional(instant),
  tokenUntil: v.optional(instant),
  registered: v.optional(instant),
  blocked: v.optional(v.pipe(blocked, v.minLength(1))),
  epoch: v.pipe(v.string(), v.minLength(1)),
  seq: whole,
  mail: whole,
  mailEpoch: whole,
  members: names,
  details: v.optional(v.pipe(details, v.minLength(1))),
  count: positive,
  topic: v.optional(v.pipe(v.string(), v.minLength(1))),
  reports: v.optional(positive),
  read: v.optional(positive),
  mailRead: v.optional(positive),
  pins: v.optional(v.pipe(v.array(positive), v.minLength(1), v.maxLength(50))),
  resumed: v.boolean(),
  gap: v.boolean(),
  more: v.boolean(),
  limits: v.object({
    text: positive,
    frame: positive,
    rateBurst: positive,
    ratePerSecond: whole,
    history: positive,
    historyDays: v.optional(positive),
    editSeconds: whole,
    data: positive,
    waiting: v.optional(positive),
    waitingText: v.optional(positive),
    reactions: positive,
    search: positive,
    rooms: positive,
  }),
  commands: v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
});

const Mention = v.strictObject({
  type: v.literal("mention"),
  mail: positive,
  room: v.string(),
  epoch: v.string(),
  of: positive,
  user: publicId,
  username: v.string(),
  at: instant,
});

const Private = v.object({
  type: v.literal("private"),
  mail: positive,
  id: v.pipe(v.string(), v.minLength(1)),
  clientId: v.optional(clientId),
  user: publicId,
  username: v.string(),
  to: v.string(),
  text: v.string(),
  data: v.optional(v.unknown()),
  bot: v.optional(v.literal(true)),
  at: instant,
});

const presence = { user: publicId, username: v.string(), at: instant };
const data = v.optional(v.unknown());
const shown = { ...presence, data, role };
const Joined = v.object({ type: v.literal("joined"), ...shown });
const Updated = v.object({ type: v.literal("updated"), ...shown });
const Left = v.object({ type: v.literal("left"), ...presence });

const CommandAck = v.object({
  type: v.literal("ack"),
  id: v.optional(clientId),
  command: v.string(),
  at: instant,
  duplicate: v.optional(v.literal(true)),
});
/** The command has said something to the room. */
const SaidAck = v.object({ ...CommandAck.entries, seq: positive });
const RoomAck = v.object({
  type: v.literal("ack"),
  id: v.optional(clientId),
  seq: positive,
  at: instant,
  duplicate: v.optional(v.literal(true)),
});

const PrivateAck = v.object({
  type: v.literal("ack"),
  id: v.optional(clientId),
  to: v.string(),
  private: v.pipe(v.string(), v.minLength(1)),
  at: instant,
  delivered: v.boolean(),
  expires: v.optional(instant),
  duplicate: v.optional(v.literal(true)),
});

const Failure = v.object({
  type: v.literal("error"),
  code: v.picklist(ERROR_CODES),
  message: v.pipe(
    v.string(),
    v.minLength(1),
    v.check((words) => !/\n\s*at /.test(words), "promise 8: no stack trace"),
  ),
  id: v.optional(clientId),
  reason: v.optional(v.string()),
  retryAfter: v.optional(v.pipe(v.number(), v.minValue(0))),
  until: v.optional(instant),
});

const Members = v.object({
  type: v.literal("members"),
  members: names,
  details: v.optional(details),
  count: positive,
  more: v.boolean(),
});

const VisitedRoom = v.object({
  room: v.string(),
  epoch: v.optional(v.string()),
  seq: v.optional(whole),
  read: v.optional(whole),
  unread: v.optional(v.pipe(whole, v.maxValue(100))),
  mentions: v.optional(positive),
  at: v.optional(instant),
});

/** By the type of the frame. The AsyncAPI document is made of them too. */
export const SERVER_SCHEMAS = {
  welcome: Welcome,
  history: v.union([
    v.object({ type: v.literal("history"), ...FoldedPage.entries }),
    v.object({ type: v.literal("history"), ...Page.entries }),
  ]),
  results: v.object({ type: v.literal("results"), ...Results.entries }),
  message: Message,
  moderated: Moderated,
  edited: Edited,
  deleted: Deleted,
  erased: Erased,
  reacted: Reacted,
  pinned: Pinned,
  unpinned: Unpinned,
  topic: Topic,
  private: Private,
  mention: Mention,
  joined: Joined,
  updated: Updated,
  left: Left,
  ack: v.union([
    PrivateAck,
    SaidAck,
    CommandAck,
    RoomAck,
    ReportAck,
    CloseReportAck,
  ]),
  reported: Reported,
  reports: Reports,
  report_closed: ReportClosed,
  reply: v.object({
    type: v.literal("reply"),
    command: v.string(),
    text: v.string(),
    id: v.optional(clientId),
  }),
  members: Members,
  count: v.object({ type: v.literal("count"), count: positive }),
  typing: v.object({
    type: v.literal("typing"),
    user: publicId,
    username: v.string(),
  }),
  read: v.union([
    v.object({ type: v.literal("read"), read: positive, epoch: v.string() }),
    v.object({ type: v.literal("read"), mail: positive }),
  ]),
  seen: v.object({
    type: v.literal("seen"),
    user: publicId,
    username: v.string(),
    read: positive,
  }),
  rooms: v.object({
    type: v.literal("rooms"),
    rooms: v.pipe(v.array(VisitedRoom), v.maxLength(20)),
    more: v.boolean(),
    before: v.optional(v.string()),
  }),
  forgotten: v.object({ type: v.literal("forgotten"), room: v.string() }),
  reset: v.object({
    type: v.literal("reset"),
    epoch: v.string(),
    seq: whole,
  }),
  registered: v.object({
    type: v.literal("registered"),
    username: v.string(),
    until: instant,
  }),
  released: v.object({
    type: v.literal("released"),
    username: v.string(),
    restsUntil: instant,
  }),
  rotated: v.object({
    type: v.literal("rotated"),
    username: v.string(),
    until: instant,
  }),
  blocked: v.object({ type: v.literal("blocked"), blocked }),
  error: Failure,
  pong: v.object({ type: v.literal("pong") }),
  help: v.object({ type: v.literal("help"), text: v.string() }),
};

type Schemas = typeof SERVER_SCHEMAS;
export type FrameType = keyof Schemas;
export type FrameOf<T extends FrameType> = v.InferOutput<Schemas[T]>;
/** A frame with a type that version 1 does not define; clients ignore it. */
export type Other = { type: "other"; frame: unknown };
export type Frame = FrameOf<FrameType> | Other;

export type Welcome = v.InferOutput<typeof Welcome>;
export type Private = v.InferOutput<typeof Private>;
export type RoomAck = v.InferOutput<typeof RoomAck>;
export type PrivateAck = v.InferOutput<typeof PrivateAck>;
export type Failure = v.InferOutput<typeof Failure>;

const Typed = v.object({ type: v.string() });

/** @throws Error if the text is not one well-formed frame */
export function parseFrame(text: string): Frame {
  const frame: unknown = JSON.parse(text);
  const { type } = v.parse(Typed, frame);
  if (!isKnown(type)) return { type: "other", frame };
  const result = v.safeParse(SERVER_SCHEMAS[type], frame);
  if (result.success) return result.output;
  const faults = result.issues
    .map((issue) => `${v.getDotPath(issue) ?? "frame"}: ${issue.message}`)
    .join("; ");
  throw new Error(`The server sent ${text}, which is no ${type}: ${faults}`);
}

/** @returns the texts of the events that have any */
export function textsOf({ messages }: Pick<Page, "messages">): string[] {
  return messages.flatMap((event) =>
    "text" in event && event.text !== undefined ? event.text : [],
  );
}

function isKnown(type: string): type is FrameType {
  return Object.hasOwn(SERVER_SCHEMAS, type);
}

/** The messages of a page, without other events. */
export function messagesOf({ messages }: Pick<Page, "messages">) {
  return messages.flatMap((event) => (event.type === "message" ? event : []));
}

export function isRoomAck(frame: Frame): frame is RoomAck {
  return frame.type === "ack" && "seq" in frame && !("command" in frame);
}

export function isPrivateAck(frame: Frame): frame is PrivateAck {
  return frame.type === "ack" && "private" in frame;
}
