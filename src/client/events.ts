// Events: defines the types of a chat's events, states, results and snapshot.
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

/** A message in the room. An own one appears after the server has stored it. */
export interface ChatMessage extends RoomMessage {
  /** Sent by this user, from this chat or another one. */
  mine: boolean;
  /** Sent, or already shown, before this chat began. */
  isReplay: boolean;
}

/** A private message, received or sent. */
export interface ChatPrivate extends Omit<PrivateMessage, "mail"> {
  mine: boolean;
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
  /** The recipient's username; absent in a message to the room. */
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
 * A user, by `user` or `username`. With both, `user` decides, and `username` is
 * the name shown in the block list.
 */
export interface UserRef {
  /** The public id, as in their messages. */
  readonly user?: string;
  readonly username?: string;
}

export type { AccountFrame, BlockedUser };

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

/** @internal The values of `ChatEventType`. */
export const EVENT_TYPES: readonly string[] =
  "state message private joined left members typing pending gap registered released rotated blocked error".split(
    " ",
  );

export type ChatEventType = ChatEvent["type"];
export type ChatEventOf<Type extends ChatEventType> = Extract<
  ChatEvent,
  { type: Type }
>;

/** The result of `send`: the message is stored, and goes to all members. */
export interface RoomReceipt extends RoomAck {
  id: string;
}

/** The result of `sendPrivate`: the message is in the recipient's mailbox. */
export interface PrivateReceipt extends Omit<PrivateAck, "delivered"> {
  id: string;
  /** Absent if the ack was lost, and a copy shows that the message arrived. */
  delivered?: boolean;
}

export interface HistoryOptions {
  /** The newest messages with a lower `seq`. */
  before?: number;
  /** The oldest messages with a higher `seq`. Not together with `before`. */
  after?: number;
  /** 1 to 200. Default 50. */
  limit?: number;
}

/**
 * Messages, ascending by `seq`, and whether there are more in that direction.
 */
export interface HistoryResult {
  messages: ChatMessage[];
  more: boolean;
}

/** The state for views; the same object until something changes. */
export interface ChatSnapshot {
  readonly state: ChatState;
  readonly reason: ChatError | null;
  readonly room: string;
  readonly username: string;
  /** The user's own public id; null before the first welcome. */
  readonly user: string | null;
  readonly members: readonly string[];
  readonly count: number;
  /** Ascending by `seq`: the newest `maxMessages`, and those of `loadOlder`. */
  readonly messages: readonly ChatMessage[];
  /** `loadOlder` can load older messages. */
  readonly more: boolean;
  readonly privates: readonly ChatPrivate[];
  /** Blocked users: views hide their messages. */
  readonly blocked: readonly BlockedUser[];
  /**
   * When the registration of the name ends, in ms since 1970; null: not
   * registered.
   */
  readonly registered: number | null;
  readonly pending: readonly PendingMessage[];
  /** Set while the storage fails: stored data may be lost. null: it works. */
  readonly storageError: ChatError | null;
  /** The server's limits on size and rate; null before the first welcome. */
  readonly limits: WelcomeLimits | null;
}
