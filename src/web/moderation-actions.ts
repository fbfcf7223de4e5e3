// Moderation actions: decides what a moderator may do to a user, so that no button is offered that cannot work.
import type { Role } from "../protocol/roles.ts";
import { nameKey } from "./name-key.ts";

export type PersonAction =
  | "mute"
  | "unmute"
  | "kick"
  | "ban"
  | "unban"
  | "purge"
  | "member"
  | "unmember"
  | "promote"
  | "demote";

/** A user of a room, as a click on the name tells. */
export interface NamedPerson {
  readonly name: string;
  /** The public id, if known. */
  readonly user?: string | undefined;
}

/** In seconds; null: no end. The first one is chosen at first. */
export const DURATIONS: {
  readonly [Action in PersonAction]?: readonly (number | null)[];
} = {
  mute: [600, 3600, 86_400],
  ban: [3600, 86_400, 604_800, null],
};

/** The part of the talk that a purge deletes, in seconds. */
export const PURGE_SECONDS = 3600;

/** The choices of slow mode; 0: off. */
export const SLOW_SECONDS: readonly number[] = [0, 5, 30, 300];

/** The choices of an invitation: how many users come by it, and how long. */
export const INVITE_USES: readonly number[] = [1, 10, 100];
export const INVITE_SECONDS: readonly number[] = [3600, 86_400, 604_800];

/** These take a reason. */
const WITH_REASON: readonly PersonAction[] = ["mute", "kick", "ban", "purge"];

export function takesReason(action: PersonAction): boolean {
  return WITH_REASON.includes(action);
}

/** A user, as the page knows them. */
export interface ModeratedPerson {
  readonly role: Role | null;
  readonly isBanned: boolean;
  readonly isMuted: boolean;
  /** Of a room for members alone; null: it is no such room, or has a role. */
  readonly isMember: boolean | null;
}

/**
 * In the order in which they are offered.
 *
 * @param can what the room allows on this user
 */
export function personActions(
  can: (action: "mute" | "ban" | "role" | "member") => boolean,
  { role, isBanned, isMuted, isMember }: ModeratedPerson,
): PersonAction[] {
  const all: PersonAction[] = [];
  if (can("mute")) all.push(isMuted ? "unmute" : "mute");
  if (can("ban")) all.push(...(isBanned ? UNBAN : BAN));
  if (can("ban")) all.push("purge");
  if (isMember !== null && can("member"))
    all.push(isMember ? "unmember" : "member");
  if (can("role") && !isBanned) all.push(role === null ? "promote" : "demote");
  return all;
}

const BAN: readonly PersonAction[] = ["kick", "ban"];
const UNBAN: readonly PersonAction[] = ["unban"];

/** An act, or another change of the room. */
interface PastAct {
  readonly action?: string;
  readonly target?:
    | { readonly user: string; readonly username: string }
    | undefined;
  readonly until?: number | undefined;
}

/**
 * True if the newest of these acts on the user is in force.
 *
 * @param acts oldest first
 * @param action `ban` or `mute`; the other one lifts it
 */
export function isInForce(
  acts: readonly PastAct[],
  { name, user }: NamedPerson,
  action: "ban" | "mute",
  now: number,
): boolean {
  const key = nameKey(name);
  const last = acts.findLast(
    ({ target, action: past = "" }) =>
      [action, `un${action}`].includes(past) &&
      (user === undefined
        ? nameKey(target?.username ?? "") === key
        : target?.user === user),
  );
  return last?.action === action && (last.until ?? now + 1) > now;
}
