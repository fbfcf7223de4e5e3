// Erase requests: a user is erased everywhere by these ops and replies, between the host, the service of erasures, rooms and directories.

/** The service object that erases users, and remembers whom it has erased. */
export const ERASURES = "erasures";

/** Stands in the place of an erased user's name. */
export const ERASED_NAME = "erased";

/**
 * Stands in the place of an erased user's public id, and has its form. No hash
 * begins so.
 */
export const ERASED_ID = "erased__________";

/** Erased users in one answer. */
export const ERASED_PAGE_MAX = 5000;

/** Service to room: nothing of this user is to be left. A repeat is harmless. */
export interface EraseInRoom {
  readonly type: "erase-in-room";
  /** The public id. */
  readonly user: string;
  /**
   * The room has answered that it is still at it. Absent: it begins anew, since the
   * user may have been there again.
   */
  readonly isAgain?: true;
  /** The service has stored the names of the last answer: the room forgets them. */
  readonly isConfirmed?: true;
}

/** Reply to `erase-in-room`. */
export interface ErasedInRoom {
  readonly type: "erased-in-room";
  /** false: the room is still at it, by itself; ask again. */
  readonly isDone: boolean;
  /** Keys of the names that the user had here. */
  readonly keys: readonly string[];
  /** Keys of names that may have got something from the user: mentions. */
  readonly addressees: readonly string[];
  /** The room waits for `isConfirmed`. */
  readonly isOpen?: true;
}

/**
 * Service to directory: the claim of this user ends, with all that belongs to it.
 * It is closed everywhere at the first call. At the next one it ends, if `head`
 * is that of the answer: so no letter is missed.
 */
export interface EraseHolder {
  readonly type: "erase-holder";
  readonly user: string;
  readonly head?: number;
  readonly epoch?: number;
}

/** Reply to `erase-holder`. */
export interface ErasedHolder {
  readonly type: "erased-holder";
  /** The user had the name, or still has it. */
  readonly wasHeld: boolean;
  /** false: call again with `head` and `epoch`. */
  readonly isDone: boolean;
  readonly head: number;
  readonly epoch: number;
  /**
   * From then on the user does not have the name, ms since 1970. Absent: not done, or
   * the directory is older.
   */
  readonly end?: number;
  /** Keys of the names with which the user has exchanged letters. */
  readonly addressees: readonly string[];
}

/**
 * Service to directory: the owner keeps no letter and no mention by this user, and
 * no name. A repeat changes nothing.
 */
export interface EraseLetters {
  readonly type: "erase-letters";
  readonly user: string;
  /** Keys of names of the user: letters to them name nobody. */
  readonly keys: readonly string[];
  /**
   * When the user ceased to have some of these names, ms since 1970: later letters to
   * them are to somebody else.
   */
  readonly ends?: readonly (readonly [key: string, end: number])[];
}

/** Host to service: a user is to be erased. A repeat begins a new visit of all rooms. */
export interface StartErasure {
  readonly type: "start-erasure";
  readonly user: string;
  /** The key of a name of the user, if it is known. */
  readonly key?: string;
}

/** Host to service: how far is it? */
export interface ReadErasure {
  readonly type: "read-erasure";
  readonly user: string;
}

/** Host to service: whom has it erased? */
export interface ListErased {
  readonly type: "erased-users";
  /** Only hashes after this one; empty: all. */
  readonly after: string;
}

export type ErasureOp = StartErasure | ReadErasure | ListErased;

/** Reply to `start-erasure` and `read-erasure`. */
export interface ErasureState {
  readonly type: "erasure";
  /** `incomplete`: it was given up, with rooms or names that never answered. */
  readonly state: "running" | "done" | "incomplete";
  /** Ms since 1970. */
  readonly begun: number;
  readonly ended?: number;
  /** Rooms that have answered that nothing is left. */
  readonly rooms: number;
  /** Names of the registry that have; an older release asks none, and omits it. */
  readonly names?: number;
  /** Rooms that have not answered, at most 100 of them, and how many there are. */
  readonly unanswered: readonly string[];
  readonly unansweredRooms: number;
  /** Names that have not answered. */
  readonly unansweredNames: number;
}

/** Reply to `erased-users`. */
export interface ErasedUsers {
  readonly type: "erased-users";
  /** By hash: nothing from before `at`, ms since 1970, is to come back. */
  readonly users: readonly { readonly hash: string; readonly at: number }[];
  readonly more: boolean;
}

/** @returns the form in which an erased user is remembered, without the id */
export function erasedHash(
  platform: { hash(text: string): string },
  user: string,
): string {
  return platform.hash(`erased ${user}`);
}

const HIDDEN = "erased:";

/** @returns the id that others may see */
export function visibleUser(user: string): string {
  return isHidden(user) ? ERASED_ID : user;
}

export function isHidden(user: string): boolean {
  return user.startsWith(HIDDEN);
}

/** Stands for an erased user where something has to hold on, such as a ban. */
export function hiddenUser(
  platform: { hash(text: string): string },
  user: string,
): string {
  return `${HIDDEN}${erasedHash(platform, user)}`;
}
