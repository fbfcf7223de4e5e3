// What a connection is told as it joins: the welcome, what it missed or the newest page, its mail.
import { toJson } from "../protocol/codec.ts";
import * as LIMITS from "../protocol/limits.ts";
import type { Join } from "../protocol/messages.ts";
import type { Floor } from "./floor.ts";
import { publicId } from "./identity.ts";
import type { Joining } from "./link.ts";
import type { Slice } from "./log.ts";
import type { Entered } from "./ops.ts";
import { pageLine } from "./reading.ts";

/** Lines, in order. One synchronous step with being added to the audience. */
export function welcome(
  floor: Floor,
  { join, expires, token }: Joining,
  identity: string,
  entered: Entered,
): string[] {
  const { log, presence, settings } = floor;
  const { username, epoch: mailEpoch, head, mail } = entered;
  const { registered, secretEnds, blocked } = entered;
  const missed = replay(floor, join);
  const line = toJson({
    type: "welcome",
    room: floor.name,
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
    members: presence.names(LIMITS.names).names,
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
    ...(missed === null ? firstPage(floor, join) : missed.lines),
    ...mail.map((one) => one.line),
  ];
}

/** Every event after `since`, or null if they can't all be told. */
function replay({ log }: Floor, { since, epoch }: Join): Slice | null {
  if (since === undefined || epoch !== log.epoch || !log.reaches(since))
    return null;
  return log.after(since, LIMITS.replayEvents);
}

function firstPage({ log }: Floor, { history }: Join): string[] {
  const limit = history ?? LIMITS.firstPage;
  if (limit === 0) return [];
  return [pageLine(log.before(log.head + 1, limit), log.epoch)];
}
