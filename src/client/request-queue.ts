// Request queue: sends requests whose answers carry no id one at a time, to match each answer.
import type {
  BlockListFrame,
  CloseReportFrame,
  CommandFrame,
  ForgetFrame,
  HistoryFrame,
  ModerateFrame,
  RegistrationFrame,
  ReportFrame,
  ReportsFrame,
  RoomsFrame,
  RotateFrame,
  SearchFrame,
  WhoFrame,
} from "../protocol/client-frames.ts";
import type {
  AccountFrame,
  ForgottenFrame,
  HistoryPage,
  MembersFrame,
  ReportsPage,
  RoomsPage,
  SearchResults,
  WelcomeFrame,
} from "../protocol/server-frames.ts";
import { type ChatError, clientError, isTransient } from "./chat-error.ts";
import { isOfType } from "./emitter.ts";
import type { ActReceipt } from "./moderation.ts";

/** A frame that an ack with its id answers. */
export type ActFrame =
  | ModerateFrame
  | CommandFrame
  | ReportFrame
  | CloseReportFrame;
export type RequestFrame =
  | HistoryFrame
  | SearchFrame
  | WhoFrame
  | RegistrationFrame
  | RotateFrame
  | BlockListFrame
  | ReportsFrame
  | RoomsFrame
  | ForgetFrame
  | ActFrame;
export type ReplyFrame =
  | HistoryPage
  | SearchResults
  | MembersFrame
  | AccountFrame
  | ReportsPage
  | RoomsPage
  | ForgottenFrame
  | CommandAnswer;
/** The ack of an act, or of a command with the texts that came before it. */
export interface CommandAnswer extends ActReceipt {
  readonly replies?: readonly string[];
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
  /** It was sent, by this connection or an earlier one. */
  wasSent?: boolean;
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
  replyTexts: string[] = [];
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
  sendRequest<Type extends ReplyFrame["type"]>(
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
   * A connection begins. After too much that was missed the server may not know
   * the id of an act any more: it may be done.
   */
  onWelcome({ resumed, more }: WelcomeFrame): void {
    if (resumed && !more) return;
    this.#queue = this.#queue.filter(({ frame, wasSent, onError }) => {
      const isUnknown = wasSent && frame.type === "moderate";
      if (isUnknown) onError?.(clientError("unknown"));
      return !isUnknown;
    });
  }

  /**
   * The next request to send; it is in flight from then on. @param now uptime
   */
  next(now: number): RequestFrame | undefined {
    if (this.#inFlight !== undefined || this.#isPaused) return undefined;
    this.#inFlight = this.#queue.shift();
    if (this.#inFlight !== undefined) this.#inFlight.wasSent = true;
    this.#sentAt = now;
    this.replyTexts = [];
    return this.#inFlight?.frame;
  }

  /** Is it the id of the command, or of the act, in flight? */
  isInFlight(id: string): boolean {
    const frame = this.#inFlight?.frame;
    return frame !== undefined && "id" in frame && frame.id === id;
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
    const { frame } = request;
    const isRetried =
      "id" in frame
        ? // Nothing waits for a report that is one too many.
          error.code === "rate_limited" && frame.type !== "report"
        : // Other requests would wait as long as the search.
          isTransient(error.code) && frame.type !== "search";
    if (isRetried) {
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
