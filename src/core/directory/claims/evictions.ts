// Telling rooms that somebody lost their name there, until each has heard it: over restarts too.
import type { Calls } from "../../shared/calls.ts";
import { RoomNotifier } from "../room-notifier.ts";
import type { Claim } from "./claim.ts";
import { type Eviction, otherHashes } from "./claim-status.ts";

/** An alarm this much later sees to it that a crash forgets none, in ms. */
const SAFETY_MS = 30_000;

export class Evictions {
  readonly #key: string;
  readonly #notifier: RoomNotifier;
  /** The claim has to be written. */
  readonly #changed: () => void;

  /** @param key of the name */
  constructor(calls: Calls, key: string, changed: () => void) {
    this.#notifier = new RoomNotifier(calls);
    this.#key = key;
    this.#changed = changed;
  }

  /** Everything that a claim has still to tell: a new one, or out of storage. */
  start(claim: Claim): void {
    const key = this.#key;
    for (const eviction of claim.status.evicting) {
      const { room, ...whom } = eviction;
      const { identity } = whom;
      const op = { type: "evict", key, ...whom } as const;
      this.#notifier.send(`evict ${identity}`, room, op, () => {
        const { status } = claim;
        const evicting = status.evicting.filter((one) => one !== eviction);
        claim.status = { ...status, evicting };
        this.#changed();
      });
    }
  }

  due(now: number): void {
    this.#notifier.due(now);
  }

  /** At once, or when each room has been told, or could not be for now. */
  whenAttempted(then: () => void): void {
    this.#notifier.whenAttempted(then);
  }

  /** When something is to be told again, ms since 1970. */
  retryAt({ status }: Claim, now: number): number | null {
    if (status.evicting.length === 0) return null;
    return this.#notifier.retryAt ?? now + SAFETY_MS;
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
