// A chat in one room, as an app has it: what can be said, asked and listened to.
import type {
  AccountFrame,
  MembersFrame,
  WelcomeLimits,
} from "../protocol/server-frames.ts";
import type { Account } from "./account.ts";
import type { ChatError } from "./chat-error.ts";
import { check, checkFunction, checkText } from "./check-arguments.ts";
import { callAll, Emitter } from "./emitter.ts";
import type {
  BlockedUser,
  ChatEvent,
  ChatEventOf,
  ChatEventType,
  ChatSnapshot,
  ChatState,
  HistoryOptions,
  HistoryResult,
  PendingMessage,
  PrivateReceipt,
  RoomReceipt,
  RotateResult,
  UserRef,
} from "./events.ts";
import { Session } from "./session.ts";

/** @internal What is set for all rooms of one `connect`. */
export interface ChatSettings {
  readonly device: string;
  readonly history: number;
  readonly allMail: boolean;
  readonly maxMessages: number;
}

const EVENTS: readonly string[] =
  "state message private joined left members typing pending gap registered released rotated blocked error".split(
    " ",
  );

type AccountFrameOf<Type> = Extract<AccountFrame, { type: Type }>;

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
    // Of which a URL would make another path.
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
    this.#session.connection.connect();
  }

  /** As the server spells it, once it has been joined. */
  get room(): string {
    return this.#session.room;
  }

  /** As the server shows it, once joined. */
  get username(): string {
    return this.#session.username;
  }

  /** One's own public id, once it is known. */
  get user(): string | null {
    return this.#account.user;
  }

  get state(): ChatState {
    return this.#session.connection.state;
  }

  /** Why it is offline or refused. */
  get reason(): ChatError | null {
    return this.#session.connection.reason;
  }

  /** Why what this chat keeps may be lost; null while its storage works. */
  get storageError(): ChatError | null {
    return this.#account.storageError;
  }

  /** Sorted names, the first 200 in a crowd. `who` tells the others. */
  get members(): readonly string[] {
    return this.#session.memberList.names;
  }

  get count(): number {
    return this.#session.memberList.count;
  }

  /** What the server takes, and how fast; null before the first welcome. */
  get limits(): WelcomeLimits | null {
    return this.#session.limits;
  }

  /** What was written and has no ack yet, oldest first. */
  get pending(): readonly PendingMessage[] {
    return this.#session.outbox.pending;
  }

  /**
   * Says something to the room: 1 to 4,000 characters. May be called at any
   * time; it goes out when there is a connection, after what was said before.
   *
   * @returns when the server has stored it. Rejects with a `ChatError` if it
   * was refused, or if it is `unknown` whether it arrived.
   */
  send(text: string): Promise<RoomReceipt> {
    return this.#session.sender.add(text);
  }

  /**
   * Tells one user something, whichever rooms they are in.
   *
   * @param to their name
   * @returns when it is in their mail. Rejects as `send`; `no_such_user` if
   * nobody has the name, or not the one any more who was last met under it.
   */
  sendPrivate(to: string, text: string): Promise<PrivateReceipt> {
    check(typeof to === "string", "to must be a string.");
    return this.#session.sender.add(text, to);
  }

  /** Sends what failed, or is unknown, once more under the same id. */
  resend(id: string): void {
    this.#session.outbox.resend(id);
    this.#session.advance();
  }

  /** Forgets what is pending. If it is on its way it may arrive all the same. */
  discard(id: string): void {
    this.#session.outbox.discard(id);
    this.#session.advance();
  }

  /** A page of what was said; the newest one if neither end is given. */
  async history(options: HistoryOptions = {}): Promise<HistoryResult> {
    const { historySync } = this.#session;
    const frame = { type: "history", ...options } as const;
    return historySync.toResult(
      await this.#session.sendRequest(frame, "history"),
    );
  }

  /** Puts the page before the first message at the front of the snapshot. */
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

  /** Names after `after`, at most 200, and whether there are more. */
  listMembers(after?: string): Promise<Omit<MembersFrame, "type">> {
    const more = after === undefined ? {} : { after };
    return this.#session.sendRequest({ type: "who", ...more }, "members");
  }

  /**
   * Private messages of theirs are refused from now on. What they say in rooms
   * comes as ever, for the view to hide: see `blocked`.
   *
   * @param who as a message has it: `chat.block(message)`
   */
  block(who: UserRef): Promise<AccountFrameOf<"blocked">> {
    return this.#block("block", who);
  }

  unblock(who: UserRef): Promise<AccountFrameOf<"blocked">> {
    return this.#block("unblock", who);
  }

  /** Whom this user blocks. */
  get blocked(): readonly BlockedUser[] {
    return this.#account.blocked;
  }

  /** Until when the name is registered, if it is; ms since 1970. */
  get registered(): number | null {
    return this.#account.registered;
  }

  /**
   * Makes the name theirs for long, whether they are there or not.
   *
   * @returns until when. Rejects as `forbidden` where that is not allowed
   */
  register(): Promise<AccountFrameOf<"registered">> {
    return this.#session.sendRequest({ type: "register" }, "registered");
  }

  /** Gives a registered name up. */
  release(): Promise<AccountFrameOf<"released">> {
    return this.#session.sendRequest({ type: "release" }, "released");
  }

  /**
   * Changes the secret behind a registered name, here and in all tabs. The one
   * before it opens the name for 30 days more, but changes nothing about it.
   *
   * @param token the new one. One is made if the chat has made the one before;
   * an app that has given that gives this too, and keeps it itself
   * @returns once the server has it. Rejects as `storage`, and nothing is
   * changed, if it cannot be kept
   */
  rotate(token?: string): Promise<RotateResult> {
    return this.#session.rotate(token);
  }

  /** Tells the others that something is being written; call it at each key. */
  typing(): void {
    this.#session.typing();
  }

  /**
   * The same user in another room. What is private is told by the chat that
   * `connect` returned, whichever room it comes by.
   */
  join(room: string): Chat {
    const existing = this.#rooms.get(room);
    if (existing !== undefined && !existing.#isClosed) return existing;
    const chat = new Chat(this.#account, room, this.#settings);
    this.#rooms.set(room, chat);
    return chat;
  }

  /** Resolves when live; rejects with the reason if refused or closed. */
  async ready(): Promise<void> {
    while (this.state !== "connected") {
      if (this.state === "failed" || this.#isClosed) throw this.reason;
      await new Promise<void>((resolve) => {
        const stop = this.on("state", () => {
          stop();
          resolve();
        });
      });
    }
  }

  /** Tries now, also after a refusal. */
  reconnect(): void {
    if (this.#isClosed || this.state === "connected") return;
    this.#session.connection.connect();
  }

  /**
   * Hears all events of one type, in order.
   *
   * @returns a function that ends it
   */
  on<Type extends ChatEventType>(
    type: Type,
    listener: (event: ChatEventOf<Type>) => void,
  ): () => void {
    check(EVENTS.includes(type), `There is no event ${type}.`);
    checkFunction(listener, "listener");
    return this.#emitter.on(type, listener);
  }

  /** All events from now on, until the chat is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<ChatEvent, void, void> {
    return this.#emitter.iterate();
  }

  /** For views: calls back when `getSnapshot` would return another object. */
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

  /** For rendering on a server, and the first time in a browser after that. */
  readonly getServerSnapshot = (): ChatSnapshot => this.#initialSnapshot;

  /**
   * Leaves this room and no other. What `connect` returned goes on to tell what
   * is private, and to join rooms.
   *
   * @returns when everything is in the storage
   */
  async leave(): Promise<void> {
    await this.#session.close();
    await this.#account.privateSender?.adoptOrphans();
  }

  /**
   * Leaves the room, and, called on what `connect` returned, all rooms. What
   * has no ack stays in the storage, and goes out with the next `connect`.
   *
   * @returns when everything is in the storage
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
  ): Promise<AccountFrameOf<"blocked">> {
    const { user, username } = who ?? {};
    checkText(user ?? username, "user or username");
    return this.#session.sendRequest({ type, user, username }, "blocked");
  }

  get #isClosed(): boolean {
    return this.#session.connection.isClosed;
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
