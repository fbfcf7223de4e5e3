// Hooks: an app gives createChat these callbacks, which decide about connections, joins, messages and commands.
import type { AccountKind } from "../core/shared/account-kind.ts";
import type { Role } from "../protocol/roles.ts";
import type { SettingName } from "../protocol/settings.ts";
import type { EventBatch } from "./event-types.ts";
import type { Deny, Verdict } from "./verdict.ts";

export type * from "./event-types.ts";

/** The custom data of an app: `createChat<Env, { user: ...; message: ... }>`. */
export interface ChatTypes {
  readonly user?: unknown;
  readonly message?: unknown;
}

/** A value now, or later. */
export type MaybePromise<Value> = Value | Promise<Value>;

/** The user behind an action. */
export interface HookUser<T extends ChatTypes = ChatTypes> {
  /** The public id, which all clients see as `user`. */
  readonly id: string;
  readonly username: string;
  /** By a guest's secret, under a registered name, by the app, or a bot. */
  readonly kind: AccountKind | "bot";
  /** The role of the user in the room; absent: there is none. */
  readonly role?: Role;
  /** The custom data of the user, if there is any. */
  readonly data?: T["user"];
}

/** The part of a question that all hooks of a room get. */
export interface RoomQuestion<E> {
  /** The name of the room. */
  readonly room: string;
  /** The environment of the server: bindings, variables and secrets. */
  readonly env: E;
  /** The W3C trace context of the request that has led to it, if it has one. */
  readonly traceparent?: string;
}

export interface ConnectQuestion<E> extends RoomQuestion<E> {
  /** The request with its headers and cookies, but without its body. */
  readonly request: Request;
}

/** The app knows the user of a request. */
export interface ConnectUser<T extends ChatTypes> {
  /** The app's own id of the user, like `sub` in a token. */
  readonly id: string;
  readonly username: string;
  /** The rooms that the user may join, as in a token; absent: all but private rooms. */
  readonly rooms?: readonly string[];
  /** When the connection must end, ms since 1970. */
  readonly expires?: number;
  /** The custom data of the user: 256 bytes of JSON. */
  readonly data?: T["user"];
}

export interface UserQuestion<E, T extends ChatTypes> extends RoomQuestion<E> {
  readonly user: HookUser<T>;
}

/** What `allow` may change in a join; `data: undefined` drops the data. */
export interface JoinRewrites<T extends ChatTypes> {
  /** A role in the room, for as long as this connection is open. */
  readonly role?: Role;
  readonly data?: T["user"] | undefined;
}

export interface MessageQuestion<E, T extends ChatTypes>
  extends UserQuestion<E, T> {
  readonly message: HookMessage<T>;
}

export interface HookMessage<T extends ChatTypes> {
  /**
   * The text is a new message, the new text of one, the topic of the room, or the
   * reason of a report.
   */
  readonly kind: "message" | "edit" | "topic" | "report";
  /** Of an edit or a report: the seq of the message. */
  readonly of?: number;
  readonly text: string;
  /** The id that the client chose. */
  readonly id?: string;
  /** The custom data of the message, if it has any. */
  readonly data?: T["message"];
}

export interface PrivateQuestion<E, T extends ChatTypes>
  extends RoomQuestion<E> {
  readonly from: HookUser<T>;
  readonly to: {
    readonly username: string;
    /** The public id, if the message is for this user only. */
    readonly id?: string;
  };
  readonly message: Omit<HookMessage<T>, "kind" | "of">;
}

/** What `allow` may change in a text; `data: undefined` drops the data. */
export interface TextRewrites<T extends ChatTypes> {
  readonly text?: string;
  readonly data?: T["message"] | undefined;
}

export interface CommandQuestion<E, T extends ChatTypes>
  extends UserQuestion<E, T> {
  /** The text after the command and one blank. */
  readonly args: string;
  /** The id that the client chose; a command that is sent again has the same. */
  readonly id?: string;
  /** Sends a text to the user who wrote the command, and to nobody else. */
  reply(text: string): void;
  /** Sends a text to the room in the name of that user, once for each command. */
  say(text: string): void;
}

/**
 * Handles one command. All that it replies and says is sent when it returns, or
 * when its promise is fulfilled.
 */
export type CommandHook<E, T extends ChatTypes> = (
  question: CommandQuestion<E, T>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a command may return nothing
) => MaybePromise<Verdict | void>;

/** A hook that may be asynchronous has a timeout. */
export type TimedHook =
  | "onConnect"
  | "onJoin"
  | "onMessage"
  | "onPrivate"
  | "onCommand";

/** The callbacks of an app. A chat without any asks nobody. */
export interface Hooks<E = unknown, T extends ChatTypes = ChatTypes> {
  /**
   * Runs for each request for a room, before anything else of the room.
   *
   * @returns the user; null: the request counts as it does without this hook
   */
  onConnect?(
    question: ConnectQuestion<E>,
  ): MaybePromise<ConnectUser<T> | Deny | null>;
  /** Decides about a join, once the user's name is granted. */
  onJoin?(question: UserQuestion<E, T>): MaybePromise<Verdict<JoinRewrites<T>>>;
  /** Decides about a text for the room, before it is stored. */
  onMessage?(
    question: MessageQuestion<E, T>,
  ): MaybePromise<Verdict<TextRewrites<T>>>;
  /** Decides about a private message, before it is stored. */
  onPrivate?(
    question: PrivateQuestion<E, T>,
  ): MaybePromise<Verdict<TextRewrites<T>>>;
  /** The commands of the app, by their names: `roll` handles `/roll 2d6`. */
  readonly onCommand?: { readonly [name: string]: CommandHook<E, T> };
  /** A user has left the room. */
  onLeave?(question: UserQuestion<E, T>): MaybePromise<void>;
  /**
   * Gets all events of a room after they are stored: in order, each at least
   * once. The next batch comes when this one is done: when the hook returns
   * nothing or `allow()`, or its promise is fulfilled so. After a failure, 15
   * seconds, or `deny(code, message, retryAfter)` the events come again.
   */
  onEvents?(
    batch: EventBatch<T>,
    context: { readonly env: E; readonly traceparent?: string },
    // biome-ignore lint/suspicious/noConfusingVoidType: a hook may return nothing
  ): MaybePromise<Verdict | void>;
  /** How long a promise may take, ms: 1,500 by default, 5,000 at most. */
  readonly timeouts?: { readonly [hook in TimedHook]?: number };
  /**
   * The verdict of a hook that takes longer: `deny` is the default, with the
   * code `unavailable`. A connection and a command are denied in any case.
   */
  readonly onTimeout?: "deny" | "allow";
  /**
   * The issuer of the ids that `onConnect` returns: `JWT_ISSUER` by default, so
   * that a token with the same `sub` is of the same user; else `app`.
   */
  readonly issuer?: string;
}

/** Settings as arguments. They go before those of the environment. */
export type GivenSettings = {
  readonly [Name in
    | SettingName
    | "ADMIN_SECRET"
    | "ADMIN_SECRET_OLD"]?: unknown;
};
