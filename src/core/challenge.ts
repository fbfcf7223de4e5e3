// Asking every room that a claim lists whether its holder is there.
import type { Calls } from "./calls.ts";
import type { Claim } from "./claim.ts";
import { alsoKnown } from "./standing.ts";

export interface Findings {
  /** The room does not have them. */
  gone(room: string, version: number, now: number): void;
  /** All have answered, or failed; a room that failed may have them. */
  all(isHeld: boolean, now: number): void;
}

export function challenge(
  calls: Calls,
  key: string,
  claim: Claim,
  findings: Findings,
): void {
  const { rooms, identity } = claim;
  let open = rooms.size;
  let isHeld = false;
  for (const [room, version] of rooms)
    calls.add(
      { kind: "room", name: room },
      { type: "challenge", key, identity, ...alsoKnown(claim) },
      (reply, now) => {
        if (reply?.type === "found" && reply.state === "gone")
          findings.gone(room, version, now);
        else isHeld = true;
        open--;
        if (open === 0) findings.all(isHeld, now);
      },
    );
}
