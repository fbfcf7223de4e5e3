// Request queue: sends requests whose answers carry no id one at a time, to match each answer.
import type {
  BlockListFrame,
  CommandFrame,
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
import { type ChatError, isTransient } from "./chat-error.ts";
import { isOfType } from "./emitter.ts";

export type RequestFrame =
  | HistoryFrame
  | WhoFrame
  | RegistrationFrame
  | RotateFrame
  | BlockListFrame
  | CommandFrame;
export type ReplyFrame =
  | HistoryPage
  | MembersFrame
  | AccountFrame
  | CommandAnswer;
/** The ack of a command, and the texts that came before it. */
interface CommandAnswer {
  readonly type: "ack";
  readonly seq?: number;
  readonly replies: readonly string[];
}
type OnError = (error: ChatError) => void;

/**
 * The time before a refused request is sent again, if the server gives none.
 */
const DEFAULT_RETRY_MS = 1000;

interface QueuedRequest {
  readonly frame: RequestFrame;
  /** @returns false if the frame does not answer this request */
  readonly takeReply: (answer: ReplyFrame) => boolean;
  readonly onError: OnError | undefined;
  /** A request of the user, which any of their rooms can send. */
  readonly isShared: boolean;
}

/**
 * A request with `onError` has a caller: it is sent again after a lost
 * connection. One without belongs to this connection only.
 */
export class RequestQueue {
  #queue: QueuedRequest[] = [];
  #inFlight: QueuedRequest | undefined;
  readonly #isShared: boolean;
  #sentAt = 0;
  /** Texts that answer the command in flight. */
  replies: string[] = [];
  #isPaused = false;

  /** @param isShared true for the requests of the user */
  constructor(isShared = false) {
    this.#isShared = isShared;
  }

  /**
   * Adds a request of a caller.
   *
   * @param type of the answer
   * @returns the answer. Rejects if the server refuses, or no answer will come
   */
  request<Type extends ReplyFrame["type"]>(
    frame: RequestFrame,
    type: Type,
  ): Promise<Extract<ReplyFrame, { type: Type }>> {
    return new Promise((resolve, reject) =>
      this.add(frame, type, resolve, reject),
    );
  }

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
    const isShared = this.#isShared;
    this.#queue.push({ frame, takeReply, onError, isShared });
  }

  /** Moves the requests of the user that are not in flight. */
  moveShared(target: RequestQueue): void {
    target.#queue.push(...this.#queue.filter(({ isShared }) => isShared));
    this.#queue = this.#queue.filter(({ isShared }) => !isShared);
  }

  /**
   * The next request to send; it is in flight from then on. @param now uptime
   */
  next(now: number): RequestFrame | undefined {
    if (this.#inFlight !== undefined || this.#isPaused) return undefined;
    this.#inFlight = this.#queue.shift();
    this.#sentAt = now;
    this.replies = [];
    return this.#inFlight?.frame;
  }

  /** Is it the id of the command in flight? */
  isInFlight(id: string): boolean {
    const frame = this.#inFlight?.frame;
    return frame?.type === "command" && frame.id === id;
  }

  onReply(reply: ReplyFrame): void {
    const request = this.#inFlight;
    // The callback may add the next request at once.
    this.#inFlight = undefined;
    if (request?.takeReply(reply) === false) this.#inFlight = request;
  }

  /**
   * The server refuses the request in flight.
   *
   * @returns the ms after which to call `unpause`, if it may be sent again;
   * `unasked` if none is in flight; `lost` if the session cannot work without
   * the answer
   */
  onRefusal(error: ChatError): number | "unasked" | "lost" | null {
    const request = this.#inFlight;
    if (request === undefined) return "unasked";
    // A command that fails would run again and again.
    const isCommand = request.frame.type === "command";
    if (isCommand ? error.code === "rate_limited" : isTransient(error.code)) {
      this.#requeue();
      return error.retryAfter ?? DEFAULT_RETRY_MS;
    }
    this.#inFlight = undefined;
    if (request.onError === undefined) return "lost";
    request.onError(error);
    return null;
  }

  unpause(): void {
    this.#isPaused = false;
  }

  /** The connection is lost. */
  onConnectionLost(): void {
    this.#requeue();
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

  /** Puts the request in flight back, and pauses the queue until `unpause`. */
  #requeue(): void {
    if (this.#inFlight !== undefined) this.#queue.unshift(this.#inFlight);
    this.#inFlight = undefined;
    this.#isPaused = true;
  }
}
