// How long a name stays whose it is, and what others are told who want it.
import type { Settings } from "../protocol/settings.ts";
import type { Claim } from "./claim.ts";
import { DAY_MS } from "./mailbox.ts";
import type { Refused } from "./ops.ts";

/** The least that is told to wait where nothing is known, in ms. */
const WAIT_MS = 1000;

/** How long the claim lasts after its holder went, in ms. */
export function lasts(
  { GUEST_CLAIM_SECONDS, NAME_DAYS }: Settings,
  { standing }: Claim,
): number {
  return standing.rank === "app"
    ? NAME_DAYS * DAY_MS
    : GUEST_CLAIM_SECONDS * 1000;
}

/**
 * The name is somebody else's: for how long is known of a guest who has gone;
 * of one who is here, a while. For other names it is no use to wait.
 */
export function taken(settings: Settings, claim: Claim, now: number): Refused {
  const { freeAt, standing } = claim;
  const guess = Math.max(lasts(settings, claim), WAIT_MS);
  return {
    type: "refused",
    code: "username_taken",
    ...(standing.rank === "guest" && {
      retryAfter: freeAt === null ? guess : freeAt - now,
    }),
  };
}
