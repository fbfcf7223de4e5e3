// Ratio: compares a figure of two servers, round by round.
import type { Results } from "../rounds.ts";
import type { ContenderName } from "../servers/contenders.ts";
import { median } from "./median.ts";

/** The median of the ratios of all rounds. */
export function ratio(
  results: Results,
  metric: string,
  of: ContenderName,
  to: ContenderName,
): number {
  const theirs = results[to] ?? [];
  return median(
    (results[of] ?? []).map(
      (figures, round) =>
        (figures?.[metric] ?? Number.NaN) /
        (theirs[round]?.[metric] ?? Number.NaN),
    ),
  );
}
