// Report line: reports of messages as lines for people who moderate a room.
import { readableLines } from "./readable-text.ts";
import type {
  Report,
  ReportClosedFrame,
  ReportedFrame,
  ReportsPage,
} from "./report-frames.ts";

/** Formats a new report. */
export function reportedLine(report: ReportedFrame): string {
  return `* report ${report.report}: ${told(report)}`;
}

/** Formats a page of reports. */
export function reportLines({ reports, open }: ReportsPage): string[] {
  return [
    `* open reports: ${open}`,
    ...reports.map((one) => {
      const { report, outcome, closed } = one;
      const by = closed === undefined ? "" : ` by ${closed.username}`;
      const end = outcome === undefined ? "" : ` (${outcome}${by})`;
      return `* report ${report}${end}: ${told(one)}`;
    }),
  ];
}

/** Formats the end of a report. */
export function reportClosedLine(frame: ReportClosedFrame): string {
  const { username, outcome, report } = frame;
  return `* ${username} ${outcome} report ${report}`;
}

function told(report: ReportedFrame | Report): string {
  const { username, of, target, reason } = report;
  const why = reason === undefined ? "" : `: ${readableLines(reason)}`;
  return `${username} reports #${of} of ${target.username}${why}`;
}
