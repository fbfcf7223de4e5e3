// Welcome: a connection that joins gets the welcome frame, the missed events or the newest page, and its mail.

import type { JoinFrame } from "../../protocol/client-frames.ts";
import { encodeJson } from "../../protocol/codec.ts";
import * as LIMITS from "../../protocol/limits.ts";
import type { Role } from "../../protocol/roles.ts";
import type { WelcomeLimits } from "../../protocol/server-frames.ts";
import type { Entered } from "../shared/directory-requests.ts";
import { publicId } from "../shared/identity.ts";
import type { Joining } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import type { Slice } from "./log-slices.ts";
import { detailsOf } from "./member-details.ts";
import { boardFields } from "./notice-board.ts";
import {
  type Actor,
  mayModerate,
  restrictionOf,
  roleOfMember,
} from "./permission.ts";
import { pageLine, readPage } from "./queries.ts";

/**
 * Makes the lines for a connection that joins. The caller adds it to the joined
 * connections in the same event, so that no event is missed or sent twice.
 *
 * @param role of the user, for this connection; null: none
 * @param isText the connection gets lines for people, and so a folded page
 * @returns lines of JSON, in order
 */
export function welcome(
  context: RoomContext,
  { join, expires, token, key }: Joining,
  identity: string,
  entered: Entered,
  role: Role | null,
  isText: boolean,
  now: number,
): string[] {
  const { log, presence, board } = context;
  const { policy } = context.moderation;
  const { username, epoch: mailEpoch, head, mail } = entered;
  const { registered, secretEnds, blocked } = entered;
  const { commands = [] } = context.hooks ?? {};
  const missed = replay(context, join);
  const { members } = presence.page(LIMITS.memberPageMax);
  const withData =
    join.details === true
      ? members
          .map((member) => detailsOf(member, roleOfMember(context, member)))
          .filter(({ data, role }) => data !== undefined || role !== undefined)
      : [];
  const line = encodeJson({
    type: "welcome",
    room: context.name,
    username,
    user: publicId(identity),
    ...(token !== null && { token }),
    ...(secretEnds !== undefined && { tokenUntil: secretEnds }),
    ...(registered !== undefined && { registered }),
    ...(blocked !== undefined && { blocked: [...blocked] }),
    ...(role !== null && { role }),
    ...mutedField(context, { user: publicId(identity), role: () => role }, now),
    ...(policy.slow > 0 && { slow: policy.slow }),
    ...(policy.isLocked && { locked: true }),
    ...(policy.access !== "open" && { access: policy.access }),
    ...(expires !== null && { expires }),
    epoch: log.epoch ?? "",
    seq: log.head,
    mail: head,
    mailEpoch,
    members: members.map(({ username }) => username),
    ...(withData.length > 0 && { details: withData }),
    count: presence.count,
    resumed: missed !== null,
    gap: join.since !== undefined && missed === null,
    more: missed?.more ?? false,
    limits: limitsOf(context),
    ...(commands.length > 0 && { commands: [...commands] }),
    ...boardFields(board),
    ...readFields(context, key, identity),
    ...(mayModerate(role) && reportsField(context, publicId(identity))),
  });
  return [
    line,
    ...(missed === null
      ? newestPage(context, join, publicId(identity), isText)
      : missed.lines),
    ...mail.map((one) => one.line),
  ];
}

function limitsOf({ settings, hooks }: RoomContext): WelcomeLimits {
  const asked = hooks?.message ?? hooks?.privateMessage ?? hooks?.command;
  return {
    text: settings.TEXT_MAX,
    frame: settings.FRAME_MAX,
    history: settings.ROOM_HISTORY,
    ...(settings.ROOM_DAYS > 0 && { historyDays: settings.ROOM_DAYS }),
    rateBurst: settings.RATE_BURST,
    ratePerSecond: settings.RATE_PER_SECOND,
    editSeconds: settings.EDIT_SECONDS,
    reactions: LIMITS.emojiPerMessageMax,
    search: LIMITS.searchTextMax,
    rooms: LIMITS.visitedRoomsMax,
    data: LIMITS.messageDataBytesMax,
    ...(asked !== undefined && {
      waiting: LIMITS.connectionTurnsMax,
      waitingText: LIMITS.connectionTurnsSizeMax,
    }),
  };
}

/** @returns the events after `since`; null: some of them are not stored */
function replay(
  { log }: RoomContext,
  { since, epoch }: JoinFrame,
): Slice | null {
  if (since === undefined || epoch !== log.epoch || !log.hasAllAfter(since))
    return null;
  return log.after(since, LIMITS.replayEventsMax);
}

/** A user who is muted is told so, with the end. */
function mutedField(
  context: RoomContext,
  actor: Actor,
  now: number,
): { muted?: { until?: number } } {
  const mute = restrictionOf(context, "mute", actor, now);
  if (mute === null) return {};
  const { until } = mute;
  return { muted: until === null ? {} : { until } };
}

/** How far the user has read. */
function readFields(
  { presence, readState }: RoomContext,
  key: string,
  identity: string,
): { read?: number; mailRead?: number } {
  const member = presence.find(key, identity);
  if (member?.marks == null) return {};
  const { mail } = member.marks;
  const read = readState.seqOf(member);
  return {
    ...(read > 0 && { read }),
    ...(mail > 0 && { mailRead: mail }),
  };
}

/** A moderator is told that reports are open. */
function reportsField(
  { reports }: RoomContext,
  reader: string,
): { reports?: number } {
  const open = reports.openCount(reader);
  return open === 0 ? {} : { reports: open };
}

function newestPage(
  context: RoomContext,
  { history, fold }: JoinFrame,
  reader: string,
  isText: boolean,
): string[] {
  const limit = history ?? LIMITS.historyPageDefault;
  if (limit === 0) return [];
  return [pageLine(readPage(context, { limit, fold: isText || fold }, reader))];
}
