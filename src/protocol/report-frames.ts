// Report frames: defines the types of the frames by which users report messages, and moderators hear of it.
import type { QuotedMessage } from "./room-events.ts";

/** The end that a moderator has given to a report. */
export type ReportOutcome = "resolved" | "dismissed";

/** A user, with the name at the time. */
interface ReportUser {
  user: string;
  username: string;
}

/** The fields of a report, by the user who made it. */
interface ReportFields extends ReportUser {
  /** The number of the report in the room. */
  report: number;
  /** The message that it is about, by its `seq`, in this epoch. */
  of: number;
  epoch: string;
  /** The author of the message. */
  target: ReportUser;
  reason?: string;
  at: number;
}

/** A user has reported a message: to the moderators who are in the room. */
export interface ReportedFrame extends ReportFields {
  type: "reported";
  room: string;
}

/** A report, as the moderators of the room read it. */
export interface Report extends ReportFields {
  /** The message as it is now. */
  quoted: QuotedMessage;
  /** Absent: the report is open. */
  outcome?: ReportOutcome;
  /** The moderator who has closed it. */
  closed?: ReportUser & { at: number };
}

/** A page of reports, the newest first. */
export interface ReportsPage {
  type: "reports";
  reports: Report[];
  more: boolean;
  /** All open reports that the reader may see. */
  open: number;
}

/** A moderator has closed a report: to the other moderators in the room. */
export interface ReportClosedFrame extends ReportUser {
  type: "report_closed";
  room: string;
  report: number;
  outcome: ReportOutcome;
  at: number;
}

/** A message is reported. */
export interface ReportAck {
  type: "ack";
  id?: string;
  /** The message. */
  of: number;
  at: number;
  duplicate?: true;
}

/** A report is closed. */
export interface CloseReportAck {
  type: "ack";
  id?: string;
  report: number;
  at: number;
  duplicate?: true;
}

export type ReportFrames =
  | ReportedFrame
  | ReportsPage
  | ReportClosedFrame
  | ReportAck
  | CloseReportAck;
