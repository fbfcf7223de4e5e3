// Queries: a room reads pages of its log for clients, joins and HTTP, and tells its counts.

import type { HistoryFrame } from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import type { Info, Page, ReadMessages } from "../shared/rpc.ts";
import type { MemberPage, ReadMembers } from "../shared/server-requests.ts";
import type { RoomContext } from "./context.ts";
import type { Log } from "./log.ts";
import type { Slice } from "./log-slices.ts";
import { detailsOf } from "./member-details.ts";
import { roleOfMember } from "./permission.ts";

/** The fields of a page, around lines that are JSON already. */
export function pageFields(slice: Slice, epoch: string | null): string {
  const messages = slice.lines.join(",");
  return `"messages":[${messages}],"more":${slice.more},"epoch":${JSON.stringify(epoch)}`;
}

/** A page as a `history` frame. */
export function pageLine(slice: Slice, epoch: string | null): string {
  return `{"type":"history",${pageFields(slice, epoch)}}`;
}

/** Reads events before or after a seq, which is not included; without one the newest. */
export function readPage(
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

/** @returns the number of members, the newest seq, and the epoch or null */
export function roomInfo({ log, presence }: RoomContext): Info {
  const { head, epoch } = log;
  return { type: "info", count: presence.count, seq: head, epoch };
}

/** @returns a page for HTTP, as members read it */
export function readMessages({ log }: RoomContext, ask: ReadMessages): Page {
  return { type: "page", ...readPage(log, ask), epoch: log.epoch };
}

/** Members in one reply to the host. */
const MEMBERS_MAX = 1000;

/** @returns members after a name, sorted by name, with their data */
export function readMembers(
  context: RoomContext,
  { after }: ReadMembers,
): MemberPage {
  const { members, more } = context.presence.page(MEMBERS_MAX, after);
  const details = members.map((member) =>
    detailsOf(member, roleOfMember(context, member)),
  );
  return { type: "members", members: details, more };
}
