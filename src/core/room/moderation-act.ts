// Moderation act: an act that a moderator may do is planned first: its event, its rows, and the closes that follow.
import type { CloseName } from "../../protocol/errors.ts";
import type { EventContent } from "../../protocol/events.ts";
import { rankOf } from "../../protocol/roles.ts";
import type { Refusal } from "../shared/refusal.ts";
import type { Author } from "./author.ts";
import type { Member } from "./connection.ts";
import type { FirstAck } from "./dedupe.ts";

/** The app acts with a rank above all roles. */
export const APP_RANK = rankOf("owner") + 1;

/** A user who moderates, or the app. */
export interface Moderator extends Author {
  /** The rank of the role, or that of the app. */
  readonly rank: number;
}

/** The fields of the event that an act is told by. */
export type Told = Omit<
  EventContent<"moderated">,
  "type" | "action" | "reason"
>;

export interface Closes {
  readonly members: readonly Member[];
  readonly as: CloseName;
}

/** The consequences of an act that is allowed. */
export interface Act {
  readonly told: Told;
  /** Writes the room's tables. */
  store(): void;
  /** Erases messages. @returns further fields of the event */
  erase?(): Told;
  /** How the connections of a user close, once all is written. */
  readonly closes?: Closes;
  /** Users who may have lost the right to be in the room. */
  readonly rechecks?: readonly Member[];
  /** A text for the moderator's own connection alone. */
  readonly reply?: string;
  /**
   * The event that has done this before. It answers an act that has no connection,
   * which may be a repeat.
   */
  before?(): FirstAck;
}

export const FORBIDDEN: Refusal = { code: "forbidden" };
export const HIGHER: Refusal = {
  code: "forbidden",
  message: "This user's role is as high as yours, or higher.",
};
export const FULL: Refusal = {
  code: "forbidden",
  message: "This room has too many of them; lift some.",
};
