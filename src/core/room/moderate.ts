// Moderate: a moderator kicks, bans or mutes a user, lifts that, gives a role, or sets the topic; the log tells everybody.
import type { ModerateFrame } from "../../protocol/client-frames.ts";
import { encodeJson } from "../../protocol/codec.ts";
import type { CloseName } from "../../protocol/errors.ts";
import type { EventContent } from "../../protocol/events.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { type Role, rankOf } from "../../protocol/roles.ts";
import type { Refusal } from "../shared/refusal.ts";
import { append } from "./append.ts";
import type { Author } from "./author.ts";
import type { Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import type { FirstAck } from "./dedupe.ts";
import { revokeName } from "./leave.ts";
import { findTarget, type LookUp, type Target } from "./moderation-target.ts";
import { holderOf } from "./permission.ts";
import type { RestrictionKind } from "./restrictions.ts";
import { setTopic } from "./topic.ts";

/** The app acts with a rank above all roles. */
export const APP_RANK = rankOf("owner") + 1;

/** A user who moderates, or the app. */
export interface Moderator extends Author {
  /** The rank of the role, or that of the app. */
  readonly rank: number;
}

export type ModerationResult =
  | { readonly ok: true; readonly ack: FirstAck }
  | { readonly ok: false; readonly refusal: Refusal };

/** The fields of the event that an act is told by. */
type Told = Omit<EventContent<"moderated">, "type" | "action" | "reason">;

/** An act on a user. */
type UserFrame = Exclude<
  ModerateFrame,
  { action: "slow" | "lock" | "unlock" | "topic" }
>;

interface Closes {
  readonly members: readonly Member[];
  readonly as: CloseName;
}

/** The consequences of an act that is allowed. */
interface Act {
  readonly told: Told;
  /** Writes the room's tables. */
  store(): void;
  /** Erases messages. @returns further fields of the event */
  erase?(): Told;
  /** How the connections of a user close, once all is written. */
  readonly closes?: Closes;
}

/** A user who is banned may be away, and never have written anything. */
const LOOK_UPS: { readonly [Action in UserFrame["action"]]: LookUp } = {
  kick: { first: "members", kind: "ban" },
  ban: { first: "members", kind: "ban" },
  unban: { first: "restricted", kind: "ban" },
  mute: { first: "members", kind: "mute" },
  unmute: { first: "restricted", kind: "mute" },
  purge: { first: "members", kind: "ban" },
  role: { first: "members", kind: null },
};

const FORBIDDEN: Refusal = { code: "forbidden" };
const HIGHER: Refusal = {
  code: "forbidden",
  message: "This user's role is as high as yours, or higher.",
};
const MADE_HIGHER: Refusal = {
  code: "forbidden",
  message: "A user with a higher role than yours has done this.",
};
const FULL: Refusal = {
  code: "forbidden",
  message: "This room has too many of them; lift some.",
};
const BUSY: Refusal = {
  code: "rate_limited",
  message: "Other messages are still being deleted.",
  retryAfter: 1000,
};
const NOT_REGISTERED: Refusal = {
  code: "forbidden",
  message: "Only a user with a registered name can have a role.",
};

/**
 * Acts in the name of a moderator. The events that wait are written first. Then
 * tables, the event and closes follow in this event of the room.
 */
export function moderate(
  context: RoomContext,
  moderator: Moderator,
  frame: ModerateFrame,
  now: number,
): ModerationResult {
  if (moderator.rank < rankOf("moderator")) return refused(FORBIDDEN);
  if (frame.action === "topic") return setTopic(context, moderator, frame, now);
  const { action, reason, id } = frame;
  const plan = planOf(context, moderator, frame, now);
  if ("code" in plan) return refused(plan);
  context.flush(now);
  plan.store();
  const erased = plan.erase?.();
  const ack = append(
    context,
    // The moderator gets the event, too: only the room knows its end.
    { ...moderator, via: null },
    {
      ...{ type: "moderated", action, ...plan.told, ...erased },
      ...(reason !== undefined && { reason }),
    },
    id,
    now,
  );
  if (moderator.via !== null)
    context.broadcastQueue.direct(
      moderator.via,
      encodeJson({ type: "ack", ...(id !== undefined && { id }), ...ack }),
    );
  context.flush(now);
  if (plan.closes !== undefined) closeAll(context, plan.closes, plan.told, now);
  return { ok: true, ack };
}

function planOf(
  context: RoomContext,
  moderator: Moderator,
  frame: Exclude<ModerateFrame, { action: "topic" }>,
  now: number,
): Act | Refusal {
  const { policy, slowMode } = context.moderation;
  switch (frame.action) {
    case "slow": {
      const { seconds } = frame;
      const store = () => {
        policy.change({ slow: seconds });
        slowMode.forget();
      };
      return { told: { seconds }, store };
    }
    case "lock":
    case "unlock": {
      const isLocked = frame.action === "lock";
      return { told: {}, store: () => policy.change({ isLocked }) };
    }
    default:
      return planOnUser(context, moderator, frame, now);
  }
}

function planOnUser(
  context: RoomContext,
  moderator: Moderator,
  frame: UserFrame,
  now: number,
): Act | Refusal {
  const target = findTarget(context, frame, LOOK_UPS[frame.action], now);
  if (target === null) return { code: "no_such_user" };
  if (moderator.rank <= rankOf(target.role)) return HIGHER;
  const plan = planOnTarget(context, moderator, frame, target, now);
  if ("code" in plan) return plan;
  const { user, username } = target;
  return { ...plan, told: { target: { user, username }, ...plan.told } };
}

function planOnTarget(
  context: RoomContext,
  moderator: Moderator,
  frame: UserFrame,
  target: Target,
  now: number,
): Act | Refusal {
  switch (frame.action) {
    case "kick":
      return restrict(context, moderator, target, "ban", {
        seconds: LIMITS.kickSeconds,
        as: "kicked",
        now,
      });
    case "ban":
      return restrict(context, moderator, target, "ban", {
        ...(frame.for !== undefined && { seconds: frame.for }),
        as: "banned",
        now,
      });
    case "mute":
      return restrict(context, moderator, target, "mute", {
        ...(frame.for !== undefined && { seconds: frame.for }),
        now,
      });
    case "unban":
      return lift(context, moderator, target, "ban", now);
    case "unmute":
      return lift(context, moderator, target, "mute", now);
    case "purge":
      return purge(context, target, frame.for, now);
    case "role":
      return giveRole(context, moderator, target, frame.role);
    default:
      return frame satisfies never;
  }
}

function restrict(
  { moderation: { restrictions, time } }: RoomContext,
  { rank }: Moderator,
  { user, key, username, members }: Target,
  kind: RestrictionKind,
  { seconds, as, now }: { seconds?: number; as?: CloseName; now: number },
): Act | Refusal {
  const old = restrictions.find(kind, user, now);
  const asked = seconds === undefined ? null : time.at(now) + seconds * 1000;
  const isKick = as === "kicked";
  // A kick ends no longer ban, and nobody cuts one of a higher user short.
  const isLonger = old !== undefined && (old.until ?? Infinity) >= (asked ?? 0);
  if (old === undefined && !restrictions.hasPlace) return FULL;
  if (old !== undefined && old.rank > rank && !isKick) return MADE_HIGHER;
  const until = isKick && isLonger ? old.until : asked;
  return {
    told: until === null ? {} : { until },
    store: () => {
      if (isKick && isLonger) return;
      restrictions.set(kind, { user, key, username, until, rank });
    },
    ...(as !== undefined && { closes: { members, as } }),
  };
}

function lift(
  { moderation: { restrictions } }: RoomContext,
  { rank }: Moderator,
  { user }: Target,
  kind: RestrictionKind,
  now: number,
): Act | Refusal {
  const old = restrictions.find(kind, user, now);
  if (old === undefined)
    return {
      code: "no_such_user",
      message: `Nobody of this name is ${kind === "ban" ? "banned" : "muted"} here.`,
    };
  if (old.rank > rank) return MADE_HIGHER;
  return { told: {}, store: () => restrictions.lift(kind, user) };
}

function giveRole(
  { moderation: { roles } }: RoomContext,
  { rank }: Moderator,
  { user, key, members }: Target,
  given: Role | "none",
): Act | Refusal {
  const role = given === "none" ? null : given;
  if (rankOf(role) >= rank) return HIGHER;
  const [member] = members;
  const isGuest = member?.accountKind === "guest";
  if (role !== null && isGuest) return NOT_REGISTERED;
  if (role !== null && !roles.hasPlace) return FULL;
  const holder = holderOf(user, key, member?.accountKind ?? "registered");
  return { told: { role: given }, store: () => roles.set(holder, role) };
}

function purge(
  { purges }: RoomContext,
  { user }: Target,
  seconds: number,
  now: number,
): Act | Refusal {
  if (!purges.hasPlace) return BUSY;
  const since = Math.max(0, now - seconds * 1000);
  return {
    told: {},
    store: () => undefined,
    erase: () => {
      const { from, to } = purges.begin(user, since);
      return { since, from, to };
    },
  };
}

/** Closes the user's connections in every tab, which are told why. */
function closeAll(
  context: RoomContext,
  { members, as }: Closes,
  { until }: Told,
  now: number,
): void {
  for (const member of members) {
    for (const connection of member.connections)
      context.sendError(connection, "banned", { until });
    revokeName(context, member, as, now);
  }
}

function refused(refusal: Refusal): ModerationResult {
  return { ok: false, refusal };
}
