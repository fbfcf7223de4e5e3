// Reports: a user reports a message to the moderators of the room, who hear of it at once, read the queue, and close reports.
import * as v from "valibot";
import type {
  CloseReportFrame,
  ReportFrame,
  ReportsFrame,
} from "../../protocol/client-frames.ts";
import { ReasonSchema } from "../../protocol/frame-fields.ts";
import * as LIMITS from "../../protocol/limits.ts";
import type { Report, ReportsPage } from "../../protocol/report-frames.ts";
import type { QuotedMessage } from "../../protocol/room-events.ts";
import type { Refusal } from "../shared/refusal.ts";
import type { Author } from "./author.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { quote } from "./fold.ts";
import { LogRows } from "./log-rows.ts";
import { mayModerate, roleOf } from "./permission.ts";
import { reportedFrame, type StoredReport } from "./report-queue.ts";
import { findTarget } from "./target.ts";

/** A report that is made or closed. */
export type ReportResult =
  | {
      readonly ok: true;
      /** The message. */
      readonly of: number;
      readonly at: number;
      readonly duplicate?: true;
    }
  | { readonly ok: false; readonly refusal: Refusal };

const GONE: Refusal = { code: "gone" };
const OWN: Refusal = {
  code: "forbidden",
  message: "This is your own message.",
};
const INTERNAL: Refusal = { code: "internal" };

/** @returns the first report of this message by this user, or with this id */
export function findReport(
  { reports, log }: RoomContext,
  { user }: Author,
  { of, epoch = log.epoch ?? "", id }: ReportFrame,
): StoredReport | undefined {
  const named = { of, epoch, ...(id !== undefined && { id }) };
  return reports.findRepeated(user, named);
}

/** @returns why the user may not report this message now; null: the user may */
export function reportRefusal(
  context: RoomContext,
  { user }: Author,
  { of, epoch }: ReportFrame,
  now: number,
): Refusal | null {
  if (of > context.log.head) context.flush(now);
  const message = findTarget(context, of, epoch);
  if (message === null) return GONE;
  if (message.user === user) return OWN;
  const { reportsPerUserMax, reportsWindowMs } = LIMITS;
  const since = now - reportsWindowMs;
  const { reports } = context;
  const oldest = reports.nthNewestOf(user, reportsPerUserMax, since, now);
  if (oldest === null) return null;
  return { code: "rate_limited", retryAfter: oldest - since };
}

/** Stores a report, and tells the moderators who are here. */
export function reportMessage(
  context: RoomContext,
  author: Author,
  frame: ReportFrame,
  now: number,
): ReportResult {
  const first = findReport(context, author, frame);
  if (first !== undefined)
    return { ok: true, of: first.of, at: first.at, duplicate: true };
  const refusal = reportRefusal(context, author, frame, now);
  const message = findTarget(context, frame.of, frame.epoch);
  if (refusal !== null || message === null)
    return { ok: false, refusal: refusal ?? GONE };
  const { of, reason, id } = frame;
  // The app may have written another one.
  if (reason !== undefined && !v.is(ReasonSchema, reason)) {
    context.effects.logs.push({ event: "hook failed", code: "report" });
    return { ok: false, refusal: INTERNAL };
  }
  const { user, username } = message;
  const report = context.reports.add(
    {
      ...{ of, epoch: context.log.epoch ?? "" },
      ...{ user: author.user, username: author.username },
      target: { user, username },
      ...(reason !== undefined && { reason }),
      ...{ at: now, ...(id !== undefined && { id }) },
    },
    () => context.platform.random(6),
  );
  context.reportDelivery?.stored(report);
  const told = reportedFrame(context.name, report);
  for (const one of moderatorsFor(context, report)) context.send(one, told);
  return { ok: true, of, at: now };
}

/** @param reader the public id of a moderator, who sees no reports about themself */
export function readReports(
  context: RoomContext,
  {
    before,
    limit = LIMITS.reportPageDefault,
    open,
  }: Omit<ReportsFrame, "type">,
  reader: string,
): ReportsPage {
  const { reports, log, platform, name } = context;
  const upTo = before ?? Number.MAX_SAFE_INTEGER;
  const found = reports.before(upTo, limit, reader, open === true);
  const rows = new LogRows(platform.sql, name, log.mask);
  const quoted = ({ epoch, of: seq }: StoredReport): QuotedMessage =>
    epoch === log.epoch && seq >= log.oldest
      ? quote(rows, seq)
      : { seq, erased: true };
  return {
    type: "reports",
    reports: found.slice(0, limit).map((one): Report => {
      const { id: _, ...fields } = one;
      return { ...fields, quoted: quoted(one) };
    }),
    more: found.length > limit,
    open: reports.openCount(reader),
  };
}

/**
 * Closes a report, and tells the other moderators who are here.
 *
 * @param isApp the app itself closes it, by a bot
 */
export function closeReport(
  context: RoomContext,
  closer: Author,
  { report: number, outcome }: CloseReportFrame,
  now: number,
  isApp = false,
): ReportResult {
  const { reports, name: room } = context;
  const report = reports.find(number);
  const { user, username, via } = closer;
  // For a moderator who is reported the report is not there.
  const isHidden = !isApp && report?.target.user === user;
  if (report === undefined || isHidden)
    return { ok: false, refusal: NO_REPORT };
  if (report.closed !== undefined)
    return { ok: true, of: report.of, at: report.closed.at, duplicate: true };
  reports.close(number, outcome, { user, username, at: now });
  for (const one of moderatorsFor(context, report))
    if (one !== via)
      context.send(one, {
        ...{ type: "report_closed", room, report: number, outcome },
        ...{ user, username, at: now },
      });
  return { ok: true, of: report.of, at: now };
}

const NO_REPORT: Refusal = {
  code: "gone",
  message: "There is no such report.",
};

/** @returns all connections of moderators, but for the one who is reported */
function moderatorsFor(
  context: RoomContext,
  { target }: StoredReport,
): Connection[] {
  return [...context.joined].filter(
    (one) =>
      one.state.kind === "joined" &&
      one.state.member.user !== target.user &&
      mayModerate(roleOf(context, one)),
  );
}
