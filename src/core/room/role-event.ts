// Role event: a room finds the event that gave a user the present role, so that a repeat of the act is answered by it.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import type { Role } from "../../protocol/roles.ts";
import type { FirstAck } from "./dedupe.ts";
import type { Log } from "./log.ts";

/** Events among which it is looked for. */
const EVENTS_MAX = 4000;

const given = v.object({
  ...{ type: v.literal("moderated"), action: v.literal("role") },
  ...{ seq: v.number(), at: v.number(), role: v.string() },
  target: v.object({ user: v.string() }),
});

/**
 * @param user a public id
 * @returns the event; or the newest one of all, if the role is older than what is
 *   read, as that of a user who has opened the room
 */
export function findRoleEvent(
  log: Pick<Log, "head" | "before" | "newestAt">,
  user: string,
  role: Role,
): FirstAck {
  for (let before = log.head + 1; before > log.head + 1 - EVENTS_MAX; ) {
    const { lines, more } = log.before(before, LIMITS.historyPageMax);
    for (const line of [...lines].reverse()) {
      const read = v.safeParse(given, JSON.parse(line));
      if (!read.success || read.output.target.user !== user) continue;
      const { seq, at } = read.output;
      return read.output.role === role ? { seq, at } : newest(log);
    }
    if (!more || lines.length === 0) break;
    before -= lines.length;
  }
  return newest(log);
}

function newest(log: Pick<Log, "head" | "newestAt">): FirstAck {
  return { seq: log.head, at: log.newestAt() };
}
