// Chat: offers an app one room, with methods, events and a snapshot.
import type { MembersFrame, WelcomeLimits } from "../protocol/server-frames.ts";
import type { Account } from "./account.ts";
import type { ChatError } from "./chat-error.ts";
import { check, checkFunction, checkText } from "./check-arguments.ts";
import { callAll, Emitter } from "./emitter.ts";
import {
  type AccountResult,
  type BlockedUser,
  type ChatEvent,
  type ChatEventOf,
  type ChatEventType,
  type ChatSnapshot,
  type ChatState,
  EVENT_TYPES,
  type HistoryOptions,
  type HistoryResult,
  type PendingMessage,
  type PrivateReceipt,
  type RoomReceipt,
  type RotateResult,
  type UserRef,
} from "./events.ts";
import { Session } from "./session.ts";

/** @internal Settings that all rooms of one `connect` share. */
export interface ChatSettings {
  readonly device: string;
  readonly history: number;
  readonly allMail: boolean;
  readonly maxMessages: number;
}

export class Chat implements AsyncIterable<ChatEvent> {
  readonly #account: Account;
  readonly #settings: ChatSettings;
  readonly #session: Session;
  readonly #emitter = new Emitter();
  readonly #subscribers = new Set<() => void>();
  readonly #rooms = new Map<string, Chat>();
  readonly #isPrimary: boolean;
  #snapshot: ChatSnapshot | null = null;
  readonly #initialSnapshot: ChatSnapshot;
  #closing: Promise<void> | null = null;

  /** @internal Use `connect`. */
  constructor(account: Account, room: string, settings: ChatSettings) {
    checkText(room, "room");
    // A URL would resolve these names to another path.
    check(!/^\.+$/.test(room), "room must be a name.");
    this.#account = account;
    this.#settings = settings;
    this.#isPrimary = account.rooms.length === 0;
    this.#session = new Session({
      ...settings,
      account,
      room,
      onEvents: (events) => this.#onEvents(events),
    });
    this.#initialSnapshot = this.getSnapshot();
    this.#session.connection.startAttempt();
  }

  /** The room's name as the server spells it, after the first welcome. */
  get room(): string {
    return this.#session.room;
  }

  /** The username as the server spells it, after the first welcome. */
  get username(): string {
    return this.#session.username;
  }

  /** The user's own public id; null before the first welcome. */
  get user(): string | null {
    return this.#account.user;
  }

  get state(): ChatState {
    return this.#session.connection.state;
  }

  /** Why the state is `reconnecting`, `failed` or `closed`; otherwise null. */
  get reason(): ChatError | null {
    return this.#session.connection.reason;
  }

  /** Set while the storage fails: stored data may be lost. null: it works. */
  get storageError(): ChatError | null {
    return this.#account.storageError;
  }

  /** Usernames, sorted; at most 200. `listMembers` returns the others. */
  get members(): readonly string[] {
    return this.#session.memberList.names;
  }

  get count(): number {
    return this.#session.memberList.count;
  }

  /** The server's limits on size and rate; null before the first welcome. */
  get limits(): WelcomeLimits | null {
    return this.#session.limits;
  }

  /** Own messages that have no ack yet, oldest first. */
  get pending(): readonly PendingMessage[] {
    return this.#session.outbox.pending;
  }

  /**
   * Sends a message to the room. It may be called in any state: messages are
   * stored, and are sent in order while connected.
   *
   * @param text 1 to 4,000 characters
   * @returns `{id, seq, at}` after the server has stored the message; `at` is
   * in ms since 1970. Rejects with a `ChatError`: its code is the server's,
   * `unknown` if the message may have arrived, or `closed`
   * @throws TypeError if `text` is not a string
   */
  send(text: string): Promise<RoomReceipt> {
    return this.#session.sender.add(text);
  }

  /**
   * Sends a private message to one user, in whatever rooms they are.
   *
   * @param to their username
   * @param text 1 to 4,000 characters
   * @returns `{id, private, to, at, delivered, expires?}` after the message is
   * in their mailbox. Rejects as `send` does, and with `no_such_user` if nobody
   * has the name, or another user than the one last seen under it
   * @throws TypeError if an argument is not a string
   */
  sendPrivate(to: string, text: string): Promise<PrivateReceipt> {
    check(typeof to === "string", "to must be a string.");
    return this.#session.sender.add(text, to);
  }

  /** Sends a message that is `failed` or `unknown` again, under the same id. */
  resend(id: string): void {
    this.#session.outbox.resend(id);
    this.#session.advance();
  }

  /** Removes a pending message. It may still arrive if it is being sent. */
  discard(id: string): void {
    this.#session.outbox.discard(id);
    this.#session.advance();
  }

  /**
   * Requests a page of the room's messages: the newest ones if neither `before`
   * nor `after` is given.
   *
   * @returns `{messages, more}`, ascending by `seq`. Rejects with a `ChatError`
   */
  async history(options: HistoryOptions = {}): Promise<HistoryResult> {
    const { historySync } = this.#session;
    const frame = { type: "history", ...options } as const;
    return historySync.toResult(
      await this.#session.sendRequest(frame, "history"),
    );
  }

  /**
   * Requests the page before the snapshot's oldest message, and adds it there.
   *
   * @param limit 1 to 200 messages
   * @returns that page, as `history` does
   */
  async loadOlder(limit = 50): Promise<HistoryResult> {
    const { timeline } = this.#session;
    const first = timeline.messages[0];
    const page = await this.history(
      first === undefined ? { limit } : { before: first.seq, limit },
    );
    timeline.addOlder(page.messages, page.more);
    this.#notifySubscribers();
    return page;
  }

  /**
   * Requests a page of the room's members.
   *
   * @param after a username: the page begins after it
   * @returns `{members, count, more}`: at most 200 usernames, sorted; `count`
   * is the number of all members. Rejects with a `ChatError`
   */
  listMembers(after?: string): Promise<Omit<MembersFrame, "type">> {
    const more = after === undefined ? {} : { after };
    return this.#session.sendRequest({ type: "who", ...more }, "members");
  }

  /**
   * Blocks a user: the server refuses their private messages. Their messages in
   * rooms still arrive; a view hides them by `blocked`.
   *
   * @param who a user, or a message of theirs: `chat.block(message)`
   * @returns `{blocked}`, the whole block list. Rejects with a `ChatError`
   * @throws TypeError if neither `user` nor `username` is a string
   */
  block(who: UserRef): Promise<AccountResult<"blocked">> {
    return this.#block("block", who);
  }

  unblock(who: UserRef): Promise<AccountResult<"blocked">> {
    return this.#block("unblock", who);
  }

  /** The users that this user blocks. */
  get blocked(): readonly BlockedUser[] {
    return this.#account.blocked;
  }

  /** The end of the name's registration, in ms since 1970; null: none. */
  get registered(): number | null {
    return this.#account.registered;
  }

  /**
   * Registers the name: it stays this user's while they are away.
   *
   * @returns `{username, until}`, in ms since 1970. Rejects with `forbidden` if
   * the server does not allow it
   */
  register(): Promise<AccountResult<"registered">> {
    return this.#session.sendRequest({ type: "register" }, "registered");
  }

  /**
   * Releases a registered name.
   *
   * @returns `{username, restsUntil}`: nobody else gets the name before then,
   * in ms since 1970. Rejects with a `ChatError`
   */
  release(): Promise<AccountResult<"released">> {
    return this.#session.sendRequest({ type: "release" }, "released");
  }

  /**
   * Changes the secret of a registered name, here and in all tabs. For 30 days
   * the old secret still opens the name, but cannot change anything about it.
   *
   * @param token the new secret. Required if the app gave the old one, and then
   * the app stores it; otherwise one is made
   * @returns `{username, until, token}` after the server has changed it.
   * Rejects with `storage`, without a change, if the new secret cannot be
   * stored
   */
  rotate(token?: string): Promise<RotateResult> {
    return this.#session.rotate(token);
  }

  /** Call it at each key: the room is told at most once in 3 s. */
  typing(): void {
    this.#session.typing();
  }

  /**
   * Joins another room as the same user. Private messages are emitted by the
   * chat that `connect` returned, whichever room they arrive in.
   *
   * @returns the chat of that room; the existing one if the room is joined
   * @throws TypeError if `room` is not a name
   */
  join(room: string): Chat {
    const existing = this.#rooms.get(room);
    if (existing !== undefined && existing.state !== "closed") return existing;
    const chat = new Chat(this.#account, room, this.#settings);
    this.#rooms.set(room, chat);
    return chat;
  }

  /**
   * @returns when the state is `connected`. Rejects with `reason` if it is
   * `failed` or `closed`
   */
  async ready(): Promise<void> {
    while (this.state !== "connected") {
      if (this.state === "failed" || this.state === "closed") throw this.reason;
      await new Promise<void>((resolve) => {
        const stop = this.on("state", () => {
          stop();
          resolve();
        });
      });
    }
  }

  /** Tries to connect now, also after `failed`. Ignored once closed. */
  reconnect(): void {
    if (this.state === "closed" || this.state === "connected") return;
    this.#session.connection.startAttempt();
  }

  /**
   * Subscribes to the events of one type, in order. @returns a function that
   * ends the subscription. @throws TypeError if there is no such event
   */
  on<Type extends ChatEventType>(
    type: Type,
    listener: (event: ChatEventOf<Type>) => void,
  ): () => void {
    check(EVENT_TYPES.includes(type), `There is no event ${type}.`);
    checkFunction(listener, "listener");
    return this.#emitter.on(type, listener);
  }

  /** All events from now on, until the chat is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<ChatEvent, void, void> {
    return this.#emitter.iterate();
  }

  /**
   * For views: calls the listener when `getSnapshot` returns another object.
   *
   * @returns a function that ends the subscription
   */
  readonly subscribe = (listener: () => void): (() => void) => {
    checkFunction(listener, "listener");
    this.#subscribers.add(listener);
    return () => this.#subscribers.delete(listener);
  };

  readonly getSnapshot = (): ChatSnapshot => {
    const { state, reason, room, username, user, members, count } = this;
    const { blocked, registered, pending, storageError, limits } = this;
    const { messages, privates, more } = this.#session.timeline;
    this.#snapshot ??= {
      ...{ state, reason, room, username, user, members, count },
      ...{ messages, privates, more, blocked, registered, pending },
      ...{ storageError, limits },
    };
    return this.#snapshot;
  };

  /** The snapshot for rendering on a server, and for hydration in a browser. */
  readonly getServerSnapshot = (): ChatSnapshot => this.#initialSnapshot;

  /**
   * Leaves this room only. The chat that `connect` returned still emits private
   * messages and can join rooms.
   *
   * @returns when everything is stored
   */
  async leave(): Promise<void> {
    await this.#session.close();
    await this.#account.privateSender?.adoptOrphans();
  }

  /**
   * Leaves the room; on the chat that `connect` returned, all rooms. Messages
   * without an ack stay in the storage: the next `connect` sends them.
   *
   * @returns when everything is stored
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const rooms = [...this.#rooms.values()].map((chat) => chat.close());
    await Promise.all([this.#session.close(), ...rooms]);
    if (this.#isPrimary) await this.#account.close();
    this.#emitter.end();
  }

  #block(
    type: "block" | "unblock",
    who: UserRef,
  ): Promise<AccountResult<"blocked">> {
    const { user, username } = who ?? {};
    checkText(user ?? username, "user or username");
    return this.#session.sendRequest({ type, user, username }, "blocked");
  }

  #onEvents(events: readonly ChatEvent[]): void {
    this.#snapshot = null;
    for (const event of events) this.#emitter.emit(event);
    this.#notifySubscribers();
  }

  #notifySubscribers(): void {
    this.#snapshot = null;
    callAll(this.#subscribers);
  }
}
