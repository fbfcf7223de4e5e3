// Request queue: sends requests whose answers carry no id one at a time, to match each answer.
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
  /** @returns false if the frame does not answer this request */
  readonly takeReply: (answer: ReplyFrame) => boolean;
  readonly onError: OnError | undefined;
}

/**
 * A request with `onError` has a caller: it is sent again after a lost
 * connection. One without belongs to this connection only.
 */
export class RequestQueue {
  #queue: QueuedRequest[] = [];
  #inFlight: QueuedRequest | undefined;
  #sentAt = 0;
  #isPaused = false;

  /** @param type of the answer */
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

  /**
   * The next request to send; it is in flight from then on. @param now uptime
   */
  next(now: number): RequestFrame | undefined {
    if (this.#inFlight !== undefined || this.#isPaused) return undefined;
    this.#inFlight = this.#queue.shift();
    this.#sentAt = now;
    return this.#inFlight?.frame;
  }

  onReply(reply: ReplyFrame): void {
    const request = this.#inFlight;
    // The callback may add the next request at once.
    this.#inFlight = undefined;
    if (request?.takeReply(reply) === false) this.#inFlight = request;
  }

  /** @returns the request that was refused, if one was in flight */
  onError(error: ChatError): QueuedRequest | undefined {
    const request = this.#inFlight;
    this.#inFlight = undefined;
    request?.onError?.(error);
    return request;
  }

  /**
   * Puts the request in flight back, and pauses the queue until `unpause`.
   *
   * @returns false if no request was in flight
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

  /** The connection is lost. */
  onConnectionLost(): void {
    this.requeue();
    this.#queue = this.#queue.filter(({ onError }) => onError);
    this.unpause();
  }

  /** No answers will come. */
  rejectAll(error: ChatError): void {
    for (const { onError } of this.#queue.splice(0)) onError?.(error);
  }

  /** True if a request has been in flight since before that uptime. */
  isOverdue(since: number): boolean {
    return this.#inFlight !== undefined && this.#sentAt < since;
  }
}
