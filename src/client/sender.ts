// Sender: sends room and private messages from the outbox, and handles their acks and refusals.
import type {
  ErrorFrame,
  PrivateAck,
  PrivateMessage,
  RoomAck,
  RoomMessage,
  WelcomeLimits,
} from "../protocol/server-frames.ts";
import { backoff } from "./backoff.ts";
import { ChatError, clientError, isTransient } from "./chat-error.ts";
import { check } from "./check-arguments.ts";
import type { PrivateReceipt, RoomReceipt } from "./events.ts";
import type { OutboxItem, Receipt, ReceiptCallbacks } from "./outbox-item.ts";
import type { Session } from "./session.ts";

/** Failures in a row that lengthen the backoff; further ones do not. */
const BACKOFF_FAILURES_MAX = 10;

export class Sender {
  readonly #session: Session;
  #username = "";
  #limits: WelcomeLimits | null = null;
  #isResolved = false;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Adds a message of the user, to the room or to a recipient. */
  add(text: string): Promise<RoomReceipt>;
  add(text: string, to: string): Promise<PrivateReceipt>;
  add(text: string, to?: string): Promise<Receipt> {
    check(typeof text === "string", "text must be a string.");
    const receipt = new Promise<Receipt>((resolve, reject) =>
      this.#enqueue(text, to, { resolve, reject }),
    );
    // A caller that ignores the promise sees the result in `pending`.
    receipt.catch(() => {});
    return receipt;
  }

  onWelcome(username: string, limits: WelcomeLimits): void {
    this.#username = username;
    this.#limits = limits;
    this.#isResolved = false;
  }

  onConnectionLost(): void {
    this.#limits = null;
    this.#isResolved = false;
    this.#session.outbox.onConnectionLost();
  }

  /** Messages were taken over that may have arrived. */
  recheckUncertain(): void {
    this.#isResolved = false;
  }

  /** Sends queued messages, once the replay shows which have arrived. */
  flush(): void {
    const { account, outbox, historySync } = this.#session;
    if (this.#limits === null || !historySync.sequencer.isCaughtUp) return;
    const { environment } = account;
    const now = environment.now();
    const uptime = environment.uptime();
    if (!this.#isResolved) {
      this.#isResolved = true;
      outbox.resolveUncertain(
        (position) => historySync.sequencer.covers(position),
        now,
        uptime,
      );
    }
    for (const item of outbox.readyItems(
      this.#limits,
      historySync.sequencer.position,
      now,
    ))
      this.#transmit(item, this.#limits, uptime);
  }

  /**
   * The server has the message. A room message takes its place in the log by
   * its `seq`.
   */
  onAck(ack: RoomAck | PrivateAck): void {
    const { room, outbox, historySync } = this.#session;
    const item = ack.id === undefined ? undefined : outbox.get(ack.id);
    if (item === undefined) {
      if ("seq" in ack) historySync.sequencer.noteMissing(ack.seq);
      return;
    }
    const { id, text } = item.stored;
    if ("seq" in ack) {
      const { seq, at } = ack;
      outbox.complete(item, { ...ack, id });
      const message: RoomMessage = {
        ...{ type: "message", seq, room },
        ...{ ...this.#author, text, at, id },
      };
      historySync.onRoomEvent(message);
    } else this.#completePrivate(item, { ...ack, id });
  }

  /** An own message is in the log. */
  onOwnMessage({ id, seq, at }: RoomMessage): void {
    const { outbox } = this.#session;
    const item = id === undefined ? undefined : outbox.get(id);
    if (item === undefined || id === undefined || item.orderKey !== null)
      return;
    outbox.complete(item, { type: "ack", id, seq, at, duplicate: true });
  }

  /** A copy of an own private message has arrived; its ack may follow. */
  onOwnCopy({ clientId, id, to, at }: PrivateMessage): void {
    const { outbox } = this.#session;
    const item = clientId === undefined ? undefined : outbox.get(clientId);
    if (item === undefined || item.orderKey === null) return;
    item.copyReceipt = { type: "ack", id: item.stored.id, private: id, to, at };
    if (item.state !== "sending") outbox.complete(item, item.copyReceipt);
  }

  /** @returns false if the error refuses no message of this outbox */
  onError({ id, code, message, retryAfter }: ErrorFrame): boolean {
    const { account, outbox, connection } = this.#session;
    const item = id === undefined ? undefined : outbox.get(id);
    if (item?.state !== "sending") return item !== undefined;
    if (item.copyReceipt !== null) outbox.complete(item, item.copyReceipt);
    else if (isTransient(code)) {
      const { environment } = account;
      const failures = Math.min(item.failures++, BACKOFF_FAILURES_MAX);
      const waitMs = retryAfter ?? backoff(failures, 0, environment.random());
      outbox.requeue(item);
      environment.after(waitMs, () => {
        item.isPaused = false;
        this.#session.advance();
      });
    } else if (code === "not_joined")
      connection.reconnectLater(new ChatError(code, message));
    else {
      if (code === "no_such_user") account.forgetUsers(item.stored.to);
      outbox.markFailed(item, new ChatError(code, message, retryAfter));
    }
    return true;
  }

  #enqueue(
    text: string,
    to: string | undefined,
    callbacks: ReceiptCallbacks,
  ): void {
    const { account, room, connection, outbox, historySync } = this.#session;
    const { state, reason } = connection;
    if (state === "closed") {
      callbacks.reject(clientError("closed"));
      return;
    }
    const { environment, owner, user } = account;
    const at = environment.now();
    const item = outbox.add({
      room: to === undefined ? room : undefined,
      to,
      toUser: to && account.userIdOf(to),
      id: environment.createSecret(),
      text: text.replaceAll("\r\n", "\n"),
      at,
      owner,
      user: user ?? undefined,
      // It may be sent as soon as it is stored, so the attempt is stored with
      // it.
      tried: this.#isResolved
        ? { ...historySync.sequencer.position, at }
        : undefined,
    });
    item.callbacks = callbacks;
    if (state === "failed" && reason !== null) outbox.markFailed(item, reason);
    this.#session.advance();
  }

  get #author(): { user: string; username: string } {
    return { user: this.#session.account.user ?? "", username: this.#username };
  }

  #completePrivate(item: OutboxItem, receipt: PrivateReceipt): void {
    const { account, outbox } = this.#session;
    const { id, text } = item.stored;
    outbox.complete(item, receipt);
    const author = this.#author;
    if (!account.mailCursor.recordSent(author.user, receipt.to, id)) return;
    const { private: serverId, to, at } = receipt;
    account.emitPrivate({
      ...{ type: "private", id: serverId, clientId: id },
      ...{ ...author, to, text, at, mine: true, isReplay: false },
    });
  }

  #transmit(item: OutboxItem, limits: WelcomeLimits, uptime: number): void {
    const { outbox, connection } = this.#session;
    const frame = JSON.stringify(item.frame);
    // The server could not name the message in its refusal.
    if (utf8Length(frame) > limits.frame) {
      const message = `The message has more than ${limits.frame} bytes.`;
      outbox.markFailed(item, new ChatError("too_large", message));
      return;
    }
    outbox.markSent(item, uptime);
    connection.sendText(frame);
  }
}

/** In UTF-8. JSON contains no half characters. */
function utf8Length(json: string): number {
  return encodeURIComponent(json).replace(/%../g, "%").length;
}
