// Moderate access: owners say who may enter a room, and moderators make members and invitations.
import type { ModerateFrame } from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { rankOf } from "../../protocol/roles.ts";
import type { Refusal } from "../shared/refusal.ts";
import type { RoomContext } from "./context.ts";
import { type Act, FORBIDDEN, FULL, type Moderator } from "./moderation-act.ts";
import type { Target } from "./moderation-target.ts";
import { holderOf } from "./permission.ts";

type FrameOf<Action> = Extract<ModerateFrame, { action: Action }>;

const NO_CODE: Refusal = {
  code: "bad_request",
  message: "code: missing.",
};
const NO_INVITATION: Refusal = {
  code: "gone",
  message: "No such invitation is open.",
};
const NO_MEMBER: Refusal = {
  code: "no_such_user",
  message: "Nobody of this name is a member of this room.",
};
const UNREGISTERED: Refusal = {
  code: "forbidden",
  message: "Only a user with a registered name can be a member.",
};

/** Those inside who may not enter any more have to go. */
export function planAccess(
  { moderation: { policy }, presence }: RoomContext,
  { rank }: Moderator,
  { access }: FrameOf<"access">,
): Act | Refusal {
  if (rank < rankOf("owner")) return FORBIDDEN;
  return {
    told: { access },
    store: () => policy.change({ access }),
    rechecks: presence.all(),
  };
}

/** A moderator without a client that chooses a code gets one by a reply. */
export function planInvite(
  { moderation: { invitations, time }, platform }: RoomContext,
  { via }: Moderator,
  { code, uses = 1, ...frame }: FrameOf<"invite">,
  now: number,
): Act | Refusal {
  if (code === undefined && via === null) return NO_CODE;
  if (!invitations.hasPlace(now)) return FULL;
  const seconds = frame.for ?? LIMITS.inviteSecondsDefault;
  const until = time.at(now) + seconds * 1000;
  const chosen = code ?? platform.random(16);
  return {
    told: { until, uses },
    store: () => invitations.add(chosen, uses, until),
    ...(code === undefined && { reply: chosen }),
  };
}

/** Without a code all invitations end. */
export function planUninvite(
  { moderation: { invitations } }: RoomContext,
  { code }: FrameOf<"uninvite">,
  now: number,
): Act | Refusal {
  if (code === undefined)
    return invitations.isEmpty(now)
      ? NO_INVITATION
      : { told: {}, store: () => invitations.endAll() };
  const invitation = invitations.find(code, now);
  return invitation === null
    ? NO_INVITATION
    : { told: {}, store: () => invitations.end(invitation) };
}

export function planMember(
  { moderation: { members } }: RoomContext,
  { user, key, username, members: [member] }: Target,
): Act | Refusal {
  // Of a user who is away the room cannot know whether the name is registered:
  // the membership holds once it is.
  if (member?.accountKind === "guest") return UNREGISTERED;
  if (!members.hasPlace) return FULL;
  const holder = holderOf(user, key, member?.accountKind ?? "registered");
  return {
    told: {},
    store: () => members.add(holder, { user, key, username }),
  };
}

export function planUnmember(
  { moderation: { members } }: RoomContext,
  { user, members: rechecks }: Target,
): Act | Refusal {
  if (members.find(user) === undefined) return NO_MEMBER;
  return { told: {}, store: () => members.remove(user), rechecks };
}
