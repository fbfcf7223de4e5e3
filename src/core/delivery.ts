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
}

const RETRY_MS = 1000;
const RETRY_MAX_MS = 60_000;

export class Delivery {
  readonly #calls: Calls;
  readonly #whom: () => Whom;
  readonly #outcome: Outcome;
  readonly #lines = new Map<string, Line>();

  constructor(calls: Calls, whom: () => Whom, outcome: Outcome) {
    this.#calls = calls;
    this.#whom = whom;
    this.#outcome = outcome;
  }

  /** When a room is to be asked again, ms since 1970. */
  get retryAt(): number | null {
    let next: number | null = null;
    for (const { retryAt } of this.#lines.values())
      if (retryAt !== null && (next === null || retryAt < next)) next = retryAt;
    return next;
  }

  send(
    kept: Kept,
    rooms: ReadonlyMap<string, number>,
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
    for (const [room, version] of rooms) {
      const line = this.#lines.get(room) ?? newLine(version);
      this.#lines.set(room, line);
      line.waiting.push(parcel);
      if (line.retryAt === null) parcel.awaited.add(line);
      this.#pump(room, line);
    }
    this.#tell(parcel);
  }

  due(now: number): void {
    for (const [room, line] of this.#lines)
      if (line.retryAt !== null && line.retryAt <= now) {
        line.retryAt = null;
        this.#pump(room, line);
      }
  }

  #pump(room: string, line: Line): void {
    if (line.isFlying || line.retryAt !== null || line.waiting.length === 0)
      return;
    line.isFlying = true;
    let parcels: Parcel[] = [];
    this.#calls.add(
      { kind: "room", name: room },
      () => {
        parcels = line.waiting;
        line.waiting = [];
        const mail = parcels.map(({ kept }) => toMail(kept));
        return { type: "deliver", ...this.#whom(), mail };
      },
      (reply, now) => {
        line.isFlying = false;
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
        else this.#pump(room, line);
      },
    );
  }

  #answered(parcel: Parcel, line: Line, isLive: boolean): void {
    parcel.open--;
    parcel.isLive ||= isLive;
    parcel.awaited.delete(line);
    if (parcel.open === 0 && parcel.isHad) this.#outcome.had(parcel.kept);
    this.#tell(parcel);
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
  };
}
