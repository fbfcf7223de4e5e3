// Session: joins one user to one room, and handles frames and calls until they leave, over any number of connections.
import type { ErrorFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import type { Account } from "./account.ts";
import type { AccountSession } from "./account-session.ts";
import { type ChatError, clientError, frameError } from "./chat-error.ts";
import { Connection, type ConnectionHandler } from "./connection.ts";
import type { ChatState, RoomEvent } from "./events.ts";
import { joinFrame, retryAfterRefusal } from "./join-attempt.ts";
import { type OutboxItem, spelling } from "./outbox-item.ts";
import { isKnownFrame, isLogEvent, type KnownFrame } from "./parse-frame.ts";
import { ReadMarker } from "./read-marker.ts";
import {
  type ReplyFrame,
  type RequestFrame,
  RequestQueue,
} from "./request-queue.ts";
import { RoomView } from "./room-view.ts";
import type { LogPosition } from "./sequencer.ts";
import type { SessionOptions } from "./session-options.ts";

/** The minimum time between two `typing` frames. */
const TYPING_INTERVAL_MS = 3000;
/** An answer that takes longer will not come. */
const REPLY_TIMEOUT_MS = 30_000;

export class Session implements ConnectionHandler, AccountSession {
  readonly key: string;
  readonly view: RoomView;
  readonly readMarker: ReadMarker;
  /** In the spelling of the app, and of the server once it is joined. */
  room: string;
  commands: readonly string[] = [];
  readonly #account: Account;
  readonly #connection: Connection;
  readonly #requests = new RequestQueue();
  readonly #options: SessionOptions;
  /** The secret or token of the last join. */
  #secret = "";
  #loading: Promise<void> | null = null;
  #hasBeenConnected = false;
  /** The welcome is handled: messages and requests can be sent. */
  #isReady = false;
  #typingSentAt = -TYPING_INTERVAL_MS;
  /** The last `received` frame that was sent. */
  #lastReceived = "";

  constructor(options: SessionOptions) {
    const { account, room } = options;
    const { environment } = account;
    const { serverUrl } = account.options;
    this.#options = options;
    this.#account = account;
    this.key = spelling(room);
    this.room = room;
    const url = `${serverUrl}/rooms/${encodeURIComponent(room)}`;
    this.#connection = new Connection(url, environment, this);
    const epoch = () => this.epoch;
    this.readMarker = new ReadMarker(this.#connection, epoch, account);
    this.view = new RoomView({
      ...options,
      ...{ viewer: account, key: this.key },
      stored: account.debouncedValue("room", room),
      touch: () => {
        account.events.touch(options.target);
        account.flush();
      },
    });
    account.setSession(this, true);
  }

  get state(): ChatState {
    return this.#connection.state;
  }

  get reason(): ChatError | null {
    return this.#connection.reason;
  }

  get sendPosition(): LogPosition | null {
    const { isCaughtUp, position } = this.view.sequencer;
    return this.#isReady && isCaughtUp ? position : null;
  }

  get epoch(): string | undefined {
    const { position, lastShown } = this.view.sequencer;
    return position.epoch || lastShown?.epoch;
  }

  /** Starts an attempt to connect now. */
  connect(): void {
    this.#connection.startAttempt();
  }

  async prepare(): Promise<void> {
    this.#loading ??= this.view.history.load();
    await Promise.all([this.#loading, this.#account.prepare()]);
  }

  onOpen(): void {
    const isFirst = !this.#hasBeenConnected;
    const { history, invite } = this.#options;
    this.#secret = this.#account.secrets.current;
    this.#connection.send(
      joinFrame(this.#account, this.view, this.key, history, isFirst, invite),
    );
  }

  onFrame(objects: unknown[]): void {
    const { attempt } = this.#connection;
    for (const object of objects) {
      if (isKnownFrame(object)) this.#onKnownFrame(object);
      // An event of a kind that this release does not know still has a `seq`.
      else if (isLogEvent(object) && this.#isReady)
        this.#emit(this.view.onEvent(object));
      if (this.#connection.attempt !== attempt) break;
    }
    this.#advance();
  }

  onStateChange(): void {
    const { state, reason } = this.#connection;
    const { outbox, requests } = this.#account;
    this.#emit([{ type: "state", state, reason }]);
    // In a welcome the rest follows.
    if (state === "connected") return;
    this.#isReady = false;
    this.view.roomStatus.stop();
    this.readMarker.stop();
    this.#requests.onConnectionLost();
    this.#requests.moveShared(requests);
    outbox.onConnectionLost(this.key, this);
    if (state === "failed" && reason !== null) {
      this.#requests.rejectAll(reason);
      outbox.failQueued(this.key, reason);
    }
    this.#account.onSessionLost();
  }

  onHeartbeat(): void {
    const { environment, mailbox, outbox } = this.#account;
    const since = environment.uptime() - REPLY_TIMEOUT_MS;
    if (outbox.isOverdue(this, since) || this.#requests.isOverdue(since)) {
      this.#connection.reconnectLater(clientError("no_answer"));
      return;
    }
    outbox.adoptIfOrphaned();
    const { seq } = this.view.sequencer.position;
    const mail = mailbox.mail.newest;
    const text = JSON.stringify({ type: "received", seq, mail });
    if (text !== this.#lastReceived) this.#connection.sendText(text);
    this.#lastReceived = text;
  }

  onAdopted(): void {
    const uncertain = this.#account.outbox.uncertainPositions(this.key);
    // Only a replay shows which messages have arrived in the room.
    if (this.#isReady && uncertain.length > 0) this.connect();
  }

  onPendingChange(): void {
    const pending = this.#account.outbox.pending(this.key);
    this.#emit([{ type: "pending", pending }]);
  }

  onChanges(error?: ChatError): void {
    for (const list of this.view.lists) list.invalidate();
    this.#account.events.touch(this.#options.target);
    if (error !== undefined) this.#emit([{ type: "error", error }]);
  }

  onWake(): void {
    this.#connection.wake();
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
    const reply = this.#requests.sendRequest(frame, type);
    this.#advance();
    return reply;
  }

  sendTyping(): void {
    const now = this.#account.environment.uptime();
    if (!this.#isReady || now - this.#typingSentAt < TYPING_INTERVAL_MS) return;
    this.#typingSentAt = now;
    this.#connection.send({ type: "typing" });
  }

  sendDue(): void {
    if (!this.#isReady) return;
    this.#requestDue();
    const { requests, environment, carrier } = this.#account;
    if (carrier === this) requests.moveShared(this.#requests);
    const request = this.#requests.next(environment.uptime());
    if (request !== undefined) this.#connection.send(request);
    this.#sendMessages();
  }

  /** @returns when everything that outlives the session is stored */
  async close(): Promise<void> {
    this.#account.setSession(this, false);
    this.readMarker.flush();
    if (this.state === "connected") this.#connection.send({ type: "leave" });
    this.#connection.close();
    this.#requests.rejectAll(clientError("closed"));
    const isStored = this.#account.outbox.close(this.key);
    this.#account.flush();
    await Promise.all([isStored, this.view.history.close()]);
  }

  #onKnownFrame(frame: KnownFrame): void {
    const { view } = this;
    // Until the join is accepted, only its answer counts.
    if (!this.#isReady && !/^(welcome|error)$/.test(frame.type)) return;
    switch (frame.type) {
      case "welcome":
        this.#onWelcome(frame);
        break;
      case "error":
        this.#onError(frame);
        break;
      case "history":
        if (view.history.isFirstPageNext)
          this.#emit(view.show(view.history.onFirstPage(frame)));
        else this.#requests.onReply(frame);
        break;
      case "ack":
        this.#onAck(frame);
        break;
      case "private":
        this.#account.mailbox.onMessage(frame);
        break;
      case "mention":
        this.#account.mailbox.onMention(frame);
        break;
      case "members":
      case "results":
      case "rooms":
      case "forgotten":
      case "reports":
        this.#requests.onReply(frame);
        break;
      case "registered":
      case "released":
      case "rotated":
      case "blocked":
        this.#account.onAccountFrame(frame);
        this.#requests.onReply(frame);
        break;
      case "read":
      case "seen":
        this.#emit(this.readMarker.onFrame(frame));
        break;
      case "reply":
        this.#requests.replyTexts.push(frame.text);
        break;
      default:
        this.#emit(view.onFrame(frame));
    }
  }

  /** The server has accepted the join. */
  #onWelcome(welcome: WelcomeFrame): void {
    this.#account.onWelcome(welcome, this.#secret);
    // A name may have another holder since the connection was lost.
    if (this.#hasBeenConnected) this.#account.knownUsers.forget();
    this.#hasBeenConnected = true;
    [this.room, this.commands] = [welcome.room, welcome.commands ?? []];
    this.view.roomStatus.onWelcome(welcome);
    this.#requests.onWelcome(welcome);
    const events = this.view.onMembers(welcome);
    this.#connection.markConnected();
    this.#isReady = true;
    this.readMarker.onWelcome(welcome);
    this.#emit(events);
    this.#emit(this.view.show(this.view.history.onWelcome(welcome)));
  }

  #onAck(ack: Extract<KnownFrame, { type: "ack" }>): void {
    const requests = this.#requests;
    if ("command" in ack || requests.isInFlight(ack.id ?? "")) {
      if ("seq" in ack) this.view.sequencer.noteMissing(ack.seq ?? 0);
      const { replyTexts: replies } = requests;
      requests.onReply("command" in ack ? { ...ack, replies } : ack);
      return;
    }
    const { outbox, user, username } = this.#account;
    const item = this.#sentItem(ack.id);
    if ("private" in ack) {
      if (item !== undefined) this.#account.mailbox.onAck(item, ack);
      return;
    }
    // It is of a newer kind.
    if (!("seq" in ack)) return;
    if (item === undefined || item.room === null || user === null) {
      this.view.sequencer.noteMissing(ack.seq);
      return;
    }
    const event = item.ackedEvent(ack, { room: this.room, user, username });
    outbox.complete(item, { ...ack, id: item.stored.id });
    if (event === null) this.view.sequencer.noteMissing(ack.seq);
    else this.#emit(this.view.onEvent(event));
  }

  #onError(frame: ErrorFrame): void {
    const { sender, secrets, knownUsers } = this.#account;
    const { id, code } = frame;
    const error = frameError(frame);
    if (!this.#isReady) {
      const retry = retryAfterRefusal(error, secrets, this.#secret);
      if (retry === undefined) this.#connection.fail(error);
      else if (retry === null) this.connect();
      else this.#connection.reconnectLater(retry);
      return;
    }
    // The close follows, and says whether it is a kick.
    if (id === undefined && /^banned|_only$/.test(frame.reason ?? code)) {
      this.#connection.lastRefusal = error;
      return;
    }
    this.view.roomStatus.onRefusal(frame);
    const isExpired = code === "unauthorized" && secrets.canRenew;
    if (isExpired || code === "not_joined") {
      // The outbox is checked after the next join.
      this.#connection.reconnectLater(error);
      return;
    }
    if (id !== undefined && !this.#requests.isInFlight(id)) {
      const item = this.#sentItem(id);
      if (item?.state !== "sending") return;
      if (code === "no_such_user") knownUsers.forget(item.stored.to);
      sender.onRefusal(item, frame, () => this.#account.advance());
      return;
    }
    const retryIn = this.#requests.onRefusal(error);
    if (retryIn === "unasked") this.#emit([{ type: "error", error }]);
    else if (retryIn === "lost") this.#connection.reconnectLater(error);
    else if (retryIn !== null)
      this.#account.environment.after(retryIn, () => {
        this.#requests.unpause();
        this.#advance();
      });
  }

  /** Requests the pages and names that are due. */
  #requestDue(): void {
    const request = this.view.history.takeRequest();
    if (request !== null)
      this.#requests.add(request.frame, "history", (page) => {
        const items = request.take(page);
        if (items === null) this.connect();
        else this.#emit(this.view.show(items));
      });
    if (this.view.memberList.takeRefreshDue())
      this.#requests.add({ type: "who", details: true }, "members", (page) =>
        this.#emit(this.view.onMembers(page)),
      );
  }

  #sendMessages(): void {
    const position = this.sendPosition;
    const { limits, sender, carrier } = this.#account;
    if (position === null || limits === null) return;
    const frames = sender.framesToSend({
      ...{ sender: this, limits, position },
      isSlow: this.view.roomStatus.slow > 0,
      covers: (one) => this.view.sequencer.covers(one),
      accepts: ({ room }) =>
        room === null ? carrier === this : room === this.key,
    });
    for (const frame of frames) this.#connection.sendText(frame);
  }

  /** The message with that id, if this session has sent it. */
  #sentItem(id: string | undefined): OutboxItem | undefined {
    const item = this.#account.outbox.get(id);
    return item?.sentBy === this ? item : undefined;
  }

  /** After each frame or call: sends all that is due, and emits changes. */
  #advance(): void {
    this.sendDue();
    this.#account.flush();
  }

  /** The events are emitted after the current frame is handled. */
  #emit(events: readonly RoomEvent[]): void {
    for (const event of events)
      this.#account.events.push(this.#options.target, event);
  }
}
