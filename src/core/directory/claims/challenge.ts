// Challenge: when another user asks for a name, the directory asks each room of its claim whether the holder is there.
import type { Calls } from "../../shared/calls.ts";
import type { Enter } from "../../shared/directory-requests.ts";
import type { Reply } from "../../shared/rpc.ts";
import { type Claim, otherHashes } from "./claim.ts";

/** A user who asks for the name, with the callback for the answer. */
export interface Claimant {
  readonly op: Enter;
  readonly answer: (reply: Reply) => void;
}

export interface ChallengeOutcome {
  /** The holder is not in the room. */
  absent(identity: string, room: string, version: number, now: number): void;
  /**
   * All calls are answered or failed; the holder may be in a room that failed.
   */
  answered(claimants: readonly Claimant[], now: number): void;
}

/** A challenge that found the holder is valid for so long, in ms. */
const CONFIRMED_MS = 1000;

export class Challenge {
  readonly #calls: Calls;
  /** The key of the name. */
  readonly #key: string;
  readonly #outcome: ChallengeOutcome;
  /** The claimants that wait while the rooms are asked. */
  readonly #claimants: Claimant[] = [];
  /** When a challenge last found the holder, ms since 1970. */
  #foundAt = 0;

  constructor(calls: Calls, key: string, outcome: ChallengeOutcome) {
    this.#calls = calls;
    this.#key = key;
    this.#outcome = outcome;
  }

  /** Was the holder found just now? No after the clock was set back. */
  isConfirmed(now: number): boolean {
    const since = now - this.#foundAt;
    return since >= 0 && since < CONFIRMED_MS;
  }

  /** Asks the rooms, unless they are asked already for another claimant. */
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
