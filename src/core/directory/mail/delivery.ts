// Mail on its way to the rooms its owner is in: in order for each room, again where a room did not answer.
import type { Calls } from "../../shared/calls.ts";
import type { HolderRef } from "../../shared/rpc.ts";
import { type StoredMail, toMail } from "./mailbox.ts";

/** What comes of it. */
export interface DeliveryOutcome {
  /** The room does not have them any more. */
  absent(room: string, version: number, now: number): void;
  /** A socket had it, and no room is still to be asked again. */
  markReceived(stored: StoredMail): void;
  /** Every room has answered to it, and to all that came before it. */
  settled(stored: StoredMail): void;
}

interface PendingDelivery {
  readonly stored: StoredMail;
  /** Rooms that have not answered. */
  open: number;
  /** Those of them whose first answer is waited for: not those that are ill. */
  readonly awaited: Set<RoomQueue>;
  isLive: boolean;
  /** A socket had it that won't say so itself. */
  isReceived: boolean;
  /** Says once whether any socket had it, as far as is known then. */
  done: ((isLive: boolean) => void) | null;
}

interface RoomQueue {
  readonly version: number;
  waiting: PendingDelivery[];
  isInFlight: boolean;
  failures: number;
  retryAt: number | null;
  /** While it is flying: by then the alarm sees to it that it arrives. */
  safeAt: number | null;
}

const RETRY_MS = 1000;
const RETRY_MAX_MS = 60_000;
/** An alarm this much later sees to it that a crash forgets none, in ms. */
const SAFETY_MS = 30_000;

export class Delivery {
  readonly #calls: Calls;
  readonly #epoch: number;
  readonly #whom: () => HolderRef;
  readonly #outcome: DeliveryOutcome;
  readonly #queues = new Map<string, RoomQueue>();
  /** By number; those at the front have rooms that have not answered. */
  readonly #pending = new Set<PendingDelivery>();

  /** @param epoch of the claim whose mail it is */
  constructor(
    calls: Calls,
    epoch: number,
    whom: () => HolderRef,
    outcome: DeliveryOutcome,
  ) {
    this.#calls = calls;
    this.#epoch = epoch;
    this.#whom = whom;
    this.#outcome = outcome;
  }

  /** When a room is to be asked again, ms since 1970. */
  get retryAt(): number | null {
    let next: number | null = null;
    for (const { retryAt, safeAt } of this.#queues.values()) {
      const at = retryAt ?? safeAt;
      if (at !== null && (next === null || at < next)) next = at;
    }
    return next;
  }

  send(
    stored: StoredMail,
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
      const queue = this.#queues.get(room) ?? newRoomQueue(version);
      this.#queues.set(room, queue);
      queue.waiting.push(pending);
      if (queue.retryAt === null) pending.awaited.add(queue);
      this.#sendNext(room, queue, now);
    }
    this.#settle();
    this.#report(pending);
  }

  /**
   * It is in the mail no longer: rooms that have yet to be asked again are not
   * to get it, so that no more waits than the mailbox holds.
   */
  forget(mail: number): void {
    for (const queue of this.#queues.values()) {
      const at = queue.waiting.findIndex(({ stored }) => stored.mail === mail);
      for (const pending of at < 0 ? [] : queue.waiting.splice(at, 1))
        this.#answered(pending, queue, false);
    }
  }

  due(now: number): void {
    for (const [room, queue] of this.#queues) {
      if (queue.safeAt !== null && queue.safeAt <= now)
        queue.safeAt = now + SAFETY_MS;
      if (queue.retryAt !== null && queue.retryAt <= now) {
        queue.retryAt = null;
        this.#sendNext(room, queue, now);
      }
    }
  }

  #sendNext(room: string, queue: RoomQueue, now: number): void {
    if (
      queue.isInFlight ||
      queue.retryAt !== null ||
      queue.waiting.length === 0
    )
      return;
    let pendings: PendingDelivery[] = [];
    queue.isInFlight = true;
    // Of a copy the directory that sent it here takes care meanwhile.
    const isReceived = queue.waiting.some(
      ({ stored }) => stored.fromKey !== null,
    );
    queue.safeAt = isReceived ? now + SAFETY_MS : null;
    this.#calls.add(
      { kind: "room", name: room },
      // Whatever waits by then.
      () => {
        pendings = queue.waiting;
        queue.waiting = [];
        const mail = pendings.map(({ stored }) => toMail(stored));
        const epoch = this.#epoch;
        return { type: "deliver", ...this.#whom(), mail, epoch };
      },
      (reply, now) => {
        queue.isInFlight = false;
        queue.safeAt = null;
        if (reply?.type !== "found") {
          this.#failed(queue, pendings, now);
          return;
        }
        queue.failures = 0;
        if (reply.state === "gone")
          this.#outcome.absent(room, queue.version, now);
        for (const pending of pendings) {
          pending.isReceived ||=
            reply.state === "live" && reply.isOpen !== true;
          this.#answered(pending, queue, reply.state === "live");
        }
        if (queue.waiting.length === 0) this.#queues.delete(room);
        else this.#sendNext(room, queue, now);
      },
    );
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

  #failed(queue: RoomQueue, pendings: PendingDelivery[], now: number): void {
    queue.waiting.unshift(...pendings);
    queue.retryAt =
      now + Math.min(RETRY_MS * 2 ** queue.failures++, RETRY_MAX_MS);
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

function newRoomQueue(version: number): RoomQueue {
  return {
    version,
    waiting: [],
    isInFlight: false,
    failures: 0,
    retryAt: null,
    safeAt: null,
  };
}
