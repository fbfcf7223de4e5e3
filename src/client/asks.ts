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

export type Question =
  | HistoryFrame
  | WhoFrame
  | RegistrationFrame
  | RotateFrame
  | BlockListFrame;
export type Answer = HistoryPage | MembersFrame | AccountFrame;
type Failed = (error: ChatError) => void;

interface Ask {
  readonly frame: Question;
  /** @returns false if it is no answer to this */
  readonly answered: (answer: Answer) => boolean;
  readonly failed: Failed | undefined;
}

/**
 * With `failed`, somebody waits for the answer: it is asked for again after a
 * lost connection. Without, it is of use to this connection only.
 */
export class Asks {
  #queue: Ask[] = [];
  #open: Ask | undefined;
  #openSince = 0;
  #isPaused = false;

  /** @param type that of the answer */
  add<Type extends Answer["type"]>(
    frame: Question,
    type: Type,
    answered: (answer: Extract<Answer, { type: Type }>) => void,
    failed?: Failed,
  ): void {
    const take = (answer: Answer) => {
      if (!isOfType(answer, type)) return false;
      answered(answer);
      return true;
    };
    this.#queue.push({ frame, answered: take, failed });
  }

  /** The next one to send, which is open from then on. @param now uptime */
  next(now: number): Question | undefined {
    if (this.#open !== undefined || this.#isPaused) return undefined;
    this.#open = this.#queue.shift();
    this.#openSince = now;
    return this.#open?.frame;
  }

  answered(answer: Answer): void {
    const open = this.#open;
    // What follows from the answer may be asked for at once.
    this.#open = undefined;
    if (open?.answered(answer) === false) this.#open = open;
  }

  /** @returns what was refused, if anything was asked */
  failed(error: ChatError): Ask | undefined {
    const open = this.#open;
    this.#open = undefined;
    open?.failed?.(error);
    return open;
  }

  /**
   * The open one is to be asked again, and none before `unpause`.
   *
   * @returns false if nothing was asked
   */
  again(): boolean {
    if (this.#open === undefined) return false;
    this.#queue.unshift(this.#open);
    this.#open = undefined;
    this.#isPaused = true;
    return true;
  }

  unpause(): void {
    this.#isPaused = false;
  }

  /** The connection is gone. */
  lost(): void {
    this.again();
    this.#queue = this.#queue.filter(({ failed }) => failed);
    this.unpause();
  }

  /** There will be no answers. */
  refused(error: ChatError): void {
    for (const { failed } of this.#queue.splice(0)) failed?.(error);
  }

  /** Has one been open since before that uptime? */
  isOverdue(since: number): boolean {
    return this.#open !== undefined && this.#openSince < since;
  }
}
