// Sending: from what was written to its ack or refusal, for the room's messages and private ones alike.
import type {
  ErrorFrame,
  PrivateAck,
  PrivateMessage,
  RoomAck,
  RoomMessage,
  WelcomeLimits,
} from "../protocol/server-frames.ts";
import { backoff } from "./backoff.ts";
import { ChatError, isPassing, ownError } from "./chat-error.ts";
import { check } from "./check-arguments.ts";
import type { Item, Receipt, Settle } from "./entry.ts";
import type { PrivateReceipt, RoomReceipt } from "./events.ts";
import type { Session } from "./session.ts";

/** Up to this many failures in a row lengthen the pause before another try. */
const FAILURES_MAX = 10;

export class Sending {
  readonly #session: Session;
  #username = "";
  #limits: WelcomeLimits | null = null;
  #isSettled = false;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Written by the user: to the room, or to somebody. */
  add(text: string): Promise<RoomReceipt>;
  add(text: string, to: string): Promise<PrivateReceipt>;
  add(text: string, to?: string): Promise<Receipt> {
    check(typeof text === "string", "text must be a string.");
    const receipt = new Promise<Receipt>((resolve, reject) =>
      this.#add(text, to, { resolve, reject }),
    );
    // Who does not await it learns it from what is pending.
    receipt.catch(() => {});
    return receipt;
  }

  welcome(username: string, limits: WelcomeLimits): void {
    this.#username = username;
    this.#limits = limits;
    this.#isSettled = false;
  }

  lost(): void {
    this.#limits = null;
    this.#isSettled = false;
    this.#session.outbox.lost();
  }

  /** There are others that may have arrived. */
  unsettle(): void {
    this.#isSettled = false;
  }

  /** Once it is known what has arrived: sends what has not. */
  pump(): void {
    const { person, outbox, reading } = this.#session;
    if (this.#limits === null || !reading.stream.isCaughtUp) return;
    const { environment } = person;
    const now = environment.now();
    const uptime = environment.uptime();
    if (!this.#isSettled) {
      this.#isSettled = true;
      outbox.settle((place) => reading.stream.covers(place), now, uptime);
    }
    for (const item of outbox.ready(this.#limits, reading.stream.place, now))
      this.#transmit(item, this.#limits, uptime);
  }

  /** The server has it; a message to the room gets its place by that. */
  acked(ack: RoomAck | PrivateAck): void {
    const { room, outbox, reading } = this.#session;
    const item = ack.id === undefined ? undefined : outbox.get(ack.id);
    if (item === undefined) {
      if ("seq" in ack) reading.stream.missed(ack.seq);
      return;
    }
    const { id, text } = item.entry;
    if ("seq" in ack) {
      const { seq, at } = ack;
      outbox.acked(item, { ...ack, id });
      const message: RoomMessage = {
        ...{ type: "message", seq, room },
        ...{ ...this.#author, text, at, id },
      };
      reading.event(message);
    } else this.#arrived(item, { ...ack, id });
  }

  /** An own message is in the log. */
  own({ id, seq, at }: RoomMessage): void {
    const { outbox } = this.#session;
    const item = id === undefined ? undefined : outbox.get(id);
    if (item === undefined || id === undefined || item.lane !== null) return;
    outbox.acked(item, { type: "ack", id, seq, at, duplicate: true });
  }

  /** A copy of an own private message is there; the ack may be on its way. */
  copied({ clientId, id, to, at }: PrivateMessage): void {
    const { outbox } = this.#session;
    const item = clientId === undefined ? undefined : outbox.get(clientId);
    if (item === undefined || item.lane === null) return;
    item.arrived = { type: "ack", id: item.entry.id, private: id, to, at };
    if (item.state !== "sent") outbox.acked(item, item.arrived);
  }

  /** @returns false if it is no refusal of anything that was sent from here */
  refused({ id, code, message, retryAfter }: ErrorFrame): boolean {
    const { person, outbox, connection } = this.#session;
    const item = id === undefined ? undefined : outbox.get(id);
    if (item?.state !== "sent") return item !== undefined;
    if (item.arrived !== null) outbox.acked(item, item.arrived);
    else if (isPassing(code)) {
      const { environment } = person;
      const failures = Math.min(item.failures++, FAILURES_MAX);
      const wait = retryAfter ?? backoff(failures, 0, environment.random());
      outbox.again(item);
      environment.after(wait, () => {
        item.isPaused = false;
        this.#session.advance();
      });
    } else if (code === "not_joined")
      connection.fail(new ChatError(code, message));
    else {
      if (code === "no_such_user") person.forget(item.entry.to);
      outbox.failed(item, new ChatError(code, message, retryAfter));
    }
    return true;
  }

  #add(text: string, to: string | undefined, settle: Settle): void {
    const { person, room, connection, outbox, reading } = this.#session;
    const { state, reason, isClosed } = connection;
    if (isClosed) {
      settle.reject(ownError("closed"));
      return;
    }
    const { environment, owner, user } = person;
    const at = environment.now();
    const item = outbox.add({
      room: to === undefined ? room : undefined,
      to,
      toUser: to && person.idOf(to),
      id: environment.secret(),
      text: text.replaceAll("\r\n", "\n"),
      at,
      owner,
      user: user ?? undefined,
      // If it goes out as soon as it is written down, that is written too.
      tried: this.#isSettled ? { ...reading.stream.place, at } : undefined,
    });
    item.settle = settle;
    if (state === "refused" && reason !== null) outbox.failed(item, reason);
    this.#session.advance();
  }

  get #author(): { user: string; username: string } {
    return { user: this.#session.person.user ?? "", username: this.#username };
  }

  #arrived(item: Item, receipt: PrivateReceipt): void {
    const { person, outbox } = this.#session;
    const { id, text } = item.entry;
    outbox.acked(item, receipt);
    const author = this.#author;
    if (!person.mail.sent(author.user, receipt.to, id)) return;
    const { private: serverId, to, at } = receipt;
    person.tell({
      ...{ type: "private", id: serverId, clientId: id },
      ...{ ...author, to, text, at, mine: true, past: false },
    });
  }

  #transmit(item: Item, limits: WelcomeLimits, uptime: number): void {
    const { outbox, connection } = this.#session;
    const frame = JSON.stringify(item.frame);
    // The server could not tell us which one it was.
    if (bytesOf(frame) > limits.frame) {
      const words = `At most ${limits.frame} bytes.`;
      outbox.failed(item, new ChatError("too_large", words));
      return;
    }
    outbox.sent(item, uptime);
    connection.sendText(frame);
  }
}

/** In UTF-8. JSON has no halves of characters. */
function bytesOf(json: string): number {
  return encodeURIComponent(json).replace(/%../g, "%").length;
}
