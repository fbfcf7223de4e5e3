// Mail on its way to the rooms its owner is in: in order for each room, again where a room did not answer.
import type { Calls } from "./calls.ts";
import { type Kept, toMail } from "./mailbox.ts";
import type { Whom } from "./ops.ts";

/** What comes of it. */
export interface Outcome {
  /** The room does not have them any more. */
  gone(room: string, version: number, now: number): void;
  /** A socket had it, and no room is still to be asked again. */
  had(kept: Kept): void;
  /** Every room has answered to it, and to all that came before it. */
  settled(kept: Kept): void;
}

interface Parcel {
  readonly kept: Kept;
  /** Rooms that have not answered. */
  open: number;
  /** Those of them whose first answer is waited for: not those that are ill. */
  readonly awaited: Set<Line>;
  isLive: boolean;
  /** A socket had it that won't say so itself. */
  isHad: boolean;
  /** Says once whether any socket had it, as far as is known then. */
  done: ((isLive: boolean) => void) | null;
}

interface Line {
  readonly version: number;
  waiting: Parcel[];
  isFlying: boolean;
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
  readonly #whom: () => Whom;
  readonly #outcome: Outcome;
  readonly #lines = new Map<string, Line>();
  /** By number; those at the front have rooms that have not answered. */
  readonly #parcels = new Set<Parcel>();

  /** @param epoch of the claim whose mail it is */
  constructor(calls: Calls, epoch: number, whom: () => Whom, outcome: Outcome) {
    this.#calls = calls;
    this.#epoch = epoch;
    this.#whom = whom;
    this.#outcome = outcome;
  }

  /** When a room is to be asked again, ms since 1970. */
  get retryAt(): number | null {
    let next: number | null = null;
    for (const { retryAt, safeAt } of this.#lines.values()) {
      const at = retryAt ?? safeAt;
      if (at !== null && (next === null || at < next)) next = at;
    }
    return next;
  }

  send(
    kept: Kept,
    rooms: ReadonlyMap<string, number>,
    now: number,
    done: (isLive: boolean) => void,
  ): void {
    const parcel: Parcel = {
      kept,
      open: rooms.size,
      awaited: new Set(),
      isLive: false,
      isHad: false,
      done,
    };
    this.#parcels.add(parcel);
    for (const [room, version] of rooms) {
      const line = this.#lines.get(room) ?? newLine(version);
      this.#lines.set(room, line);
      line.waiting.push(parcel);
      if (line.retryAt === null) parcel.awaited.add(line);
      this.#pump(room, line, now);
    }
    this.#settle();
    this.#tell(parcel);
  }

  /**
   * It is in the mail no longer: rooms that have yet to be asked again are not
   * to get it, so that no more waits than the mailbox holds.
   */
  forget(mail: number): void {
    for (const line of this.#lines.values()) {
      const at = line.waiting.findIndex(({ kept }) => kept.mail === mail);
      for (const parcel of at < 0 ? [] : line.waiting.splice(at, 1))
        this.#answered(parcel, line, false);
    }
  }

  due(now: number): void {
    for (const [room, line] of this.#lines) {
      if (line.safeAt !== null && line.safeAt <= now)
        line.safeAt = now + SAFETY_MS;
      if (line.retryAt !== null && line.retryAt <= now) {
        line.retryAt = null;
        this.#pump(room, line, now);
      }
    }
  }

  #pump(room: string, line: Line, now: number): void {
    if (line.isFlying || line.retryAt !== null || line.waiting.length === 0)
      return;
    let parcels: Parcel[] = [];
    line.isFlying = true;
    // Of a copy the directory that sent it here takes care meanwhile.
    const isReceived = line.waiting.some(({ kept }) => kept.fromKey !== null);
    line.safeAt = isReceived ? now + SAFETY_MS : null;
    this.#calls.add(
      { kind: "room", name: room },
      // Whatever waits by then.
      () => {
        parcels = line.waiting;
        line.waiting = [];
        const mail = parcels.map(({ kept }) => toMail(kept));
        const epoch = this.#epoch;
        return { type: "deliver", ...this.#whom(), mail, epoch };
      },
      (reply, now) => {
        line.isFlying = false;
        line.safeAt = null;
        if (reply?.type !== "found") {
          this.#failed(line, parcels, now);
          return;
        }
        line.failures = 0;
        if (reply.state === "gone") this.#outcome.gone(room, line.version, now);
        for (const parcel of parcels) {
          parcel.isHad ||= reply.state === "live" && reply.isOpen !== true;
          this.#answered(parcel, line, reply.state === "live");
        }
        if (line.waiting.length === 0) this.#lines.delete(room);
        else this.#pump(room, line, now);
      },
    );
  }

  #answered(parcel: Parcel, line: Line, isLive: boolean): void {
    parcel.open--;
    parcel.isLive ||= isLive;
    parcel.awaited.delete(line);
    if (parcel.open === 0 && parcel.isHad) this.#outcome.had(parcel.kept);
    this.#settle();
    this.#tell(parcel);
  }

  #settle(): void {
    for (const parcel of this.#parcels) {
      if (parcel.open > 0) return;
      this.#parcels.delete(parcel);
      this.#outcome.settled(parcel.kept);
    }
  }

  #failed(line: Line, parcels: Parcel[], now: number): void {
    line.waiting.unshift(...parcels);
    line.retryAt =
      now + Math.min(RETRY_MS * 2 ** line.failures++, RETRY_MAX_MS);
    for (const parcel of line.waiting) {
      parcel.awaited.delete(line);
      this.#tell(parcel);
    }
  }

  #tell(parcel: Parcel): void {
    if (parcel.awaited.size > 0) return;
    parcel.done?.(parcel.isLive);
    parcel.done = null;
  }
}

function newLine(version: number): Line {
  return {
    version,
    waiting: [],
    isFlying: false,
    failures: 0,
    retryAt: null,
    safeAt: null,
  };
}
