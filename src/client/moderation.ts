// Moderation: defines the types of what a moderator does in a room, and of what the room allows this user.
import type { AccessLevel } from "../protocol/access-levels.ts";
import type { Role } from "../protocol/roles.ts";

/**
 * A user, by `user` or `username`. With both, `user` decides, and `username` is
 * the name shown in the block list.
 */
export interface UserRef {
  /** The public id, as in their messages. */
  readonly user?: string;
  readonly username?: string;
}

/** The fields that an act on a user has, and one on the room. */
interface Act {
  /** For everybody to see: at most 250 characters. */
  readonly reason?: string | undefined;
  /**
   * 1 to 64 printable ASCII characters, another one for each act: the same
   * again does nothing. Default: 32 random characters.
   */
  readonly id?: string | undefined;
}
type ActOnUser = Act & UserRef;

/**
 * An act of moderation, as in the frame `moderate`. One on a user names them by
 * `user` or `username`.
 */
export type Moderation =
  /** `kick` is a ban of a minute. */
  | (ActOnUser & { readonly action: "kick" | "unban" | "unmute" })
  | (ActOnUser & {
      readonly action: "ban" | "mute";
      /** Seconds; absent: it has no end. */
      readonly for?: number | undefined;
    })
  | (ActOnUser & {
      /** Deletes what the user said, for good. */
      readonly action: "purge";
      /** So many seconds until now. */
      readonly for: number;
    })
  /** Of a user with a registered name, by an owner. */
  | (ActOnUser & { readonly action: "role"; readonly role: Role | "none" })
  /** Of a user with a registered name. */
  | (ActOnUser & { readonly action: "member" | "unmember" })
  | (Act & { readonly action: "lock" | "unlock" })
  /** By an owner. */
  | (Act & { readonly action: "access"; readonly access: AccessLevel })
  | (Act & {
      readonly action: "invite";
      /** Random: 22 to 128 letters, digits, `_` or `-`. The event hides it. */
      readonly code: string;
      /** Users who may come by it. Default 1. */
      readonly uses?: number | undefined;
      /** Seconds. Default a week. */
      readonly for?: number | undefined;
    })
  | (Act & {
      readonly action: "uninvite";
      /** Absent: all invitations. */
      readonly code?: string | undefined;
    })
  | (Act & {
      readonly action: "slow";
      /** Between two messages of one user, 0 to 21,600; 0: no limit. */
      readonly seconds: number;
    })
  /** As `setTopic`. */
  | {
      readonly action: "topic";
      readonly text: string;
      readonly id?: string | undefined;
    };

/** An act, or a report, is done. */
export interface ActReceipt {
  readonly type: "ack";
  readonly id?: string;
  /** Of the event that tells it. */
  readonly seq?: number;
  readonly at: number;
  /** It was done before, under the same id. */
  readonly duplicate?: true;
}

/** This user reads, and cannot speak. */
export interface Mute {
  /** When it ends, in ms since 1970; absent: it has no end. */
  readonly until?: number;
}

/**
 * - `speak`: to write, edit and react
 * - `pin`, `delete`: for `delete` name the author, or the message
 * - the actions of `moderate`
 */
export type PermittedAction = "speak" | "pin" | "delete" | Moderation["action"];

/** What the room allows this user now, as far as the client knows. */
export interface Permissions {
  /**
   * @param target a member or a message, for an action on a user; absent: may
   * there be any
   * @returns false if the server would refuse it
   */
  can(action: PermittedAction, target?: UserRef): boolean;
}
