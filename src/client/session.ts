// Session: joins one user to one room, and handles frames and calls until they leave, over any number of connections.
import type {
  PrivateMessage,
  WelcomeFrame,
  WelcomeLimits,
} from "../protocol/server-frames.ts";
import type { Account, AccountRoom } from "./account.ts";
import { type ChatError, clientError } from "./chat-error.ts";
import { Connection, type ConnectionHandler } from "./connection.ts";
import { dispatch } from "./dispatch.ts";
import type { ChatEvent, ChatPrivate, RotateResult } from "./events.ts";
import { HistorySync } from "./history-sync.ts";
import { MemberList } from "./member-list.ts";
import { Outbox, type OutboxOwner } from "./outbox.ts";
import type { StoredMessage } from "./outbox-item.ts";
import { isRoomEvent, isServerFrame } from "./parse-frame.ts";
import {
  type ReplyFrame,
  type RequestFrame,
  RequestQueue,
} from "./request-queue.ts";
import { Sender } from "./sender.ts";
import { Timeline } from "./timeline.ts";

/** The minimum time between two `typing` frames. */
const TYPING_INTERVAL_MS = 3000;
/** An answer that takes longer will not come. */
const REPLY_TIMEOUT_MS = 30_000;

export interface SessionOptions {
  readonly account: Account;
  readonly room: string;
  /** The id of this window. */
  readonly device: string;
  /** Older messages to begin with, 0 to 200. */
  readonly history: number;
  /** Begin with all private messages that the server has. */
  readonly allMail: boolean;
  /** Messages in the snapshot. */
  readonly maxMessages: number;
  /** Receives the events, in order. */
  readonly onEvents: (events: readonly ChatEvent[]) => void;
}

export class Session implements ConnectionHandler, AccountRoom, OutboxOwner {
  readonly account: Account;
  readonly connection: Connection;
  readonly requests = new RequestQueue();
  readonly memberList = new MemberList();
  readonly timeline: Timeline;
  readonly historySync: HistorySync;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly allMail: boolean;
  room: string;
  username: string;
  /** The secret or token of the last join. */
  token = "";
  /** The limits of the last welcome. */
  limits: WelcomeLimits | null = null;
  readonly #options: SessionOptions;
  readonly #stopWakeListener: () => void;
  #events: ChatEvent[] = [];
  #loading: Promise<void> | null = null;
  #hasBeenConnected = false;
  #typingSentAt = Number.NEGATIVE_INFINITY;
  /** The last `received` frame that was sent. */
  #lastReceived = "";

  constructor(options: SessionOptions) {
    const { account, room, history, maxMessages, allMail } = options;
    const { environment } = account;
    this.#options = options;
    this.account = account;
    this.room = room;
    this.username = account.username ?? "";
    this.allMail = allMail;
    this.timeline = new Timeline(maxMessages);
    account.rooms.push(this);
    const url = `${account.serverUrl}/rooms/${encodeURIComponent(room)}`;
    this.connection = new Connection(url, environment, this);
    this.outbox = new Outbox(this);
    this.historySync = new HistorySync(this, history);
    this.sender = new Sender(this);
    this.#stopWakeListener = environment.onWake(() => this.connection.wake());
  }

  async prepare(): Promise<void> {
    this.#loading ??= this.historySync.load();
    await Promise.all([this.account.load(), this.#loading]);
    await this.outbox.adoptOrphans();
    await this.account.renewToken();
  }

  onOpen(): void {
    const { device, history } = this.#options;
    const { mailCursor, username, token } = this.account;
    this.token = token;
    this.connection.send({
      type: "join",
      username,
      token,
      device,
      history,
      ...mailCursor.joinFields(this.allMail && !this.#hasBeenConnected),
      ...this.historySync.sequencer.resumeFields(
        this.outbox.uncertainPositions,
      ),
    });
  }

  /** The server has accepted the join. */
  onWelcome(welcome: WelcomeFrame): void {
    const { room, username, user, members, count, limits } = welcome;
    this.account.onWelcome(welcome, this.token);
    // A name may have another holder since the connection was lost.
    if (this.#hasBeenConnected) this.account.forgetUsers();
    this.#hasBeenConnected = true;
    [this.room, this.username] = [room, username];
    this.limits = limits;
    this.outbox.discardForeign(user);
    this.memberList.set(members, count);
    this.connection.markConnected();
    this.emitMembers();
    this.sender.onWelcome(username, limits);
    this.historySync.onWelcome(welcome);
  }

  onFrame(objects: unknown[]): void {
    const { attempt } = this.connection;
    for (const object of objects) {
      if (isServerFrame(object)) dispatch(this, object);
      // An event of a kind that this release does not know still has a `seq`.
      else if (isRoomEvent(object) && this.connection.state === "connected")
        this.historySync.onRoomEvent(object);
      if (this.connection.attempt !== attempt) break;
    }
    this.advance();
  }

  onStateChange(): void {
    const { state, reason } = this.connection;
    if (state !== "connected") {
      this.requests.onConnectionLost();
      this.sender.onConnectionLost();
    }
    if (state === "failed" && reason !== null) {
      this.requests.rejectAll(reason);
      this.outbox.failQueued(reason);
    }
    this.emit({ type: "state", state, reason });
    // In a welcome the rest follows.
    if (state !== "connected") this.#flushEvents();
  }

  /**
   * @param type of the answer
   * @returns the answer. Rejects if the server refuses, or no answer will come
   */
  sendRequest<Type extends ReplyFrame["type"]>(
    frame: RequestFrame,
    type: Type,
  ): Promise<Extract<ReplyFrame, { type: Type }>> {
    const { state, reason } = this.connection;
    if (state === "failed" || state === "closed") return Promise.reject(reason);
    return new Promise((resolve, reject) => {
      this.requests.add(frame, type, resolve, reject);
      this.advance();
    });
  }

  async rotate(given?: string): Promise<RotateResult> {
    const { account, connection } = this;
    const token = account.chooseNextSecret(given);
    // After an answer it is known whether the name is registered.
    if (account.registered === null)
      await this.sendRequest({ type: "who" }, "members");
    await account.saveNextSecret(token);
    try {
      const frame = await this.sendRequest(
        { type: "rotate", token },
        "rotated",
      );
      await account.saveSecrets(token);
      return { ...frame, token };
    } catch (error) {
      // The server has refused; the answer is not lost.
      if (connection.state === "connected")
        await account.saveSecrets(this.token);
      throw error;
    }
  }

  typing(): void {
    const { connection, account } = this;
    const now = account.environment.uptime();
    if (
      connection.state !== "connected" ||
      now - this.#typingSentAt < TYPING_INTERVAL_MS
    )
      return;
    this.#typingSentAt = now;
    connection.send({ type: "typing" });
  }

  shouldSend({ room, to }: StoredMessage): boolean {
    return to === undefined
      ? room === this.#options.room
      : this.account.privateSender === this;
  }

  onHeartbeat(): void {
    const { environment, mailCursor } = this.account;
    const overdueSince = environment.uptime() - REPLY_TIMEOUT_MS;
    if (
      this.outbox.isOverdue(overdueSince) ||
      this.requests.isOverdue(overdueSince)
    ) {
      this.connection.reconnectLater(clientError("no_answer"));
      return;
    }
    this.outbox.adoptIfOrphaned();
    const frame = {
      type: "received",
      seq: this.historySync.sequencer.position.seq,
      mail: mailCursor.newest,
    };
    const text = JSON.stringify(frame);
    if (text !== this.#lastReceived) this.connection.sendText(text);
    this.#lastReceived = text;
  }

  onAdopted(): void {
    if (this.connection.state !== "connected") return;
    // Only a replay shows which messages have arrived in the room.
    if (this.outbox.uncertainPositions.length > 0)
      this.connection.startAttempt();
    else this.sender.recheckUncertain();
  }

  onOwnCopy(message: PrivateMessage): void {
    this.sender.onOwnCopy(message);
  }

  /** A private message has arrived, in any room. */
  onPrivate(message: ChatPrivate): void {
    this.timeline.addPrivates([message]);
    this.emit(message);
    // This room may have no connection, or none by which a frame follows.
    this.#flushEvents();
  }

  get isClosed(): boolean {
    return this.connection.state === "closed";
  }

  adoptOrphans(): Promise<void> {
    return this.outbox.adoptOrphans();
  }

  onStorageChange(error: ChatError | null): void {
    if (error !== null) this.emit({ type: "error", error });
    this.#flushEvents(true);
  }

  /** The event is emitted after the current frame is handled. */
  emit(event: ChatEvent): void {
    this.#events.push(event);
  }

  emitMembers(): void {
    const { names: members, count } = this.memberList;
    this.emit({ type: "members", members, count });
  }

  /** After each frame or call: sends all that is ready, and emits changes. */
  advance(): void {
    if (this.connection.state === "connected") {
      this.historySync.requestMissing();
      if (this.memberList.takeRefreshDue()) this.#requestMembers();
      const frame = this.requests.next(this.account.environment.uptime());
      if (frame !== undefined) this.connection.send(frame);
      this.sender.flush();
    }
    this.#flushEvents();
  }

  /** @returns when everything that outlives the chat is stored */
  async close(): Promise<void> {
    this.#stopWakeListener();
    this.account.removeRoom(this);
    if (this.connection.state === "connected")
      this.connection.send({ type: "leave" });
    this.connection.close();
    this.requests.rejectAll(clientError("closed"));
    await Promise.all([this.outbox.close(), this.historySync.close()]);
  }

  #requestMembers(): void {
    this.requests.add({ type: "who" }, "members", ({ members, count }) => {
      this.memberList.set(members, count);
      this.emitMembers();
    });
  }

  /** @param always also without events: the snapshot has changed */
  #flushEvents(always = false): void {
    if (this.outbox.takeChanged())
      this.emit({ type: "pending", pending: this.outbox.pending });
    const events = this.#events.splice(0);
    if (always || events.length > 0) this.#options.onEvents(events);
  }
}
