// Evictions: a directory tells rooms that a user has lost the name, and retries until each room has answered, also after a restart.
import type { Calls } from "../../shared/calls.ts";
import type { Schedule } from "../../shared/schedule.ts";
import { RoomNotifier } from "../room-notifier.ts";
import { type Claim, otherHashes } from "./claim.ts";
import type { Eviction } from "./claim-status.ts";

/** It is never given up: else two users would have the same name in a room. */
const POLICY = {
  attemptsMax: Number.POSITIVE_INFINITY,
  retryDelayMs: 1000,
  retryDelayMaxMs: 60_000,
  safetyMs: 30_000,
};

export class Evictions {
  readonly #key: string;
  readonly #notifier: RoomNotifier;
  /** The claim must be written. */
  readonly #changed: () => void;

  /** @param key the key of the name */
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

  /** The claim has ended: no eviction is retried. */
  clear(): void {
    this.#notifier.clear();
  }

  /** Sends all evictions of a claim that is new, or was loaded from storage. */
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

  /**
   * Calls back once each room has answered, or its first attempt has failed.
   */
  whenAttempted(then: () => void): void {
    this.#notifier.whenAttempted(then);
  }
}

/** @returns the evictions of a claim whose name another user gets */
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
