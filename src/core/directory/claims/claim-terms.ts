// Claim terms: the settings say how long a claim lasts, and a user who asks for the name is told when to retry.
import * as LIMITS from "../../../protocol/limits.ts";
import type { Settings } from "../../../protocol/settings.ts";
import { DAY_MS } from "../../shared/deadline.ts";
import type { Enter, Entered } from "../../shared/directory-requests.ts";
import type { Refused } from "../../shared/rpc.ts";
import { type Claim, openingSecret } from "./claim.ts";

/**
 * The shortest delay that a user is told where the end of the claim is unknown.
 */
const RETRY_AFTER_MIN_MS = 1000;

/**
 * @returns how long the claim lasts after its holder has left all rooms, in ms
 */
export function claimTtlMs(
  { GUEST_CLAIM_SECONDS, NAME_DAYS }: Settings,
  { status }: Claim,
): number {
  return status.isRegistered || status.rank === "app"
    ? NAME_DAYS * DAY_MS
    : GUEST_CLAIM_SECONDS * 1000;
}

/** @returns the facts about the claim that its holder is told */
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

/** Would the holder be in more rooms than a user may be? */
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
 * Another user has the name. If it is a guest's, the refusal says when to retry:
 * at the end of the claim, or after a while if the guest is still here.
 */
export function nameTaken(
  settings: Settings,
  claim: Claim,
  now: number,
): Refused {
  const { expiresAt, status } = claim;
  const { rank, isRegistered, restsUntil } = status;
  const isGuests =
    rank === "guest" && !isRegistered && (restsUntil ?? 0) <= now;
  const delay = Math.max(claimTtlMs(settings, claim), RETRY_AFTER_MIN_MS);
  return {
    type: "refused",
    code: "username_taken",
    ...(isGuests && {
      retryAfter: expiresAt === null ? delay : expiresAt - now,
    }),
  };
}
