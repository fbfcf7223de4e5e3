// A connection as a room sees it, for tests of the parts that it passes through.
import type { Link } from "../../src/core/link.ts";

export function blankLink(own: Partial<Link> = {}): Link {
  return {
    conn: {},
    id: "link",
    text: false,
    batch: false,
    bearer: null,
    refusedJoins: 0,
    heardAt: 0,
    privates: 0,
    strikes: 0,
    joins: null,
    others: null,
    phase: { state: "new" },
    ...own,
  };
}
