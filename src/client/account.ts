// Account: keeps the name, the secrets, the mail, the outbox and the block list that all rooms of a user share.
import type {
  AccountFrame,
  BlockedUser,
  WelcomeFrame,
  WelcomeLimits,
} from "../protocol/server-frames.ts";
import type { AccountOptions } from "./account-options.ts";
import type { AccountSession } from "./account-session.ts";
import { boundedStorage } from "./bounded-storage.ts";
import { type ChatError, clientError } from "./chat-error.ts";
import { DebouncedValue } from "./debounced-value.ts";
import type { Emitter } from "./emitter.ts";
import type { Cancel, Environment } from "./environment.ts";
import { EventQueue } from "./event-queue.ts";
import type {
  ClientEvent,
  ClientState,
  PrivateReceipt,
  RoomReceipt,
  RoomSendOptions,
  SendOptions,
  SentMessage,
  StateEvent,
} from "./events.ts";
import { KnownUsers } from "./known-users.ts";
import { MailMarker } from "./mail-marker.ts";
import { Outbox, type OutboxOwner } from "./outbox.ts";
import type { OutboxItem, Receipt } from "./outbox-item.ts";
import { lockName } from "./outbox-locks.ts";
import { isBlockedUser } from "./parse-frame.ts";
import { PrivateMessages } from "./private-messages.ts";
import {
  type ReplyFrame,
  type RequestFrame,
  RequestQueue,
} from "./request-queue.ts";
import { Secrets, type SecretsOwner } from "./secrets.ts";
import { Sender } from "./sender.ts";
import type { ChatStorage } from "./storage.ts";
import { StorageHealth } from "./storage-health.ts";
import type { StoredChange } from "./stored-change.ts";

export class Account implements OutboxOwner, SecretsOwner {
  readonly options: AccountOptions;
  readonly environment: Environment;
  readonly storage: ChatStorage;
  /** The id of this client among all that share the storage. */
  readonly owner: string;
  readonly events = new EventQueue();
  readonly mailbox: PrivateMessages;
  readonly mailMarker = new MailMarker(this);
  readonly storageHealth: StorageHealth;
  readonly secrets: Secrets;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly knownUsers = new KnownUsers();
  /** Requests about the user, not about a room. */
  readonly requests = new RequestQueue(true);
  /** One for each room that is joined, the oldest first. */
  sessions: readonly AccountSession[] = [];
  /** Set once the app has closed the client. */
  closedReason: ChatError | null = null;
  username: string;
  /** The user's public id; null before the first welcome. */
  user: string | null = null;
  /** The server's limits on size and rate; null before the first welcome. */
  limits: WelcomeLimits | null = null;
  blocked: readonly BlockedUser[] = [];
  /**
   * When the registration of the name ends, in ms since 1970; null: not
   * registered.
   */
  registered: number | null = null;
  readonly #target: Emitter<ClientEvent, unknown>;
  readonly #releaseLock: Cancel;
  readonly #stopWakeListener: Cancel;
  /** By type, the last account frame that was emitted: each room gets it. */
  readonly #emittedFrames = new Map<string, string>();
  #emittedState: StateEvent<ClientState> = {
    ...{ type: "state", state: "disconnected", reason: null },
  };

  /** @param target emits the events that concern the user, not a room */
  constructor(options: AccountOptions, target: Emitter<ClientEvent, unknown>) {
    const { username = "", environment } = options;
    this.options = options;
    this.environment = environment;
    this.username = username;
    this.#target = target;
    this.storageHealth = new StorageHealth((error) => {
      this.events.touch(target);
      if (error !== null) this.emit({ type: "error", error });
      this.flush();
    });
    this.storage = boundedStorage(
      options.storage,
      environment,
      (method, error) => this.onStorageResult(method, error),
    );
    this.secrets = new Secrets(this, options.token);
    this.owner = environment.createSecret();
    this.#releaseLock =
      environment.locks?.hold(lockName(this.owner)) ?? (() => {});
    this.outbox = new Outbox(this);
    this.mailbox = new PrivateMessages(this, this.debouncedValue("mail"));
    this.sender = new Sender(this.outbox, environment);
    this.#stopWakeListener = environment.onWake(() => {
      for (const session of this.sessions) session.onWake();
    });
  }

  /** The storage key of a part of this account: server, username, part. */
  key(...parts: string[]): string {
    const { serverUrl, username = "" } = this.options;
    // Nearly the server's normalization: `Alice` and `alice` are one name.
    const name = username.normalize("NFKC").toLowerCase();
    return [serverUrl, name, ...parts].map(encodeURIComponent).join("/");
  }

  debouncedValue(...parts: string[]): DebouncedValue {
    const { storage, environment } = this;
    return new DebouncedValue(storage, environment, this.key(...parts));
  }

  /** Before each attempt to connect. Rejects if there is no token now. */
  async prepare(): Promise<void> {
    await this.mailbox.load();
    await this.secrets.load();
    await this.outbox.adoptOrphans();
    await this.secrets.renew();
  }

  accepts({ room }: OutboxItem): boolean {
    return room === null || this.sessions.some(({ key }) => key === room);
  }

  onAdopted(): void {
    for (const session of this.sessions) session.onAdopted();
  }

  onChanges(room: string, error?: ChatError): void {
    for (const session of this.sessions)
      if (session.key === room) session.onChanges(error);
  }

  onStorageResult(method: string, error: unknown): void {
    this.storageHealth.onResult(method, error);
  }

  /** Adds a session as the newest, or removes it. */
  setSession(session: AccountSession, isJoined: boolean): void {
    const others = this.sessions.filter((one) => one !== session);
    this.sessions = isJoined ? [...others, session] : others;
  }

  /** The session that sends private messages and requests of the user. */
  get carrier(): AccountSession | undefined {
    return this.sessions.find(({ state }) => state === "connected");
  }

  /** The carrier, or the session that is the next to be it. */
  get #lead(): AccountSession | undefined {
    const { carrier, sessions } = this;
    return (
      carrier ?? sessions.find(({ state }) => state !== "failed") ?? sessions[0]
    );
  }

  /** Private messages wait until a room is joined. */
  readonly sendPosition = null;

  get state(): ClientState {
    if (this.closedReason !== null) return "closed";
    return this.#lead?.state ?? "disconnected";
  }

  get reason(): ChatError | null {
    return this.closedReason ?? this.#lead?.reason ?? null;
  }

  /** A room is not connected any more: another one may carry on. */
  onSessionLost(): void {
    const { state, reason } = this;
    if (state === "failed" && reason !== null) {
      this.requests.rejectAll(reason);
      this.outbox.failQueued(null, reason);
    }
    this.advance();
  }

  /**
   * Writes a message to a room or to a user.
   *
   * @param session the session of the room
   */
  send(
    text: string,
    target: { readonly room: string },
    options: RoomSendOptions | undefined,
    session: AccountSession,
  ): SentMessage<RoomReceipt>;
  send(
    text: string,
    target: { readonly to: string; readonly toUser: string | undefined },
    options?: SendOptions,
  ): SentMessage<PrivateReceipt>;
  send(
    text: string,
    target: { readonly room?: string; readonly to?: string },
    options?: RoomSendOptions,
    session = this.#lead,
  ): SentMessage<Receipt> {
    const user = this.user ?? undefined;
    const sent = this.sender.send(
      text,
      { ...target, user },
      options,
      session ?? this,
    );
    this.advance();
    return sent;
  }

  /** Writes a change to a message of the room, or to the room. */
  change(
    change: StoredChange,
    session: AccountSession,
  ): SentMessage<RoomReceipt> {
    const target = { room: session.key, user: this.user ?? undefined };
    const sent = this.sender.sendChange({ ...target, change }, session);
    this.advance();
    return sent;
  }

  resend(id: string): void {
    this.outbox.resend(id);
    this.advance();
  }

  discard(id: string): void {
    this.outbox.discard(id);
    this.advance();
  }

  /**
   * @param type of the answer
   * @returns the answer. Rejects if the server refuses, or no answer will come
   */
  sendRequest<Type extends ReplyFrame["type"]>(
    frame: RequestFrame,
    type: Type,
  ): Promise<Extract<ReplyFrame, { type: Type }>> {
    const { state, reason } = this;
    if (state === "failed" || state === "closed") return Promise.reject(reason);
    this.#emittedFrames.delete(type);
    const reply = this.requests.sendRequest(frame, type);
    this.advance();
    return reply;
  }

  /** @param secret the one with which the room was joined */
  onWelcome(welcome: WelcomeFrame, secret: string): void {
    const { user, username, mailEpoch, blocked = [], registered } = welcome;
    this.user = user;
    this.username = username;
    this.limits = welcome.limits;
    this.secrets.onWelcome(secret);
    this.mailbox.mail.onWelcome(mailEpoch);
    this.mailMarker.onWelcome(welcome);
    this.outbox.discardForeign(user);
    this.blocked = blocked.filter(isBlockedUser);
    this.registered = registered ?? null;
    this.#emittedFrames.clear();
    this.events.touch(this.#target);
  }

  /**
   * The account has changed, by this connection or by another one of the user.
   */
  onAccountFrame(frame: AccountFrame): void {
    let event = frame;
    if (frame.type === "registered") this.registered = frame.until;
    if (frame.type === "released") this.registered = null;
    if (frame.type === "blocked") {
      this.blocked = frame.blocked.filter(isBlockedUser);
      event = { type: "blocked", blocked: [...this.blocked] };
    }
    const json = JSON.stringify(event);
    if (this.#emittedFrames.get(frame.type) === json) return;
    this.#emittedFrames.set(frame.type, json);
    this.emit(event);
  }

  /** Another device has read the mail. */
  onMailRead(mail: number): void {
    if (this.mailMarker.onRead(mail)) this.emit({ type: "read", mail });
  }

  /** Sends all that is due in any room, and emits changes. */
  advance(): void {
    for (const session of this.sessions) session.sendDue();
    this.flush();
  }

  /** Emits the changes. */
  flush(): void {
    const changed = this.outbox.takeChangedRooms();
    for (const session of this.sessions)
      if (changed.has(session.key)) session.onPendingChange();
    if (changed.size > 0)
      this.emit({ type: "pending", pending: this.outbox.pending(null) });
    const { state, reason } = this;
    const last = this.#emittedState;
    if (state !== last.state || reason !== last.reason) {
      this.#emittedState = { type: "state", state, reason };
      this.emit(this.#emittedState);
    }
    this.events.flush();
  }

  /** No room can be joined any more. */
  beginClose(): void {
    this.closedReason = clientError("closed");
    this.mailMarker.flush();
    this.#stopWakeListener();
  }

  /** After all rooms were left. @returns when everything is stored */
  async close(): Promise<void> {
    this.requests.rejectAll(clientError("closed"));
    this.flush();
    await Promise.all([this.outbox.close(null), this.mailbox.flush()]);
    this.#releaseLock();
  }

  /** The event is emitted at the next flush. */
  emit(event: ClientEvent): void {
    this.events.push(this.#target, event);
  }
}
