// Report frames: schemas of the frames by which users report messages, and moderators hear of it.
import * as v from "valibot";
import {
  clientId,
  instant,
  positive,
  publicId,
  whole,
} from "./event-frames.ts";

const user = { user: publicId, username: v.string() };
const fields = {
  report: positive,
  of: positive,
  epoch: v.string(),
  ...user,
  target: v.object(user),
  reason: v.optional(v.string()),
  at: instant,
};
const outcome = v.picklist(["resolved", "dismissed"]);

export const Reported = v.object({
  type: v.literal("reported"),
  room: v.string(),
  ...fields,
});
export const Reports = v.object({
  type: v.literal("reports"),
  reports: v.pipe(
    v.array(
      v.object({
        ...fields,
        quoted: v.union([
          v.object({ seq: positive, erased: v.literal(true) }),
          v.object({ seq: positive, ...user, text: v.string() }),
        ]),
        outcome: v.optional(outcome),
        closed: v.optional(v.object({ ...user, at: instant })),
      }),
    ),
    v.maxLength(30),
  ),
  more: v.boolean(),
  open: whole,
});
export const ReportClosed = v.object({
  type: v.literal("report_closed"),
  room: v.string(),
  report: positive,
  outcome,
  ...user,
  at: instant,
});

const acked = {
  type: v.literal("ack"),
  id: v.optional(clientId),
  at: instant,
  duplicate: v.optional(v.literal(true)),
} as const;
export const ReportAck = v.object({ ...acked, of: positive });
export const CloseReportAck = v.object({ ...acked, report: positive });
