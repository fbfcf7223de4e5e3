// Questions whose answers carry no id: one at a time, so that it is known which one is answered.
import type {
  BlockListFrame,
  HistoryFrame,
  RegistrationFrame,
  RotateFrame,
  WhoFrame,
} from "../protocol/client-frames.ts";
import type {
  AccountFrame,
  HistoryPage,
  MembersFrame,
} from "../protocol/server-frames.ts";
import type { ChatError } from "./chat-error.ts";
import { isOfType } from "./emitter.ts";

export type RequestFrame =
  | HistoryFrame
  | WhoFrame
  | RegistrationFrame
  | RotateFrame
  | BlockListFrame;
export type ReplyFrame = HistoryPage | MembersFrame | AccountFrame;
type OnError = (error: ChatError) => void;

interface QueuedRequest {
  readonly frame: RequestFrame;
  /** @returns false if it is no answer to this */
  readonly takeReply: (answer: ReplyFrame) => boolean;
  readonly onError: OnError | undefined;
}

/**
 * With `failed`, somebody waits for the answer: it is asked for again after a
 * lost connection. Without, it is of use to this connection only.
 */
export class RequestQueue {
  #queue: QueuedRequest[] = [];
  #inFlight: QueuedRequest | undefined;
  #sentAt = 0;
  #isPaused = false;

  /** @param type that of the answer */
  add<Type extends ReplyFrame["type"]>(
    frame: RequestFrame,
    type: Type,
    onReply: (reply: Extract<ReplyFrame, { type: Type }>) => void,
    onError?: OnError,
  ): void {
    const takeReply = (reply: ReplyFrame) => {
      if (!isOfType(reply, type)) return false;
      onReply(reply);
      return true;
    };
    this.#queue.push({ frame, takeReply: takeReply, onError });
  }

  /** The next one to send, which is open from then on. @param now uptime */
  next(now: number): RequestFrame | undefined {
    if (this.#inFlight !== undefined || this.#isPaused) return undefined;
    this.#inFlight = this.#queue.shift();
    this.#sentAt = now;
    return this.#inFlight?.frame;
  }

  onReply(reply: ReplyFrame): void {
    const request = this.#inFlight;
    // What follows from the answer may be asked for at once.
    this.#inFlight = undefined;
    if (request?.takeReply(reply) === false) this.#inFlight = request;
  }

  /** @returns what was refused, if anything was asked */
  onError(error: ChatError): QueuedRequest | undefined {
    const request = this.#inFlight;
    this.#inFlight = undefined;
    request?.onError?.(error);
    return request;
  }

  /**
   * The open one is to be asked again, and none before `unpause`.
   *
   * @returns false if nothing was asked
   */
  requeue(): boolean {
    if (this.#inFlight === undefined) return false;
    this.#queue.unshift(this.#inFlight);
    this.#inFlight = undefined;
    this.#isPaused = true;
    return true;
  }

  unpause(): void {
    this.#isPaused = false;
  }

  /** The connection is gone. */
  onConnectionLost(): void {
    this.requeue();
    this.#queue = this.#queue.filter(({ onError }) => onError);
    this.unpause();
  }

  /** There will be no answers. */
  rejectAll(error: ChatError): void {
    for (const { onError } of this.#queue.splice(0)) onError?.(error);
  }

  /** Has one been open since before that uptime? */
  isOverdue(since: number): boolean {
    return this.#inFlight !== undefined && this.#sentAt < since;
  }
}
