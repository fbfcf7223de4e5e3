// Server hand: the types by which the app's own server sends messages under a bot's name, and reads a room.

import type { AccessLevel } from "../protocol/access-levels.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { Role } from "../protocol/roles.ts";
import type {
  EventPage,
  FoldedPage,
  ModeratedAction,
} from "../protocol/server-frames.ts";

/** The sender of the server's messages. */
export interface Bot {
  /**
   * The app's own id of the bot, up to 256 characters. Clients see a public id
   * that is made of it.
   */
  readonly id: string;
  /** A user name. Clients see `bot:` before it, which no person's name can have. */
  readonly username: string;
}

export interface BotMessage<Data = unknown> {
  readonly as: Bot;
  readonly text: string;
  /**
   * Your own id, 1 to 64 printable ASCII characters: the same bot and id again
   * send nothing, and get the first receipt. So a failed call can be repeated.
   */
  readonly id?: string;
  /** JSON of your own, as in a client's message. */
  readonly data?: Data;
}

/** An act of moderation, as in a client's frame `moderate`. */
export interface BotModeration {
  readonly as: Bot;
  readonly action: ModeratedAction;
  /** The public id of the user whom it is about. */
  readonly user?: string;
  readonly username?: string;
  /**
   * Of a ban, mute or invitation: how long it lasts, in seconds. Of a purge: what the user
   * said in so many seconds until now is deleted.
   */
  readonly for?: number;
  /** Of slow mode: seconds between two messages of one user. */
  readonly seconds?: number;
  readonly role?: Role | "none";
  /** Of access: the users who may enter. */
  readonly access?: AccessLevel;
  /** Of an invitation: 22 to 128 letters, digits, _ or -, and its uses. */
  readonly code?: string;
  readonly uses?: number;
  readonly reason?: string;
  /** Your own id: the same again does nothing, and gets the first receipt. */
  readonly id?: string;
}

export interface BotReceipt {
  /** The number of the message in the room. */
  readonly seq: number;
  /** In ms since 1970. */
  readonly at: number;
  readonly duplicate?: true;
}

export interface BotPrivateReceipt {
  /** The server's id of the message. */
  readonly private: string;
  /** The addressee's name in its own spelling. */
  readonly to: string;
  /** In ms since 1970. */
  readonly at: number;
  /** The message has reached a live connection of the addressee. */
  readonly delivered: boolean;
  /** When the message is deleted if no device gets it, ms since 1970. */
  readonly expires?: number;
  readonly duplicate?: true;
}

/** A page of events: before or after a seq, or from a time on; else the newest. */
export interface PageQuery {
  readonly before?: number;
  readonly after?: number;
  /** From the first event of that time or later on, ms since 1970. */
  readonly at?: number;
  /** 1 to 200; 50 by default. */
  readonly limit?: number;
}

export interface RoomMember<Data = unknown> {
  /** The public id. */
  readonly user: string;
  readonly username: string;
  /** The data that the app gives to its user. */
  readonly data?: Data;
}

/** All methods reject with a `ServerHandError`. */
export interface RoomHandle<Data = unknown, UserData = unknown> {
  /** Resolves once the message is stored. A new room begins with it. */
  send(message: BotMessage<Data>): Promise<BotReceipt>;
  /**
   * Moderates the room, with a rank above all roles. Resolves once that is
   * stored and the connections of users who must go are closed.
   */
  moderate(act: BotModeration): Promise<BotReceipt>;
  /** Resolves with all members, sorted by name. */
  members(): Promise<RoomMember<UserData>[]>;
  /** Resolves with a page of messages as they are now. */
  history(
    query: PageQuery & { readonly fold: true },
  ): Promise<Omit<FoldedPage, "type">>;
  /** Resolves with a page of events as they are stored. */
  history(
    query?: PageQuery & { readonly fold?: false },
  ): Promise<Omit<EventPage, "type">>;
}

/** All methods reject with a `ServerHandError`. */
export interface UserHandle<Data = unknown> {
  /** Resolves once the private message is stored. */
  send(message: BotMessage<Data>): Promise<BotPrivateReceipt>;
}

/** The reason why a call of the server's own did not succeed. */
export class ServerHandError extends Error {
  override readonly name = "ServerHandError";
  readonly code: ErrorCode;
  /** Ms to wait before the same call with the same `id`, if that may help. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, retryAfter?: number) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
