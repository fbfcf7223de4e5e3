// Telling rooms that somebody lost their name there, until each has heard it: over restarts too.
import type { Calls } from "./calls.ts";
import type { Claim } from "./claim.ts";
import { Errands } from "./errands.ts";
import { alsoKnown, type Eviction } from "./standing.ts";

/** An alarm this much later sees to it that a crash forgets none, in ms. */
const SAFETY_MS = 30_000;

export class Evictions {
  readonly #key: string;
  readonly #errands: Errands;
  /** The claim has to be written. */
  readonly #changed: () => void;

  /** @param key of the name */
  constructor(calls: Calls, key: string, changed: () => void) {
    this.#errands = new Errands(calls);
    this.#key = key;
    this.#changed = changed;
  }

  /** Everything that a claim has still to tell: a new one, or out of storage. */
  start(claim: Claim): void {
    const key = this.#key;
    for (const eviction of claim.standing.evicting) {
      const { room, ...whom } = eviction;
      const { identity } = whom;
      const op = { type: "evict", key, ...whom } as const;
      this.#errands.send(`evict ${identity}`, room, op, () => {
        const { standing } = claim;
        const evicting = standing.evicting.filter((one) => one !== eviction);
        claim.standing = { ...standing, evicting };
        this.#changed();
      });
    }
  }

  due(now: number): void {
    this.#errands.due(now);
  }

  /** At once, or when each room has been told, or could not be for now. */
  whenTried(then: () => void): void {
    this.#errands.whenTried(then);
  }

  /** When something is to be told again, ms since 1970. */
  retryAt({ standing }: Claim, now: number): number | null {
    if (standing.evicting.length === 0) return null;
    return this.#errands.retryAt ?? now + SAFETY_MS;
  }
}

/** What the rooms of a claim that lost the name have to hear. */
export function evictionsOf(claim: Claim): Eviction[] {
  const { rooms, identity, standing } = claim;
  const own = [...rooms].map(([room, version]) => ({
    room,
    identity,
    ...alsoKnown(claim),
    version,
  }));
  return [...standing.evicting, ...own];
}
