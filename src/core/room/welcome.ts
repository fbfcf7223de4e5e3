// What a connection is told as it joins: the welcome, what it missed or the newest page, its mail.

import type { JoinFrame } from "../../protocol/client-frames.ts";
import { encodeJson } from "../../protocol/codec.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { publicId } from "../shared/identity.ts";
import type { Entered } from "../shared/rpc.ts";
import type { Joining } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import type { Slice } from "./log.ts";
import { pageLine } from "./queries.ts";

/** Lines, in order. One synchronous step with being added to the audience. */
export function welcome(
  context: RoomContext,
  { join, expires, token }: Joining,
  identity: string,
  entered: Entered,
): string[] {
  const { log, presence, settings } = context;
  const { username, epoch: mailEpoch, head, mail } = entered;
  const { registered, secretEnds, blocked } = entered;
  const missed = replay(context, join);
  const line = encodeJson({
    type: "welcome",
    room: context.name,
    username,
    user: publicId(identity),
    ...(token !== null && { token }),
    ...(secretEnds !== undefined && { tokenUntil: secretEnds }),
    ...(registered !== undefined && { registered }),
    ...(blocked !== undefined && { blocked: [...blocked] }),
    ...(expires !== null && { expires }),
    epoch: log.epoch ?? "",
    seq: log.head,
    mail: head,
    mailEpoch,
    members: presence.names(LIMITS.memberPageMax).names,
    count: presence.count,
    resumed: missed !== null,
    gap: join.since !== undefined && missed === null,
    more: missed?.more ?? false,
    limits: {
      text: settings.TEXT_MAX,
      frame: settings.FRAME_MAX,
      history: settings.ROOM_HISTORY,
      rateBurst: settings.RATE_BURST,
      ratePerSecond: settings.RATE_PER_SECOND,
    },
  });
  return [
    line,
    ...(missed === null ? firstPage(context, join) : missed.lines),
    ...mail.map((one) => one.line),
  ];
}

/** Every event after `since`, or null if they can't all be told. */
function replay(
  { log }: RoomContext,
  { since, epoch }: JoinFrame,
): Slice | null {
  if (since === undefined || epoch !== log.epoch || !log.reaches(since))
    return null;
  return log.after(since, LIMITS.replayEventsMax);
}

function firstPage({ log }: RoomContext, { history }: JoinFrame): string[] {
  const limit = history ?? LIMITS.historyPageDefault;
  if (limit === 0) return [];
  return [pageLine(log.before(log.head + 1, limit), log.epoch)];
}
