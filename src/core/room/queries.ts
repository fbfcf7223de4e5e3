// What can be read of a room: pages of its history, who is there, how far it is.

import type { HistoryFrame, WhoFrame } from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import type { Info, Page, ReadMessages } from "../shared/rpc.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import type { Log, Slice } from "./log.ts";

/** The fields of a page, around lines that are JSON already. */
export function pageFields(slice: Slice, epoch: string | null): string {
  const messages = slice.lines.join(",");
  return `"messages":[${messages}],"more":${slice.more},"epoch":${JSON.stringify(epoch)}`;
}

/** A page as a `history` frame. */
export function pageLine(slice: Slice, epoch: string | null): string {
  return `{"type":"history",${pageFields(slice, epoch)}}`;
}

/** Events before or after a cursor, neither included; else the newest. */
function readPage(
  log: Log,
  {
    before,
    after,
    limit = LIMITS.historyPageDefault,
  }: Omit<HistoryFrame, "type">,
): Slice {
  return after !== undefined
    ? log.after(after, limit)
    : log.before(before ?? log.head + 1, limit);
}

export function sendHistory(
  context: RoomContext,
  connection: Connection,
  ask: HistoryFrame,
): void {
  const { log } = context;
  context.sendLines(connection, [pageLine(readPage(log, ask), log.epoch)]);
}

export function sendMembers(
  context: RoomContext,
  connection: Connection,
  { after }: WhoFrame,
): void {
  const { names, more } = context.presence.names(LIMITS.memberPageMax, after);
  const { count } = context.presence;
  context.send(connection, { type: "members", members: names, count, more });
}

export function roomInfo({ log, presence }: RoomContext): Info {
  const { head, epoch } = log;
  return { type: "info", count: presence.count, seq: head, epoch };
}

export function readMessages({ log }: RoomContext, ask: ReadMessages): Page {
  return { type: "page", ...readPage(log, ask), epoch: log.epoch };
}
