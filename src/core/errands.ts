// What rooms are to be told, each until it has heard it.
import type { Calls } from "./calls.ts";
import type { Evict, Notice } from "./ops.ts";

type Word = Evict | Notice;

interface Errand {
  readonly room: string;
  readonly op: Word;
  readonly done: () => void;
  failures: number;
  /** When the room is to be told again, ms since 1970. */
  retryAt: number | null;
}

const RETRY_MS = 1000;
const RETRY_MAX_MS = 60_000;

export class Errands {
  readonly #calls: Calls;
  /** After so many a room is left alone. */
  readonly #tries: number;
  /** By what it is about, and the room: a newer one takes an older's place. */
  readonly #open = new Map<string, Errand>();
  /** Those whose first answer is still waited for. */
  readonly #untried = new Set<Errand>();
  #waiting: (() => void)[] = [];

  constructor(calls: Calls, tries = Number.POSITIVE_INFINITY) {
    this.#calls = calls;
    this.#tries = tries;
  }

  /** When a room is to be told again, ms since 1970. */
  get retryAt(): number | null {
    let next: number | null = null;
    for (const { retryAt } of this.#open.values())
      if (retryAt !== null && (next === null || retryAt < next)) next = retryAt;
    return next;
  }

  /** @param done hears when the room has heard, or is left alone */
  send(
    about: string,
    room: string,
    op: Word,
    done: () => void = () => undefined,
  ): void {
    const errand: Errand = { room, op, done, failures: 0, retryAt: null };
    const key = `${about} ${room}`;
    this.#open.set(key, errand);
    this.#untried.add(errand);
    this.#go(key, errand);
  }

  due(now: number): void {
    for (const [key, errand] of this.#open)
      if (errand.retryAt !== null && errand.retryAt <= now)
        this.#go(key, errand);
  }

  /** At once, or when each room has been told, or could not be for now. */
  whenTried(then: () => void): void {
    if (this.#untried.size === 0) then();
    else this.#waiting.push(then);
  }

  #go(key: string, errand: Errand): void {
    errand.retryAt = null;
    const to = { kind: "room", name: errand.room } as const;
    this.#calls.add(to, errand.op, (reply, now) => {
      const isNewest = this.#open.get(key) === errand;
      const wait = Math.min(RETRY_MS * 2 ** errand.failures, RETRY_MAX_MS);
      if (reply === null) errand.failures++;
      if (reply === null && isNewest && errand.failures < this.#tries)
        errand.retryAt = now + wait;
      else {
        if (isNewest) this.#open.delete(key);
        errand.done();
      }
      this.#tried(errand);
    });
  }

  #tried(errand: Errand): void {
    this.#untried.delete(errand);
    if (this.#untried.size > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const then of waiting) then();
  }
}
