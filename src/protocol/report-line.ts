// Report line: reports of messages as lines for people who moderate a room, and the line that closes one.
import { splitWords } from "./line-grammar.ts";
import { readableLines } from "./readable-text.ts";
import type {
  Report,
  ReportClosedFrame,
  ReportedFrame,
  ReportOutcome,
  ReportsPage,
} from "./report-frames.ts";

/** How a moderator closes a report by hand. */
const OUTCOMES: Readonly<Record<string, ReportOutcome>> = {
  ...{ resolve: "resolved", dismiss: "dismissed" },
};

/**
 * Parses `resolve 3` or `dismiss 3`, the arguments of `/reports`.
 *
 * @returns the number of the report, and how it ends; null: the form is wrong
 */
export function readReportEnd(
  rest: string,
): { report: number; outcome: ReportOutcome } | null {
  const [word = "", number = "", ...more] = splitWords(rest);
  const outcome = Object.hasOwn(OUTCOMES, word) ? OUTCOMES[word] : undefined;
  const [, digits] = /^#?([1-9]\d{0,8})$/.exec(number) ?? [];
  return outcome === undefined || digits === undefined || more.length > 0
    ? null
    : { report: Number(digits), outcome };
}

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
