// Post refusal: refuses a private message from a blocked user, and one that is not for the holder of the name.

import type { Post } from "../../shared/directory-requests.ts";
import { publicId } from "../../shared/identity.ts";
import type { Refused } from "../../shared/rpc.ts";
import type { Claim } from "../claims/claim.ts";

/** A blocked sender gets the same answer as where nobody has the name. */
export const NO_SUCH_USER: Refused = { type: "refused", code: "no_such_user" };

/**
 * @param isBlocked tells whether the holder blocks a public id
 * @returns true if the message must not reach the mailbox
 */
export function isPostRefused(
  post: Post,
  claim: Claim,
  isBlocked: (user: string) => boolean,
  now: number,
): boolean {
  const sender = publicId(post.letter.identity);
  return isBlocked(sender) || !isAddressedTo(post, claim, now);
}

/**
 * Is the message for the holder of this claim? A late call may come when another
 * user has the name: a message from before the claim was for the holder of that
 * time. After a clock was set back that cannot be known, and it is accepted.
 */
function isAddressedTo(post: Post, claim: Claim, now: number): boolean {
  const { letter, toUser, toEpoch } = post;
  const { identity, epoch } = claim;
  if (toUser !== undefined && toUser !== publicId(identity)) return false;
  if (toEpoch !== undefined) return toEpoch === epoch;
  return letter.at >= epoch || now < epoch;
}
