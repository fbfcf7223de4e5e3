// Queries: a room reads pages of its log for clients, joins and HTTP, and tells its counts.

import type { HistoryFrame } from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { publicId } from "../shared/identity.ts";
import { type Refused, toRefused } from "../shared/refusal.ts";
import type {
  Info,
  Page,
  ReadInfo,
  ReadMessages,
  ReadSearch,
  ResultPage,
} from "../shared/room-requests.ts";
import type { MemberPage, ReadMembers } from "../shared/server-requests.ts";
import { authResultOf } from "./authenticate.ts";
import type { RoomContext } from "./context.ts";
import { closedRefusal, entryRefusal } from "./entry-permission.ts";
import {
  type FoldSource,
  fold,
  isFolded,
  type Reader,
  rowsNeeded,
} from "./fold.ts";
import { LogRows } from "./log-rows.ts";
import { detailsOf } from "./member-details.ts";
import { walk } from "./page-walk.ts";
import {
  banRefusal,
  roleByStanding,
  roleOfMember,
  type Standing,
} from "./permission.ts";
import { everySeq, ThreadIndex } from "./thread-index.ts";
import { firstSince } from "./time-search.ts";

/** The fields of a page, around lines that are JSON already. */
export function pageFields(page: Omit<Page, "type">): string {
  const { lines, more, epoch, asOf, at, fold, from, to, thread } = page;
  const rest = { more, epoch, asOf, at, fold, from, to, thread };
  return `"messages":[${lines.join(",")}],${JSON.stringify(rest).slice(1, -1)}`;
}

/** A page as a `history` frame. */
export function pageLine(page: Omit<Page, "type">): string {
  return `{"type":"history",${pageFields(page)}}`;
}

/** Results as a frame. */
export function resultLine(page: ResultPage): string {
  return `{"type":"results",${resultFields(page)}}`;
}

/** The fields of results, around lines that are JSON already. */
export function resultFields({ text, ...page }: ResultPage): string {
  return `"text":${JSON.stringify(text)},${pageFields(page)}`;
}

type PageRequest = Omit<HistoryFrame, "type" | "epoch">;

/**
 * Reads events before or after a seq, which is not included, or from a time on;
 * without one the newest.
 *
 * @param reader the user who reads
 */
export function readPage(
  context: RoomContext,
  request: PageRequest,
  reader: Reader,
): Omit<Page, "type"> {
  const { log, platform, name } = context;
  const { before, at, limit = LIMITS.historyPageDefault } = request;
  const { epoch, head: asOf } = log;
  if (at !== undefined) {
    const rows = new LogRows(platform.sql, name);
    const after = firstSince(rows, log, at) - 1;
    const page = readPage(
      context,
      { ...request, at: undefined, after },
      reader,
    );
    return { ...page, at };
  }
  const { after } = request;
  if (request.fold === true || request.thread !== undefined)
    return { ...searchPage(context, request, reader), epoch, asOf };
  const slice =
    after !== undefined
      ? log.after(after, limit)
      : log.before(before ?? log.head + 1, limit);
  return { ...slice, epoch, asOf };
}

/** Reads a page that does not hold every event: a folded one, or one of a thread. */
function searchPage(
  { log, platform, name, board, messageState: state }: RoomContext,
  request: PageRequest,
  reader: Reader,
): Omit<Page, "type" | "epoch" | "asOf"> {
  const { before, after, thread, limit = LIMITS.historyPageDefault } = request;
  const direction = after === undefined ? "older" : "newer";
  const rows = new LogRows(platform.sql, name, log.mask);
  const source: FoldSource = {
    state,
    rows,
    reader,
    isPinned: (seq) => board.find(seq) !== undefined,
  };
  const isFold = request.fold === true;
  const start =
    after === undefined
      ? Math.min(before ?? log.head + 1, log.head + 1) - 1
      : Math.max(after + 1, log.oldest);
  const { found, stoppedAt } = walk(rows, {
    ...{ start, direction, limit },
    course:
      thread === undefined
        ? everySeq(log)
        : new ThreadIndex(thread, state.find(thread), log),
    isWanted: (line, seq) =>
      (!isFold || isFolded(line)) &&
      (thread === undefined || isOfThread(line, seq, thread)),
    rowsNeeded: (event) => (isFold ? rowsNeeded(source, event) : 0),
  });
  rows.budget.release();
  const { lines, cutAt } = isFold
    ? fold(source, found)
    : { lines: found.map(({ line }) => line), cutAt: null };
  const end = cutAt ?? stoppedAt;
  const page = {
    more: end !== null,
    ...(isFold && { fold: true as const }),
    ...(thread !== undefined && { thread }),
  };
  if (direction === "newer")
    return {
      lines,
      ...page,
      from: start,
      to: end === null ? log.head : end - 1,
    };
  const from = end === null ? Math.min(log.oldest, start + 1) : end + 1;
  return { lines: lines.reverse(), ...page, from, to: start };
}

/** Is this the first message of the thread, or a reply? */
function isOfThread(line: string, seq: number, thread: number): boolean {
  if (seq === thread) return true;
  // A text may hold the same characters.
  return (
    line.includes(`"thread":${thread}`) && JSON.parse(line).thread === thread
  );
}

/** @returns the number of members, the newest seq, and the epoch or null */
export function roomInfo({ log, presence }: RoomContext): Info {
  const { head, epoch } = log;
  return { type: "info", count: presence.count, seq: head, epoch };
}

/**
 * A user of the app who may not be in the room reads nothing over HTTP. Guests
 * are not asked for in a room that is open, since without a token they read the
 * same.
 *
 * @returns why the user may not read; null: the user may
 */
export function readerRefusal(
  context: RoomContext,
  { by, isServer }: ReadInfo | ReadMessages | ReadSearch,
  now: number,
): Refused | null {
  if (isServer) return null;
  const { restrictions } = context.moderation;
  if (!context.isRestricted && (by === undefined || restrictions.isEmpty))
    return null;
  if (by === undefined) return toRefused(closedRefusal(context));
  const auth = authResultOf(context, by, now);
  if (!auth.ok) return toRefused(auth.refusal);
  const { identity, role, namesRoom } = auth.principal;
  const user = publicId(identity);
  const standing: Standing = {
    ...{ user, key: "", accountKind: "app", grants: [role] },
    hasOldSecret: false,
  };
  const actor = { user, role: () => roleByStanding(context, standing) };
  const refusal =
    entryRefusal(context, { ...standing, namesRoom }) ??
    banRefusal(context, actor, now);
  return refusal && toRefused(refusal);
}

/** @returns a page for HTTP, as members read it */
export function readMessages(context: RoomContext, ask: ReadMessages): Page {
  return { type: "page", ...readPage(context, ask, null) };
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
