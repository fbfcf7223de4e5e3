// Test chat: the types of a chat in memory, with which an app tests its hooks without sockets.
import type { ChatTypes, GivenSettings, Hooks } from "../hooks/hooks.ts";
import type { SchemaOptions } from "../hooks/schemas.ts";
import type { RoomHandle, UserHandle } from "../hosting/server-hand.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { Role } from "../protocol/roles.ts";
import type {
  PrivateAck,
  PrivateMessage,
  RoomAck,
  RoomMessage,
  ServerFrame,
  WelcomeFrame,
} from "../protocol/server-frames.ts";

export interface TestChatOptions<
  E extends object = object,
  T extends ChatTypes = ChatTypes,
> extends SchemaOptions<T> {
  readonly hooks?: Hooks<E, T>;
  readonly settings?: GivenSettings;
  /** The environment that the hooks get. */
  readonly env?: E;
}

export interface TestChat<T extends ChatTypes = ChatTypes> {
  /** The present time of the chat, ms since 1970. Only `advance` moves it. */
  readonly now: number;
  /** The lines that the rooms have logged, with failures and timeouts of hooks. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /**
   * Joins a room. The same name is the same guest in all rooms and later.
   *
   * @returns the user, who is in the room; rejects with a `TestChatError` if the
   * join is refused
   */
  join(
    room: string,
    username: string,
    options?: TestJoinOptions,
  ): Promise<TestUser<T>>;
  /**
   * Moves the clock. What is due until then happens, and promises of hooks are
   * waited for.
   */
  advance(ms: number): Promise<void>;
  /** The server's own hand, as of `createChat`; `env` is not used. */
  room(env: unknown, name: string): RoomHandle<T["message"]>;
  user(env: unknown, name: string): UserHandle<T["message"]>;
}

export interface TestJoinOptions {
  /**
   * The user comes from the app, by a token with these claims. It needs the
   * setting `JWT_ISSUER`. Without it the user is a guest.
   */
  readonly app?: {
    /** The app's own id of the user. */
    readonly id: string;
    /** Patterns of the rooms that the token names; absent: none. */
    readonly rooms?: readonly string[];
    /** Patterns of rooms with the role there, as the claim of a token. */
    readonly roles?: Readonly<Record<string, Role>>;
    readonly data?: unknown;
  };
  /** Messages of the history to begin with: 0 by default. */
  readonly history?: number;
}

export interface TestMessageOptions<Data> {
  readonly id?: string;
  readonly data?: Data;
}

/** A user in one room. */
export interface TestUser<T extends ChatTypes = ChatTypes> {
  readonly username: string;
  /** The public id. */
  readonly id: string;
  readonly welcome: WelcomeFrame;
  /** All frames that came after the welcome, oldest first. */
  readonly received: readonly ServerFrame[];
  /** The messages to the room that came from others. */
  readonly messages: readonly (RoomMessage & { data?: T["message"] })[];
  /** The private messages that came. */
  readonly privates: readonly (PrivateMessage & { data?: T["message"] })[];
  /** The reason why the server has closed the connection; null: it is open. */
  readonly closed: string | null;
  /** Resolves with the receipt; rejects with a `TestChatError`. */
  send(
    text: string,
    options?: TestMessageOptions<T["message"]>,
  ): Promise<RoomAck>;
  /** Resolves with the receipt; rejects with a `TestChatError`. */
  sendPrivate(
    to: string,
    text: string,
    options?: TestMessageOptions<T["message"]>,
  ): Promise<PrivateAck>;
  /**
   * Types a line, such as `/roll 2d6`. Resolves once it is handled; what came
   * of it is in `received`.
   */
  type(line: string): Promise<void>;
  /** Leaves the room. */
  leave(): Promise<void>;
}

/** The server has refused a join or a message. */
export class TestChatError extends Error {
  override readonly name = "TestChatError";
  readonly code: ErrorCode;
  /** Ms until the same may be tried again, if the server gave them. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, retryAfter?: number) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
