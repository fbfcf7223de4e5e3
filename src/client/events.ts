// What a chat tells the app: its events, its states, and the snapshot for views.
import type {
  AccountFrame,
  BlockedUser,
  PrivateAck,
  PrivateMessage,
  RoomAck,
  RoomMessage,
  WelcomeLimits,
} from "../protocol/server-frames.ts";
import type { ChatError } from "./chat-error.ts";

/** A message in the room, one's own too once the server has it. */
export interface ChatMessage extends RoomMessage {
  /** Said by this user, here or elsewhere. */
  mine: boolean;
  /** From before: it had been said, or had been seen, when this chat began. */
  isReplay: boolean;
}

/** A private message, received or sent. */
export interface ChatPrivate extends Omit<PrivateMessage, "mail"> {
  mine: boolean;
  isReplay: boolean;
}

/** Something may be missing between what was shown and what follows. */
export interface GapEvent {
  type: "gap";
  epoch: string;
  /** The last one shown; null if the room's history is another one now. */
  after: number | null;
  /** The first that follows. */
  before: number;
}

/**
 * - `connecting`: an attempt is under way
 * - `connected`: the room is joined
 * - `reconnecting`: the connection is lost; the next attempt comes by itself
 * - `failed`: no attempt comes by itself; see `reason` and `reconnect`
 * - `closed`: the app has closed the chat, for good
 */
export type ChatState =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "failed"
  | "closed";

export interface StateEvent {
  type: "state";
  state: ChatState;
  /** Why it is offline or refused. */
  reason: ChatError | null;
}

/**
 * - `waiting`: not sent yet, or to be sent again
 * - `sent`: on its way
 * - `failed`: refused, see `error`; `resend` or `discard` it
 * - `unknown`: may have arrived; `resend` or `discard` it
 */
export type PendingState = "queued" | "sending" | "failed" | "unknown";

/** What was written and has no ack yet. */
export interface PendingMessage {
  readonly id: string;
  readonly text: string;
  /** To whom, if it is private. */
  readonly to?: string | undefined;
  /** When it was written, ms since 1970 by this machine's clock. */
  readonly at: number;
  readonly state: PendingState;
  readonly error?: ChatError | undefined;
}

/** What is pending has changed. */
export interface PendingEvent {
  type: "pending";
  pending: readonly PendingMessage[];
}

/** Who is here, as far as is told: at most 200 names, always the count. */
export interface MembersEvent {
  type: "members";
  members: readonly string[];
  count: number;
}

export interface JoinedEvent {
  type: "joined";
  user: string;
  username: string;
  at: number;
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

/**
 * One of the two is enough. With both `user` says who it is, and `username`
 * what to call them in the list.
 */
export interface UserRef {
  /** Their public id, as in whatever they said. */
  readonly user?: string;
  readonly username?: string;
}

export type { AccountFrame, BlockedUser };

/** A secret, or a function that gets the token of the moment. */
export type Token = string | (() => string | Promise<string>);

/** Resolves `rotate`. */
export type RotateResult = Extract<AccountFrame, { type: "rotated" }> & {
  /** The secret from now on, which other devices of the same person need. */
  readonly token: string;
};

/** Something went wrong that is no answer to anything. */
export interface ChatErrorEvent {
  type: "error";
  error: ChatError;
}

export type ChatEvent =
  | StateEvent
  | ChatMessage
  | ChatPrivate
  | JoinedEvent
  | LeftEvent
  | MembersEvent
  | TypingEvent
  | PendingEvent
  | GapEvent
  | AccountFrame
  | ChatErrorEvent;

export type ChatEventType = ChatEvent["type"];
export type ChatEventOf<Type extends ChatEventType> = Extract<
  ChatEvent,
  { type: Type }
>;

/** Resolves `send`: the message is stored, and everybody here gets it. */
export interface RoomReceipt extends RoomAck {
  id: string;
}

/** Resolves `private`: the message is in the addressee's mail. */
export interface PrivateReceipt extends Omit<PrivateAck, "delivered"> {
  id: string;
  /** Absent if the answer was lost and only a copy says that it arrived. */
  delivered?: boolean;
}

export interface HistoryOptions {
  /** Messages with a lower `seq`, the newest of these. */
  before?: number;
  /** Messages with a higher `seq`, the oldest of these. Not with `before`. */
  after?: number;
  /** 1 to 200; 50 if not given. */
  limit?: number;
}

/** Messages, ascending, and are there more that way? */
export interface HistoryResult {
  messages: ChatMessage[];
  more: boolean;
}

/** Everything a view shows; the same object until something changes. */
export interface ChatSnapshot {
  readonly state: ChatState;
  readonly reason: ChatError | null;
  readonly room: string;
  readonly username: string;
  /** One's own public id, once it is known. */
  readonly user: string | null;
  readonly members: readonly string[];
  readonly count: number;
  /** Ascending, the newest `keep`, and what `older` brought. */
  readonly messages: readonly ChatMessage[];
  /** There are older ones to be had by `older`. */
  readonly more: boolean;
  readonly privates: readonly ChatPrivate[];
  /** Whose messages are not to be shown. */
  readonly blocked: readonly BlockedUser[];
  /** Until when the name is registered, if it is; ms since 1970. */
  readonly registered: number | null;
  readonly pending: readonly PendingMessage[];
  /** Why what this chat keeps may be lost; null while its storage works. */
  readonly storageError: ChatError | null;
  /** What the server takes, and how fast; null before the first welcome. */
  readonly limits: WelcomeLimits | null;
}
