// Reports as: the app, or a user of it who may moderate, reads and closes the reports of a room by HTTP.
import { publicId } from "../shared/identity.ts";
import { type Refused, toRefused } from "../shared/refusal.ts";
import type {
  ByAppUser,
  CloseReport,
  ReadReports,
  ReportPage,
} from "../shared/server-requests.ts";
import { authResultOf } from "./authenticate.ts";
import type { RoomContext } from "./context.ts";
import { moderatorRefusal, NO_ROOM } from "./moderate-as.ts";
import { mayModerate, roleByStanding } from "./permission.ts";
import type { Answer } from "./publish.ts";
import { findPublisher } from "./publisher.ts";
import { readerRefusal } from "./queries.ts";
import { closeReport, readReports } from "./reports.ts";

/** @returns a page of reports, or why the user may not read them */
export function readReportsAs(
  context: RoomContext,
  { by, page }: ReadReports,
  now: number,
): ReportPage | Refused {
  const reader = by === undefined ? "" : readerOf(context, by, now);
  if (typeof reader !== "string") return reader;
  if (context.log.epoch === null) return NO_ROOM;
  const { type, ...fields } = readReports(context, page, reader);
  return { type, page: fields };
}

/** @returns the public id of a user who may moderate, or the refusal */
function readerOf(
  context: RoomContext,
  { verified }: ByAppUser,
  now: number,
): string | Refused {
  // Who may not enter a private room does not learn whether it is there.
  const refusal = readerRefusal(context, { type: "info", by: verified }, now);
  if (refusal !== null) return refusal;
  if (context.log.epoch === null) return NO_ROOM;
  const auth = authResultOf(context, verified, now);
  if (!auth.ok) return toRefused(auth.refusal);
  const { identity, role } = auth.principal;
  const user = publicId(identity);
  // The identity of an app's user counts alone, under any name.
  const standing = {
    ...({ user, key: "", accountKind: "app", grants: [role] } as const),
    hasOldSecret: false,
  };
  const actor = { user, role: () => roleByStanding(context, standing) };
  return mayModerate(actor.role())
    ? user
    : { type: "refused", code: "forbidden" };
}

/** @param answer is called once, when the report is closed, or that is refused */
export function closeReportAs(
  context: RoomContext,
  { by, frame }: CloseReport,
  now: number,
  answer: Answer,
): void {
  findPublisher(context, { by }, now, {
    answer,
    found: (publisher, at) => {
      const isAbsent = context.log.epoch === null;
      const refusal = publisher.isBot
        ? isAbsent
          ? NO_ROOM
          : null
        : moderatorRefusal(context, publisher, at);
      if (refusal !== null) {
        answer(refusal);
        return;
      }
      const { user, username } = publisher;
      const closer = { user, username, via: null };
      const { isBot } = publisher;
      const result = closeReport(context, closer, frame, at, isBot);
      if (!result.ok) answer(toRefused(result.refusal));
      else
        answer({
          ...{ type: "report-closed", at: result.at },
          ...(result.duplicate && { duplicate: true }),
        });
    },
  });
}
