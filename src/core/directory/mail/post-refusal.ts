// Post refusal: refuses a private message from a blocked user, and one that is not for the holder of the name.
import { publicId } from "../../shared/identity.ts";
import type { Post, Refused } from "../../shared/rpc.ts";
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
 * Is it for the holder of this claim? A call may come late, when the name is
 * another's: what was written before the claim began was for whoever had it
 * then. By a clock that was set back since then, that cannot be told.
 */
function isAddressedTo(post: Post, claim: Claim, now: number): boolean {
  const { letter, toUser, toEpoch } = post;
  const { identity, epoch } = claim;
  if (toUser !== undefined && toUser !== publicId(identity)) return false;
  if (toEpoch !== undefined) return toEpoch === epoch;
  return letter.at >= epoch || now < epoch;
}
