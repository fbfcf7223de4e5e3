// Events: defines the types of the SDK's events, states, results and snapshots.

import type { AccessLevel } from "../protocol/access-levels.ts";
import type { Role } from "../protocol/roles.ts";
import type {
  AccountFrame,
  BlockedUser,
  MembersFrame,
  MentionFrame,
  PrivateMessage,
  Report,
  ReportClosedFrame,
  ReportedFrame,
  ReportOutcome,
  ReportsPage,
  SeenFrame,
  VisitedRoom,
  WelcomeLimits,
} from "../protocol/server-frames.ts";
import type { ChatError } from "./chat-error.ts";
import type { ChangeEvent, ChatMessage } from "./chat-message.ts";
import type { Mute, Permissions } from "./moderation.ts";
import type { MailReadEvent, ReadEvent } from "./read-events.ts";

export type * from "./chat-message.ts";
export type * from "./moderation.ts";
export type * from "./read-events.ts";
export type * from "./receipts.ts";

/** The types of an app's data: `createClient<{ message: Card; user: Profile }>`. */
export interface ChatTypes {
  readonly message?: unknown;
  readonly user?: unknown;
}

/** A member with the data that the app gives to its user, and the role here. */
export interface MemberInfo<User = unknown> {
  readonly user: string;
  readonly username: string;
  readonly data?: User;
  readonly role?: Role | undefined;
}

/** A private message, received or sent. */
export interface ChatPrivate<Data = unknown>
  extends Omit<PrivateMessage, "mail" | "data"> {
  /** Its number in the mailbox; an own one that was sent from here has none. */
  mail?: number;
  /** Data of the sender's app. */
  data?: Data;
  mine: boolean;
  isReplay: boolean;
}

/**
 * A message in some room mentions the user. It has no text: that is read in the
 * room, by the `epoch` of its log and the `seq` that `of` names.
 */
export interface ChatMention extends MentionFrame {
  /** An earlier client with this storage has received it. */
  isReplay: boolean;
}

/** Messages may be missing between those before and after this event. */
export interface GapEvent {
  type: "gap";
  epoch: string;
  /**
   * The `seq` of the last message shown; null if the room has another history
   * now.
   */
  after: number | null;
  /** The `seq` of the first message that follows. */
  before: number;
}

/**
 * - `connecting`: an attempt is under way
 * - `connected`: the room is joined
 * - `reconnecting`: the connection is lost; the next attempt comes by itself
 * - `failed`: no attempt comes by itself; see `reason` and `reconnect`
 * - `closed`: the app has left the room, or closed the client
 */
export type ChatState =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "failed"
  | "closed";

/**
 * The state of the room by which private messages are sent; `disconnected`: no
 * room is joined.
 */
export type ClientState = ChatState | "disconnected";

export interface StateEvent<State = ChatState> {
  type: "state";
  state: State;
  /** Why the state is `reconnecting`, `failed` or `closed`; otherwise null. */
  reason: ChatError | null;
}

/**
 * - `queued`: not sent yet, or to be sent again
 * - `sending`: sent, without an ack
 * - `failed`: refused, see `error`; `resend` or `discard` it
 * - `unknown`: may have arrived; `resend` or `discard` it
 */
export type PendingState = "queued" | "sending" | "failed" | "unknown";

/** An own message without an ack. */
export interface PendingMessage {
  readonly id: string;
  readonly text: string;
  /** As given to `send`. */
  readonly data?: unknown;
  /** As given to `send`. */
  readonly replyTo?: number | undefined;
  readonly thread?: number | undefined;
  /** The room; absent in a private message. */
  readonly room?: string | undefined;
  /** The recipient's username; absent in a message to a room. */
  readonly to?: string | undefined;
  /** When it was written, in ms since 1970 by this machine's clock. */
  readonly at: number;
  readonly state: PendingState;
  readonly error?: ChatError | undefined;
}

/** The pending messages have changed. */
export interface PendingEvent {
  type: "pending";
  pending: readonly PendingMessage[];
}

/** The members have changed: at most 200 usernames, and the number of all. */
export interface MembersEvent {
  type: "members";
  members: readonly string[];
  count: number;
}

export interface JoinedEvent<User = unknown> {
  type: "joined";
  user: string;
  username: string;
  /** The data that the app gives to its user. */
  data?: User;
  /** The user's role in the room; absent: none. */
  role?: Role | undefined;
  at: number;
}

/** A member has other data now, or none. */
export interface UpdatedEvent<User = unknown>
  extends Omit<JoinedEvent<User>, "type"> {
  type: "updated";
}

export interface LeftEvent {
  type: "left";
  user: string;
  username: string;
  at: number;
}

export interface TypingEvent {
  type: "typing";
  user: string;
  username: string;
}

export type {
  AccessLevel,
  AccountFrame,
  BlockedUser,
  Report,
  ReportClosedFrame,
  ReportedFrame,
  ReportOutcome,
  Role,
  SeenFrame,
  VisitedRoom,
};

/** A page of reports, the newest first, and the number of all open ones. */
export type ReportPage = Omit<ReportsPage, "type">;

export interface ReportOptions {
  /** Reports with a lower number. */
  readonly before?: number;
  /** 1 to 30. Default 20. */
  readonly limit?: number;
  /** Only open ones. */
  readonly open?: boolean;
}

/** A secret, or a function that returns the current token. */
export type Token = string | (() => string | Promise<string>);

/** The result of `register`, `release`, `block` or `unblock`, by its type. */
export type AccountResult<Type extends AccountFrame["type"]> = Extract<
  AccountFrame,
  { type: Type }
>;

/** The result of `rotate`. */
export type RotateResult = AccountResult<"rotated"> & {
  /** The new secret, which the user's other devices need. */
  readonly token: string;
};

/** An error that answers no call. */
export interface ChatErrorEvent {
  type: "error";
  error: ChatError;
}

/** What `on` of a room tells. */
export type RoomEvent<T extends ChatTypes = ChatTypes> =
  | StateEvent
  | ChatMessage<T["message"]>
  | ChangeEvent<T["message"]>
  | JoinedEvent<T["user"]>
  | UpdatedEvent<T["user"]>
  | LeftEvent
  | MembersEvent
  | TypingEvent
  | PendingEvent
  | GapEvent
  | ReadEvent
  | SeenFrame
  | ReportedFrame
  | ReportClosedFrame
  | ChatErrorEvent;

/** What `on` of the client tells. */
export type ClientEvent<T extends ChatTypes = ChatTypes> =
  | StateEvent<ClientState>
  | ChatPrivate<T["message"]>
  | ChatMention
  | MailReadEvent
  | PendingEvent
  | AccountFrame
  | ChatErrorEvent;

/** @internal The types of `RoomEvent`. */
export const ROOM_EVENTS =
  "state message edited deleted reacted pinned unpinned topic moderated joined updated left members typing pending gap read seen reported report_closed error";

/** @internal The keys of `RoomSnapshot`, which are properties of a room. */
export const ROOM_SNAPSHOT =
  "state reason name members count details messages more pending topic pins role muted slow slowUntil locked access permissions read";

/** @internal The keys of `ClientSnapshot`, which are properties of a client. */
export const CLIENT_SNAPSHOT =
  "state reason username user privates mailRead blocked registered pending limits storageError";

/** @internal The types of `ClientEvent`. */
export const CLIENT_EVENTS =
  "state private mention read pending registered released rotated blocked error";

/** The answer to a command of the server's app. */
export interface CommandResult {
  /** Texts for the user who wrote the command, and for nobody else. */
  readonly replies: readonly string[];
  /** The number of the last message that the command said; null: it said none. */
  readonly seq: number | null;
}

export interface HistoryOptions {
  /** The newest messages with a lower `seq`. */
  before?: number;
  /** The oldest messages with a higher `seq`. Not together with `before`. */
  after?: number;
  /**
   * The oldest messages from that time on, ms since 1970. Alone. `unsupported` if
   * the server knows no times.
   */
  at?: number;
  /** 1 to 200. Default 50. */
  limit?: number;
  /** The first message of a thread: a page of it and the replies. */
  thread?: number;
}

/**
 * Messages as they are now, ascending by `seq`, and whether there are more in
 * that direction. A page may be empty although there are more.
 */
export interface HistoryResult<Data = unknown> {
  messages: ChatMessage<Data>[];
  more: boolean;
  /**
   * The page covers these numbers: the next one is `before` the first, or
   * `after` the last.
   */
  from: number;
  to: number;
}

export interface SearchOptions {
  /** Only messages with a lower `seq`. */
  before?: number;
  /** 1 to 50. Default 20. */
  limit?: number;
  /** So often the server is asked while it finds nothing. Default 10. */
  asks?: number;
}

/** A page of the members' usernames, sorted, and the number of all members. */
export interface MemberPage<User = unknown>
  extends Omit<MembersFrame, "type" | "details"> {
  /** Each of `members`, if they were requested. */
  details?: MemberInfo<User>[];
}

/** The state of a room for views; the same object until something changes. */
export interface RoomSnapshot<T extends ChatTypes = ChatTypes> {
  readonly state: ChatState;
  readonly reason: ChatError | null;
  readonly name: string;
  readonly members: readonly string[];
  readonly count: number;
  /** The members with data or a role, by username. */
  readonly details: ReadonlyMap<string, MemberInfo<T["user"]>>;
  /** Ascending by `seq`: the newest `maxMessages`, and those of `loadOlder`. */
  readonly messages: readonly ChatMessage<T["message"]>[];
  /** `loadOlder` can load older messages. */
  readonly more: boolean;
  readonly pending: readonly PendingMessage[];
  /** Empty: none. */
  readonly topic: string;
  /** The `seq` of each pinned message, the newest pin first; at most 50. */
  readonly pins: readonly number[];
  /** This user's role in the room; null: none. */
  readonly role: Role | null;
  /** This user may not speak; null: may. */
  readonly muted: Mute | null;
  /** Seconds between two messages of one user; 0: no limit. */
  readonly slow: number;
  /** When slow mode lets this user write again, in ms since 1970; null: now. */
  readonly slowUntil: number | null;
  /** Only moderators may speak. */
  readonly locked: boolean;
  /** The users who may enter. */
  readonly access: AccessLevel;
  readonly permissions: Permissions;
  /** The user has read up to this `seq`, on any device; 0: nothing. */
  readonly read: number;
}

/** The thread of a message for views; the same object until it changes. */
export interface ThreadSnapshot<T extends ChatTypes = ChatTypes> {
  /** The first message; null until it is loaded, and if it is gone. */
  readonly root: ChatMessage<T["message"]> | null;
  /** Ascending by `seq`. */
  readonly messages: readonly ChatMessage<T["message"]>[];
  /** `loadOlder` can load older replies. */
  readonly more: boolean;
  /** Own replies without an ack, oldest first. */
  readonly pending: readonly PendingMessage[];
  /** The replies are not loaded: why. `reload` tries again. */
  readonly error: ChatError | null;
}

/** The state of a client for views; the same object until something changes. */
export interface ClientSnapshot<T extends ChatTypes = ChatTypes> {
  readonly state: ClientState;
  readonly reason: ChatError | null;
  readonly username: string;
  /** The user's own public id; null before the first welcome. */
  readonly user: string | null;
  /** The newest `maxMessages`, in the order in which they arrived. */
  readonly privates: readonly ChatPrivate<T["message"]>[];
  /** The user has read the mail up to this number, on any device; 0: nothing. */
  readonly mailRead: number;
  /** Blocked users: views hide their messages. */
  readonly blocked: readonly BlockedUser[];
  /**
   * When the registration of the name ends, in ms since 1970; null: not
   * registered.
   */
  readonly registered: number | null;
  /** To all rooms and to users, oldest first. */
  readonly pending: readonly PendingMessage[];
  /** The server's limits on size and rate; null before the first welcome. */
  readonly limits: WelcomeLimits | null;
  /** Set while the storage fails: stored data may be lost. null: it works. */
  readonly storageError: ChatError | null;
}
