// Asking every room that a claim lists whether its holder is there.
import type { Calls } from "./calls.ts";
import type { Claim } from "./claim.ts";

export interface Findings {
  /** The room does not have them. */
  gone(room: string, version: number, now: number): void;
  /** All have answered, or failed; a room that failed may have them. */
  all(isHeld: boolean, now: number): void;
}

export function challenge(
  calls: Calls,
  key: string,
  { rooms, identity }: Claim,
  findings: Findings,
): void {
  let open = rooms.size;
  let isHeld = false;
  for (const [room, version] of rooms)
    calls.add(
      { kind: "room", name: room },
      { type: "challenge", key, identity },
      (reply, now) => {
        if (reply?.type === "found" && reply.state === "gone")
          findings.gone(room, version, now);
        else isHeld = true;
        open--;
        if (open === 0) findings.all(isHeld, now);
      },
    );
}
