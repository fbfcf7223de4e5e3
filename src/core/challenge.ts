// Those who want a name that somebody has: every room that its claim lists is asked about its holder.
import type { Calls } from "./calls.ts";
import type { Claim } from "./claim.ts";
import type { Enter, Reply } from "./ops.ts";
import { alsoKnown } from "./standing.ts";

/** Who wants the name, and how they are to be answered. */
export interface Wanter {
  readonly enter: Enter;
  readonly answer: (reply: Reply) => void;
}

export interface Findings {
  /** The room does not have the holder. */
  gone(identity: string, room: string, version: number, now: number): void;
  /** All rooms have answered, or failed: one that failed may have them. */
  all(wanters: readonly Wanter[], now: number): void;
}

/** One that found somebody holds this long, in ms. */
const HOLDS_MS = 1000;

export class Challenge {
  readonly #calls: Calls;
  /** The name's. */
  readonly #key: string;
  readonly #findings: Findings;
  /** They wait while the rooms are asked. */
  readonly #wanters: Wanter[] = [];
  /** When the holder was found last, ms since 1970. */
  #foundAt = 0;

  constructor(calls: Calls, key: string, findings: Findings) {
    this.#calls = calls;
    this.#key = key;
    this.#findings = findings;
  }

  /** Has the holder just been found? Not for as long as a clock is set back. */
  holds(now: number): boolean {
    const since = now - this.#foundAt;
    return since >= 0 && since < HOLDS_MS;
  }

  /** Asks the rooms, unless they are being asked for somebody else. */
  want(claim: Claim, wanter: Wanter): void {
    this.#wanters.push(wanter);
    if (this.#wanters.length > 1) return;
    const { rooms, identity } = claim;
    let open = rooms.size;
    let isHeld = false;
    for (const [room, version] of rooms)
      this.#calls.add(
        { kind: "room", name: room },
        { type: "challenge", key: this.#key, identity, ...alsoKnown(claim) },
        (reply, now) => {
          if (reply?.type === "found" && reply.state === "gone")
            this.#findings.gone(identity, room, version, now);
          else isHeld = true;
          open--;
          if (open > 0) return;
          if (isHeld) this.#foundAt = now;
          this.#findings.all(this.#wanters.splice(0), now);
        },
      );
  }
}
