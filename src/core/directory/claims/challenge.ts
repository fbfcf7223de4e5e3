// Those who want a name that somebody has: every room that its claim lists is asked about its holder.
import type { Calls } from "../../shared/calls.ts";
import type { Enter, Reply } from "../../shared/rpc.ts";
import { type Claim, otherHashes } from "./claim.ts";

/** Who wants the name, and how they are to be answered. */
export interface Claimant {
  readonly enter: Enter;
  readonly answer: (reply: Reply) => void;
}

export interface ChallengeOutcome {
  /** The room does not have the holder. */
  absent(identity: string, room: string, version: number, now: number): void;
  /** All rooms have answered, or failed: one that failed may have them. */
  answered(claimants: readonly Claimant[], now: number): void;
}

/** One that found somebody holds this long, in ms. */
const CONFIRMED_MS = 1000;

export class Challenge {
  readonly #calls: Calls;
  /** The name's. */
  readonly #key: string;
  readonly #outcome: ChallengeOutcome;
  /** They wait while the rooms are asked. */
  readonly #claimants: Claimant[] = [];
  /** When the holder was found last, ms since 1970. */
  #foundAt = 0;

  constructor(calls: Calls, key: string, findings: ChallengeOutcome) {
    this.#calls = calls;
    this.#key = key;
    this.#outcome = findings;
  }

  /** Has the holder just been found? Not for as long as a clock is set back. */
  isConfirmed(now: number): boolean {
    const since = now - this.#foundAt;
    return since >= 0 && since < CONFIRMED_MS;
  }

  /** Asks the rooms, unless they are being asked for somebody else. */
  challenge(claim: Claim, claimant: Claimant): void {
    this.#claimants.push(claimant);
    if (this.#claimants.length > 1) return;
    const { rooms, identity } = claim;
    let open = rooms.size;
    let isHeld = false;
    for (const [room, version] of rooms)
      this.#calls.add(
        { kind: "room", name: room },
        { type: "challenge", key: this.#key, identity, ...otherHashes(claim) },
        (reply, now) => {
          if (reply?.type === "found" && reply.state === "gone")
            this.#outcome.absent(identity, room, version, now);
          else isHeld = true;
          open--;
          if (open > 0) return;
          if (isHeld) this.#foundAt = now;
          this.#outcome.answered(this.#claimants.splice(0), now);
        },
      );
  }
}
