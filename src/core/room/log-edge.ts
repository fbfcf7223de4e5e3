// Log edge: a row of a room's log that may be the oldest one that is kept.
import type { SqlValue } from "../shared/contract.ts";

export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface Edge {
  readonly first: number;
  /** Events before it that are no messages. */
  readonly others: number;
}

export function edgeOf({ first, others }: SqlRow): Edge {
  return { first: Number(first), others: Number(others ?? 0) };
}
