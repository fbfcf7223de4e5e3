// Name admin: a directory tells the operator who has the name, and ends the claim once all rooms have closed the holder.
import { publicId } from "../shared/identity.ts";
import {
  HOLDER_ROOMS_MAX,
  type Holder,
} from "../shared/name-admin-requests.ts";
import type { Refused } from "../shared/refusal.ts";
import type { Done } from "../shared/rpc.ts";
import type { ClaimLifecycle } from "./claims/claim-lifecycle.ts";
import { type Evictions, evictionsOf } from "./claims/evictions.ts";

const FREE: Refused = { type: "refused", code: "no_such_user" };
/** The evictions go on by themselves. */
const WAIT: Refused = {
  ...{ type: "refused", code: "unavailable", retryAfter: 1000 },
};

/** @returns the holder, or the last one while the name rests */
export function findHolder({ held, claim }: ClaimLifecycle): Holder | Refused {
  if (held === null) return FREE;
  const { rank, isRegistered, movedBy } = held.status;
  return {
    ...{ type: "holder", user: publicId(held.identity) },
    ...{ username: held.username, kind: isRegistered ? "registered" : rank },
    ...{ since: held.epoch - movedBy, rooms: roomsOf(held.rooms) },
    ...(held.expiresAt !== null && { until: held.expiresAt }),
    ...(claim === null && { resting: true }),
  };
}

function roomsOf(rooms: ReadonlyMap<string, number>): string[] {
  return [...rooms.keys()].sort().slice(0, HOLDER_ROOMS_MAX);
}

export interface NameFreeing {
  readonly claims: ClaimLifecycle;
  readonly evictions: Evictions;
  /** A text has gone: see `Effects.hasErased`. */
  erased(): void;
}

/**
 * Ends the claim with its mail and its block list.
 *
 * @param answer is called once: `done`, or `unavailable` if a room has not answered
 */
export function freeName(
  { claims, evictions, erased }: NameFreeing,
  now: number,
  answer: (reply: Done | Refused) => void,
): void {
  const { claim, held } = claims;
  if (held === null) {
    answer(FREE);
    return;
  }
  const end = () => {
    claims.drop();
    erased();
    answer({ type: "done" });
  };
  const evicting = claim === null ? [] : evictionsOf(claim);
  if (claim === null || evicting.length === 0) {
    end();
    return;
  }
  claim.status = { ...claim.status, evicting };
  claims.changed();
  evictions.start(claim, now);
  evictions.whenAttempted(() => {
    if (claims.claim !== claim) answer(claims.held === null ? FREE : WAIT);
    else if (claim.status.evicting.length > 0) answer(WAIT);
    else end();
  });
}
