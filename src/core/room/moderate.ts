// Moderate: a moderator acts on a user or on the room, and the log tells everybody.
import type { ModerateFrame } from "../../protocol/client-frames.ts";
import { encodeJson } from "../../protocol/codec.ts";
import type { CloseName } from "../../protocol/errors.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { type Role, rankOf } from "../../protocol/roles.ts";
import { visibleUser } from "../shared/erase-requests.ts";
import type { Refusal } from "../shared/refusal.ts";
import { append } from "./append.ts";
import { banNetworks } from "./ban-network.ts";
import type { RoomContext } from "./context.ts";
import type { FirstAck } from "./dedupe.ts";
import { closeUnentitled } from "./entry-permission.ts";
import { revokeName } from "./leave.ts";
import {
  planAccess,
  planInvite,
  planMember,
  planUninvite,
  planUnmember,
} from "./moderate-access.ts";
import {
  type Act,
  type Closes,
  FORBIDDEN,
  FULL,
  HIGHER,
  type Moderator,
  type Told,
} from "./moderation-act.ts";
import { findTarget, type LookUp, type Target } from "./moderation-target.ts";
import { holderOf } from "./permission.ts";
import type { RestrictionKind } from "./restrictions.ts";
import { findRoleEvent } from "./role-event.ts";
import { setTopic } from "./topic.ts";

export type ModerationResult =
  | {
      readonly ok: true;
      readonly ack: FirstAck;
      /** It was so before, and nothing has changed. */
      readonly duplicate?: true;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** An act on a user. */
type UserFrame = Exclude<
  ModerateFrame,
  {
    action:
      | "slow"
      | "lock"
      | "unlock"
      | "topic"
      | "access"
      | "invite"
      | "uninvite";
  }
>;

/** A user who is banned may be away, and never have written anything. */
const LOOK_UPS: { readonly [Action in UserFrame["action"]]: LookUp } = {
  kick: { first: "members", kind: "ban" },
  ban: { first: "members", kind: "ban" },
  unban: { first: "restricted", kind: "ban" },
  mute: { first: "members", kind: "mute" },
  unmute: { first: "restricted", kind: "mute" },
  purge: { first: "members", kind: "ban" },
  role: { first: "members", kind: null },
  member: { first: "members", kind: null },
  unmember: { first: "enrolled", kind: null },
};

const MADE_HIGHER: Refusal = {
  code: "forbidden",
  message: "A user with a higher role than yours has done this.",
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
  if (plan.before !== undefined && moderator.via === null)
    return { ok: true, ack: plan.before(), duplicate: true };
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
  const own = id === undefined ? {} : { id };
  if (moderator.via !== null)
    context.broadcastQueue.direct(
      moderator.via,
      encodeJson({ type: "ack", ...own, ...ack }),
    );
  context.flush(now);
  if (plan.reply !== undefined && moderator.via !== null)
    context.send(moderator.via, {
      ...{ type: "reply", command: action, text: plan.reply },
      ...own,
    });
  if (plan.closes !== undefined) closeAll(context, plan.closes, plan.told, now);
  if (plan.rechecks !== undefined) closeUnentitled(context, plan.rechecks, now);
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
    case "access":
      return planAccess(context, moderator, frame);
    case "invite":
      return planInvite(context, moderator, frame, now);
    case "uninvite":
      return planUninvite(context, frame, now);
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
  // A ban of a user who was erased is lifted without the id.
  const told = { user: visibleUser(user), username };
  return { ...plan, told: { target: told, ...plan.told } };
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
    case "member":
      return planMember(context, target);
    case "unmember":
      return planUnmember(context, target);
    default:
      return frame satisfies never;
  }
}

function restrict(
  context: RoomContext,
  { rank }: Moderator,
  target: Target,
  kind: RestrictionKind,
  { seconds, as, now }: { seconds?: number; as?: CloseName; now: number },
): Act | Refusal {
  const { restrictions, time } = context.moderation;
  const { user, key, username, members } = target;
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
      if (as === "banned") banNetworks(context, target, until, now);
    },
    ...(as !== undefined && { closes: { members, as } }),
  };
}

function lift(
  { moderation: { restrictions, networkBans } }: RoomContext,
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
  const store = () => {
    restrictions.lift(kind, user);
    if (kind === "ban") networkBans.lift(user);
  };
  return { told: {}, store };
}

function giveRole(
  { moderation: { roles }, log }: RoomContext,
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
  const isSame = role !== null && roles.find(holder) === role;
  return {
    told: { role: given },
    store: () => roles.set(holder, role),
    rechecks: members,
    ...(isSame && { before: () => findRoleEvent(log, user, role) }),
  };
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
