// Sender: decides which messages of the outbox are sent now, and handles the refusals of the server.
import type { ErrorFrame, WelcomeLimits } from "../protocol/server-frames.ts";
import { backoff } from "./backoff.ts";
import {
  ChatError,
  clientError,
  frameError,
  isTransient,
} from "./chat-error.ts";
import { check } from "./check-arguments.ts";
import type { Environment } from "./environment.ts";
import type {
  ClientState,
  RoomReceipt,
  RoomSendOptions,
  SentMessage,
} from "./events.ts";
import type { ItemFilter, Outbox } from "./outbox.ts";
import {
  isMessageId,
  type MessageRefs,
  type OutboxItem,
  type Receipt,
  type StoredMessage,
} from "./outbox-item.ts";
import type { LogPosition } from "./sequencer.ts";
import { isRepeatable } from "./stored-change.ts";

/** Messages to the room in flight, if the server sets no rate. */
const ROOM_WINDOW = 32;
/** Failures in a row that lengthen the backoff; further ones do not. */
const BACKOFF_FAILURES_MAX = 10;
/**
 * After this time a name may have a new holder. A message to the old one, whose
 * id was not known, is not sent again unasked.
 */
const NAME_REUSE_MS = 30_000;

/** Where a message goes out. */
export interface SendPlace {
  readonly state: ClientState;
  readonly reason: ChatError | null;
  /** Set if it can be sent now: the position in the log. */
  readonly sendPosition: LogPosition | null;
  /** The log in which messages have their numbers, if it is known. */
  readonly epoch?: string | undefined;
}

type Content = Omit<StoredMessage, "at" | "owner" | "tried" | "failed">;
type Target = Pick<StoredMessage, "room" | "to" | "toUser" | "user">;

/** A connection that has all events that existed when it began. */
export interface SendOrder {
  /** The session that sends. */
  readonly sender: object;
  readonly limits: WelcomeLimits;
  /** The room is in slow mode. */
  readonly isSlow: boolean;
  /** How far it has the log of its room. */
  readonly position: LogPosition;
  /** True if it has all events since that position. */
  readonly covers: (position: LogPosition) => boolean;
  /** True if it sends this message. */
  readonly accepts: ItemFilter;
}

export class Sender {
  readonly #outbox: Outbox;
  readonly #environment: Environment;

  constructor(outbox: Outbox, environment: Environment) {
    this.#outbox = outbox;
    this.#environment = environment;
  }

  /**
   * Writes a message into the outbox. One that is pending under the id is not
   * written again, but sent again if it has failed.
   *
   * @param options of the app
   */
  send(
    text: string,
    target: Target,
    options: RoomSendOptions = {},
    place: SendPlace,
  ): SentMessage<Receipt> {
    check(typeof text === "string", "text must be a string.");
    const { id = this.#environment.createSecret(), data } = options;
    const { replyTo, thread, epoch = place.epoch } = options;
    check(isMessageId(id), "id must have 1 to 64 printable ASCII characters.");
    const isAnswer = replyTo !== undefined || thread !== undefined;
    const content = {
      ...{ ...target, id, text: text.replaceAll("\r\n", "\n") },
      ...(data !== undefined && { data: copyOf(data) }),
      ...(isAnswer && {
        refs: copyOf({ replyTo, thread, epoch }) as MessageRefs,
      }),
    };
    return this.#send(content, place);
  }

  /** Writes a change into the outbox. */
  sendChange(
    content: Omit<Content, "id">,
    place: SendPlace,
  ): SentMessage<RoomReceipt> {
    const id = this.#environment.createSecret();
    const sent = this.#send({ ...copyOf(content), id }, place);
    return sent as SentMessage<RoomReceipt>;
  }

  #send(
    content: Content,
    { state, reason, sendPosition }: SendPlace,
  ): SentMessage<Receipt> {
    const item = state === "closed" ? null : this.#write(content, sendPosition);
    const receipt = new Promise<Receipt>((resolve, reject) => {
      if (item === null) reject(clientError("closed"));
      else item.callbacks.push({ resolve, reject });
    });
    // A caller that ignores the promise sees the result in `pending`.
    receipt.catch(() => {});
    if (item !== null && state === "failed" && reason !== null)
      this.#outbox.markFailed(item, reason);
    return Object.assign(receipt, { id: content.id });
  }

  /** @returns the frames to send now, as JSON and in order */
  *framesToSend(order: SendOrder): Generator<string> {
    this.#resolveUncertain(order);
    const uptime = this.#environment.uptime();
    for (const item of this.#readyItems(order)) {
      const frame = JSON.stringify(item.frame);
      const { frame: bytesMax } = order.limits;
      // The server could not name the message in its refusal.
      if (utf8Length(frame) > bytesMax) {
        const message = `The message has more than ${bytesMax} bytes.`;
        this.#outbox.markFailed(item, new ChatError("too_large", message));
        continue;
      }
      this.#outbox.markSent(item, uptime, order.sender);
      yield frame;
    }
  }

  /**
   * The server refuses a message.
   *
   * @param onRetry called when it may be sent again
   */
  onRefusal(item: OutboxItem, frame: ErrorFrame, onRetry: () => void): void {
    const { code, retryAfter } = frame;
    if (item.copyReceipt !== null)
      this.#outbox.complete(item, item.copyReceipt);
    else if (isTransient(code)) {
      const failures = Math.min(item.failures++, BACKOFF_FAILURES_MAX);
      const random = this.#environment.random();
      const waitMs = retryAfter ?? backoff(failures, 0, random);
      this.#outbox.requeue(item);
      this.#environment.after(waitMs, () => {
        item.isPaused = false;
        onRetry();
      });
    } else this.#outbox.markFailed(item, frameError(frame));
  }

  #write(content: Content, position: LogPosition | null): OutboxItem {
    const known = this.#outbox.get(content.id);
    if (known !== undefined) {
      check(known.hasTarget(content), "id is pending for another message.");
      this.#outbox.resend(known.stored.id);
      return known;
    }
    const at = this.#environment.now();
    return this.#outbox.add({
      ...{ ...content, at },
      // It may be sent as soon as it is stored, so the attempt is stored with
      // it.
      tried: position === null ? undefined : { ...position, at },
    });
  }

  /** The replay is complete: a message that arrived would have been seen. */
  #resolveUncertain({ accepts, covers }: SendOrder): void {
    const now = this.#environment.now();
    const uptime = this.#environment.uptime();
    for (const item of this.#outbox.items(accepts)) {
      const { tried, toUser, change } = item.stored;
      if (!item.mayHaveArrived || item.state !== "queued") continue;
      item.mayHaveArrived = false;
      item.sentBy = null;
      if (tried === undefined) continue;
      const isOfRoom = item.room !== null;
      const isSafe = isOfRoom
        ? covers(tried) || (change !== undefined && isRepeatable(change))
        : // The recipient's mailbox recognizes it by its id.
          toUser !== undefined ||
          (isRecent(now - tried.at) &&
            isRecent(uptime - (item.firstSentAt ?? uptime)));
      if (!isSafe) this.#outbox.markFailed(item, clientError("unknown"));
      else if (isOfRoom) item.markUnsent();
    }
  }

  /** Stored messages that may be sent now, in order. */
  *#readyItems(order: SendOrder): Generator<OutboxItem> {
    const { limits, position, accepts, isSlow } = order;
    // With a rate, the server may refuse one message and accept the next: they
    // go one by one.
    const roomWindow = isSlow || limits.ratePerSecond > 0 ? 1 : ROOM_WINDOW;
    /** By the recipient; undefined is the room. */
    const ahead = new Map<string | undefined, number>();
    for (const item of this.#outbox.items(accepts)) {
      const { state, isPaused, stored } = item;
      let count = ahead.get(stored.to) ?? 0;
      if (state === "queued") {
        const hasRoom = count < (stored.to === undefined ? roomWindow : 1);
        if (hasRoom && !isPaused && this.#isStored(item, position)) yield item;
        else count = ROOM_WINDOW;
      } else if (state !== "sending") continue;
      ahead.set(stored.to, count + 1);
    }
  }

  /** The attempt is stored before the message is sent. */
  #isStored(item: OutboxItem, position: LogPosition): boolean {
    const { saveState, stored } = item;
    if (saveState === "saving") return false;
    if (saveState === "saved" && stored.tried !== undefined) return true;
    stored.tried ??= { ...position, at: this.#environment.now() };
    this.#outbox.save(item);
    return false;
  }
}

/**
 * A copy, in the form in which it will arrive: the app may change its own.
 *
 * @throws TypeError if it is not JSON
 */
function copyOf<Json>(json: Json): Json {
  return JSON.parse(JSON.stringify(json));
}

/** A negative time: the clock was set back, and the age is not known. */
function isRecent(ms: number): boolean {
  return ms >= 0 && ms < NAME_REUSE_MS;
}

/** In UTF-8. JSON contains no half characters. */
function utf8Length(json: string): number {
  return encodeURIComponent(json).replace(/%../g, "%").length;
}
