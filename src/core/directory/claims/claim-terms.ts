// How long a name stays whose it is, and what others are told who want it.
import * as LIMITS from "../../../protocol/limits.ts";
import type { Settings } from "../../../protocol/settings.ts";
import { DAY_MS } from "../../shared/deadline.ts";
import type { Enter, Entered, Refused } from "../../shared/rpc.ts";
import { type Claim, openingSecret } from "./claim.ts";

/** The least that is told to wait where nothing is known, in ms. */
const RETRY_AFTER_MIN_MS = 1000;

/** How long the claim lasts after its holder went, in ms. */
export function claimTtlMs(
  { GUEST_CLAIM_SECONDS, NAME_DAYS }: Settings,
  { status }: Claim,
): number {
  return status.isRegistered || status.rank === "app"
    ? NAME_DAYS * DAY_MS
    : GUEST_CLAIM_SECONDS * 1000;
}

/** What comes with a name that is theirs: by what they hold it, how long. */
export function claimTerms(
  settings: Settings,
  claim: Claim,
  op: Enter,
  now: number,
): Pick<Entered, "identity" | "secretEnds" | "registered"> {
  const { identity, status } = claim;
  const secretEnds = openingSecret(claim, op, now)?.until ?? null;
  return {
    ...(identity !== op.identity && { identity }),
    ...(secretEnds !== null && { secretEnds }),
    ...(status.isRegistered && {
      registered: now + claimTtlMs(settings, claim),
    }),
  };
}

/** A room that they would be in besides as many as they may be. */
export function exceedsRoomLimit({ rooms }: Claim, { room }: Enter): boolean {
  return rooms.size >= LIMITS.roomsPerUserMax && !rooms.has(room);
}

export const TOO_MANY_ROOMS: Refused = {
  type: "refused",
  code: "forbidden",
  message: "You are in too many rooms under this name; leave one.",
  reason: "too_many_rooms",
};

/**
 * The name is somebody else's: for how long is known of a guest who has gone;
 * of one who is here, a while. For other names it is no use to wait.
 */
export function nameTaken(
  settings: Settings,
  claim: Claim,
  now: number,
): Refused {
  const { freeAt, status } = claim;
  const { rank, isRegistered, restsUntil } = status;
  const isLent = rank === "guest" && !isRegistered && (restsUntil ?? 0) <= now;
  const guess = Math.max(claimTtlMs(settings, claim), RETRY_AFTER_MIN_MS);
  return {
    type: "refused",
    code: "username_taken",
    ...(isLent && { retryAfter: freeAt === null ? guess : freeAt - now }),
  };
}
