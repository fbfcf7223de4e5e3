// Delivery: a directory sends mail to each room of its owner in order, and retries where a room did not answer.
import type { Calls } from "../../shared/calls.ts";
import { ReliableCall, ReliableCalls } from "../../shared/reliable-calls.ts";
import type { Deliver, HolderRef } from "../../shared/room-requests.ts";
import type { Reply } from "../../shared/rpc.ts";
import type { Schedule } from "../../shared/schedule.ts";
import {
  type Deliverable,
  deliveredMail,
  isSenderCopy,
} from "./deliverable.ts";

/** The results of deliveries. */
export interface DeliveryOutcome {
  /** The owner is not in the room any more. */
  absent(room: string, version: number, now: number): void;
  /** A connection has got the mail, and no room must be asked again. */
  markReceived(stored: Deliverable): void;
  /** Each room has answered for this mail and all mail before it. */
  settled(stored: Deliverable): void;
}

interface PendingDelivery {
  readonly stored: Deliverable;
  /** How many rooms have not answered. */
  open: number;
  /** Rooms whose answer the sender waits for: not those that failed. */
  readonly awaited: Set<RoomQueue>;
  isLive: boolean;
  /** A connection has got it that does not confirm it by `received`. */
  isReceived: boolean;
  /** Is called once: whether a connection has got it, as far as is known. */
  done: ((isLive: boolean) => void) | null;
}

class RoomQueue extends ReliableCall {
  readonly room: string;
  readonly version: number;
  waiting: PendingDelivery[] = [];
  /** The mail of the call in flight. */
  inFlight: PendingDelivery[] = [];

  constructor(room: string, version: number) {
    super({ kind: "room", name: room });
    this.room = room;
    this.version = version;
  }
}

const POLICY = {
  attemptsMax: Number.POSITIVE_INFINITY,
  retryDelayMs: 1000,
  retryDelayMaxMs: 60_000,
  safetyMs: 30_000,
};

export class Delivery {
  readonly #calls: ReliableCalls<RoomQueue>;
  readonly #epoch: number;
  readonly #whom: () => HolderRef;
  readonly #outcome: DeliveryOutcome;
  readonly #queues = new Map<string, RoomQueue>();
  /** By number; the first one has rooms that have not answered. */
  readonly #pending = new Set<PendingDelivery>();

  /** @param epoch the epoch of the claim whose mail it is */
  constructor(
    calls: Calls,
    schedule: Schedule,
    epoch: number,
    whom: () => HolderRef,
    outcome: DeliveryOutcome,
  ) {
    this.#calls = new ReliableCalls({
      ...{ calls, schedule, name: "delivery retries", clock: "alarm" },
      policy: POLICY,
      handler: {
        begin: ({ waiting }) => Math.min(waiting.length, 1),
        op: (queue) => this.#takeWaiting(queue),
        isSuccess: ({ type }) => type === "found",
        // A copy needs no alarm: the directory that sent it here retries.
        needsSafety: ({ waiting }) =>
          waiting.some(({ stored }) => !isSenderCopy(stored)),
        failed: (queue) => this.#failed(queue),
        done: (queue, reply, now) => this.#delivered(queue, reply, now),
      },
    });
    this.#epoch = epoch;
    this.#whom = whom;
    this.#outcome = outcome;
  }

  /** The claim has ended: no room is asked again. */
  close(): void {
    this.#calls.close();
  }

  send(
    stored: Deliverable,
    rooms: ReadonlyMap<string, number>,
    now: number,
    done: (isLive: boolean) => void,
  ): void {
    const pending: PendingDelivery = {
      stored,
      open: rooms.size,
      awaited: new Set(),
      isLive: false,
      isReceived: false,
      done,
    };
    this.#pending.add(pending);
    for (const [room, version] of rooms) {
      const queue = this.#queues.get(room) ?? new RoomQueue(room, version);
      this.#queues.set(room, queue);
      queue.waiting.push(pending);
      if (queue.state !== "failed") pending.awaited.add(queue);
      if (!queue.isPending) this.#calls.send(queue, now);
    }
    this.#settle();
    this.#report(pending);
  }

  /**
   * The mailbox has dropped the mail: rooms that wait for a retry do not get it,
   * so that no more mail waits than the mailbox holds.
   */
  forget(mail: number): void {
    for (const queue of this.#queues.values()) {
      const at = queue.waiting.findIndex(({ stored }) => stored.mail === mail);
      for (const pending of at < 0 ? [] : queue.waiting.splice(at, 1))
        this.#answered(pending, queue, false);
    }
  }

  #takeWaiting(queue: RoomQueue): Deliver {
    queue.inFlight = queue.waiting;
    queue.waiting = [];
    const mail = queue.inFlight.map(({ stored }) => deliveredMail(stored));
    return { type: "deliver", ...this.#whom(), mail, epoch: this.#epoch };
  }

  #delivered(queue: RoomQueue, reply: Reply | null, now: number): void {
    if (reply?.type !== "found") return;
    const { room, version, inFlight } = queue;
    const isLive = reply.state === "live";
    if (reply.state === "gone") this.#outcome.absent(room, version, now);
    for (const pending of inFlight) {
      pending.isReceived ||= isLive && reply.isOpen !== true;
      this.#answered(pending, queue, isLive);
    }
    if (queue.waiting.length === 0) this.#queues.delete(room);
    else this.#calls.send(queue, now);
  }

  #answered(pending: PendingDelivery, queue: RoomQueue, isLive: boolean): void {
    pending.open--;
    pending.isLive ||= isLive;
    pending.awaited.delete(queue);
    if (pending.open === 0 && pending.isReceived)
      this.#outcome.markReceived(pending.stored);
    this.#settle();
    this.#report(pending);
  }

  #settle(): void {
    for (const pending of this.#pending) {
      if (pending.open > 0) return;
      this.#pending.delete(pending);
      this.#outcome.settled(pending.stored);
    }
  }

  #failed(queue: RoomQueue): void {
    queue.waiting.unshift(...queue.inFlight);
    for (const pending of queue.waiting) {
      pending.awaited.delete(queue);
      this.#report(pending);
    }
  }

  #report(pending: PendingDelivery): void {
    if (pending.awaited.size > 0) return;
    pending.done?.(pending.isLive);
    pending.done = null;
  }
}
