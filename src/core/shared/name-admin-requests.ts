// Name admin requests: the operator finds out who has a name, and frees it, with these ops and replies.
import type { AccountKind } from "./account-kind.ts";

/** Rooms in one answer. */
export const HOLDER_ROOMS_MAX = 500;

/** Host to directory: who has the name? */
export interface FindHolder {
  readonly type: "find-holder";
}

/**
 * Host to directory: the holder loses the name, in all rooms. Nobody gets it
 * before each room has answered. A repeat is harmless.
 */
export interface FreeName {
  readonly type: "free-name";
}

export type NameAdminOp = FindHolder | FreeName;

/** Reply to `find-holder`. */
export interface Holder {
  readonly type: "holder";
  /** The public id. */
  readonly user: string;
  /** The name in the spelling of the holder. */
  readonly username: string;
  readonly kind: AccountKind;
  /** When the holder got the name, ms since 1970. */
  readonly since: number;
  /** The rooms in which the holder is, at most `HOLDER_ROOMS_MAX`. */
  readonly rooms: readonly string[];
  /** When the name is free, ms since 1970; absent: the holder is in a room. */
  readonly until?: number;
  /** The name was released, and only its last holder may have it until then. */
  readonly resting?: true;
}
