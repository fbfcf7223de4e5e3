// What rooms are to be told, each until it has heard it.
import type { Calls } from "../shared/calls.ts";
import type { Evict, Notice } from "../shared/rpc.ts";

type NotifierOp = Evict | Notice;

interface PendingNotice {
  readonly room: string;
  readonly op: NotifierOp;
  readonly done: () => void;
  failures: number;
  /** When the room is to be told again, ms since 1970. */
  retryAt: number | null;
}

const RETRY_MS = 1000;
const RETRY_MAX_MS = 60_000;

export class RoomNotifier {
  readonly #calls: Calls;
  /** After so many a room is left alone. */
  readonly #attemptsMax: number;
  /** By what it is about, and the room: a newer one takes an older's place. */
  readonly #open = new Map<string, PendingNotice>();
  /** Those whose first answer is still waited for. */
  readonly #unanswered = new Set<PendingNotice>();
  #waiting: (() => void)[] = [];

  constructor(calls: Calls, tries = Number.POSITIVE_INFINITY) {
    this.#calls = calls;
    this.#attemptsMax = tries;
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
    op: NotifierOp,
    done: () => void = () => undefined,
  ): void {
    const pending: PendingNotice = {
      room,
      op,
      done,
      failures: 0,
      retryAt: null,
    };
    const key = `${about} ${room}`;
    this.#open.set(key, pending);
    this.#unanswered.add(pending);
    this.#request(key, pending);
  }

  due(now: number): void {
    for (const [key, pending] of this.#open)
      if (pending.retryAt !== null && pending.retryAt <= now)
        this.#request(key, pending);
  }

  /** At once, or when each room has been told, or could not be for now. */
  whenAttempted(then: () => void): void {
    if (this.#unanswered.size === 0) then();
    else this.#waiting.push(then);
  }

  #request(key: string, pending: PendingNotice): void {
    pending.retryAt = null;
    const to = { kind: "room", name: pending.room } as const;
    this.#calls.add(to, pending.op, (reply, now) => {
      const isNewest = this.#open.get(key) === pending;
      const wait = Math.min(RETRY_MS * 2 ** pending.failures, RETRY_MAX_MS);
      if (reply === null) pending.failures++;
      if (reply === null && isNewest && pending.failures < this.#attemptsMax)
        pending.retryAt = now + wait;
      else {
        if (isNewest) this.#open.delete(key);
        pending.done();
      }
      this.#answered(pending);
    });
  }

  #answered(pending: PendingNotice): void {
    this.#unanswered.delete(pending);
    if (this.#unanswered.size > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const then of waiting) then();
  }
}
