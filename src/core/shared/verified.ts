// Verified: a token of the app, once it is checked, says who its user is, and which rooms and scopes it opens.
import type { Role } from "../../protocol/roles.ts";

/** Reply to `verify`: what a token says that the app has signed. */
export interface Verified {
  readonly type: "verified";
  readonly issuer: string;
  readonly subject: string;
  /** The app's name for the user, which is not yet a user name. */
  readonly username: string;
  /** Patterns of the rooms that the token opens; null: all. */
  readonly rooms: readonly string[] | null;
  /** When the token expires, ms since 1970; null: never. */
  readonly expires: number | null;
  /** Patterns of rooms, with the role that the token gives there. */
  readonly roles?: readonly { readonly rooms: string; readonly role: Role }[];
  /** Words of the claim `scope`; absent: none. */
  readonly scopes?: readonly string[];
  /** JSON that the app gives its user, not checked; absent or null: none. */
  readonly data?: unknown;
}
