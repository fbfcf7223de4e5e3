// Telling rooms that somebody lost their name there, until each has heard it: over restarts too.
import type { Calls } from "../../shared/calls.ts";
import type { Schedule } from "../../shared/schedule.ts";
import { RoomNotifier } from "../room-notifier.ts";
import { type Claim, otherHashes } from "./claim.ts";
import type { Eviction } from "./claim-status.ts";

/** Each room hears it in the end: without that two people share the name there. */
const POLICY = {
  attemptsMax: Number.POSITIVE_INFINITY,
  retryDelayMs: 1000,
  retryDelayMaxMs: 60_000,
  safetyMs: 30_000,
};

export class Evictions {
  readonly #key: string;
  readonly #notifier: RoomNotifier;
  /** The claim has to be written. */
  readonly #changed: () => void;

  /** @param key of the name */
  constructor(
    calls: Calls,
    schedule: Schedule,
    key: string,
    changed: () => void,
  ) {
    const policy = POLICY;
    const name = "evictions";
    this.#notifier = new RoomNotifier({ calls, schedule, name, policy });
    this.#key = key;
    this.#changed = changed;
  }

  /** The claim has ended: rooms that have not heard it are not told again. */
  clear(): void {
    this.#notifier.clear();
  }

  /** Everything that a claim has still to tell: a new one, or out of storage. */
  start(claim: Claim, now: number): void {
    const key = this.#key;
    for (const eviction of claim.status.evicting) {
      const { room, ...whom } = eviction;
      const { identity } = whom;
      const op = { type: "evict", key, ...whom } as const;
      this.#notifier.send(`evict ${identity}`, room, op, now, () => {
        const { status } = claim;
        const evicting = status.evicting.filter((one) => one !== eviction);
        claim.status = { ...status, evicting };
        this.#changed();
      });
    }
  }

  /** At once, or when each room has been told, or could not be for now. */
  whenAttempted(then: () => void): void {
    this.#notifier.whenAttempted(then);
  }
}

/** What the rooms of a claim that lost the name have to hear. */
export function evictionsOf(claim: Claim): Eviction[] {
  const { rooms, identity, status } = claim;
  const own = [...rooms].map(([room, version]) => ({
    room,
    identity,
    ...otherHashes(claim),
    version,
  }));
  return [...status.evicting, ...own];
}
