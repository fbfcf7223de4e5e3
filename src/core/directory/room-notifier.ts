// Room notifier: a directory sends rooms a notice or an eviction, and retries until each room has answered.
import type { Calls } from "../shared/calls.ts";
import {
  ReliableCall,
  ReliableCalls,
  type RetryPolicy,
} from "../shared/reliable-calls.ts";
import type { Evict, Notice } from "../shared/room-requests.ts";
import type { Schedule } from "../shared/schedule.ts";

type NotifierOp = Evict | Notice;

class Notification extends ReliableCall {
  readonly op: NotifierOp;
  readonly done: () => void;

  constructor(key: string, room: string, op: NotifierOp, done: () => void) {
    super({ kind: "room", name: room }, key);
    this.op = op;
    this.done = done;
  }
}

export interface RoomNotifierOptions {
  readonly calls: Calls;
  readonly schedule: Schedule;
  /** The name of the retries in the schedule. */
  readonly name: string;
  readonly policy: RetryPolicy;
}

export class RoomNotifier {
  readonly #calls: ReliableCalls<Notification>;
  /** Notifications whose first attempt has no answer yet. */
  readonly #unanswered = new Set<Notification>();
  #waiting: (() => void)[] = [];

  constructor(options: RoomNotifierOptions) {
    this.#calls = new ReliableCalls({
      ...options,
      clock: "alarm",
      handler: {
        op: (call) => call.op,
        failed: (call) => this.#answered(call),
        done: (call) => {
          call.done();
          this.#answered(call);
        },
      },
    });
  }

  /**
   * A newer notification of the same topic replaces an older one in a room.
   *
   * @param done is called when the room has answered, or the call is given up
   */
  send(
    topic: string,
    room: string,
    op: NotifierOp,
    now: number,
    done: () => void = () => undefined,
  ): void {
    const call = new Notification(`${topic} ${room}`, room, op, done);
    this.#unanswered.add(call);
    this.#calls.send(call, now);
  }

  /** No notification is retried any more. */
  clear(): void {
    this.#calls.clear();
  }

  /**
   * Calls back once each room has answered, or its first attempt has failed.
   */
  whenAttempted(then: () => void): void {
    if (this.#unanswered.size === 0) then();
    else this.#waiting.push(then);
  }

  #answered(call: Notification): void {
    this.#unanswered.delete(call);
    if (this.#unanswered.size > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const then of waiting) then();
  }
}
