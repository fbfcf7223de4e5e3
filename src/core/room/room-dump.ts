// Room dump: the state of a room beside its log, such as roles, bans and rules, for a backup of the server.
import type {
  Dump,
  LoadRefused,
  LoadRoom,
  TableDump,
} from "../shared/dump-requests.ts";
import type { Done } from "../shared/rpc.ts";
import type { Migrations } from "../shared/schema.ts";
import {
  DumpError,
  type DumpedTable,
  dumpTables,
  loadTables,
} from "../shared/table-dump.ts";
import type { RoomContext } from "./context.ts";
import {
  INVITATION_TABLES,
  MEMBER_TABLES,
  NETWORK_BAN_TABLES,
  POLICY_TABLES,
  RESTRICTION_TABLES,
  ROLE_TABLES,
} from "./moderation-tables.ts";
import { parseKnown } from "./network-bans.ts";
import { REPORT_TABLES } from "./report-queue.ts";
import { parsePolicy } from "./room-policy.ts";
import { ERASURE_TABLES } from "./room-tables.ts";

/** The log has a format of its own, and what follows from it is made anew. */
const TABLES: readonly DumpedTable[] = [
  dumped("role", ROLE_TABLES),
  dumped("restriction", RESTRICTION_TABLES),
  dumped("network_ban", NETWORK_BAN_TABLES),
  dumped("room_policy", POLICY_TABLES),
  dumped("room_member", MEMBER_TABLES),
  dumped("invitation", INVITATION_TABLES),
  dumped("report", REPORT_TABLES),
  dumped("report_numbering", REPORT_TABLES),
  dumped("erasure", ERASURE_TABLES),
  dumped("log_origin", ERASURE_TABLES),
];

function dumped(table: string, [statements = []]: Migrations): DumpedTable {
  return { table, key: "room", statements };
}

export function dumpRoom({ platform, name, log, erasures }: RoomContext): Dump {
  const { epoch } = log;
  return {
    ...{ type: "dump", epoch, seq: log.head, username: null },
    parent: epoch === null ? null : erasures.parentOf(epoch),
    tables: dumpTables(platform.sql, TABLES, name),
  };
}

/** The clients of the room are told to come back, and find its new state. */
export function loadRoom(
  context: RoomContext,
  { tables }: LoadRoom,
  now: number,
): Done | LoadRefused {
  const { platform, name, effects } = context;
  context.flush(now);
  // A late repeat must not undo what came since.
  if (context.log.head > 0)
    return {
      ...{ type: "load-refused", why: "taken" },
      message: "The room has events here.",
    };
  try {
    checkJson(tables);
    const numbering = tables.report_numbering?.map(() => ({
      // Other reports may have had these numbers since.
      epoch: platform.random(6),
    }));
    loadTables(platform.sql, TABLES, name, {
      ...tables,
      ...(numbering !== undefined && { report_numbering: numbering }),
    });
  } catch (error) {
    if (!(error instanceof DumpError)) throw error;
    return { type: "load-refused", why: "unreadable", message: error.message };
  }
  effects.restart = true;
  return { type: "done" };
}

/**
 * A room with JSON that it cannot read would never open again.
 *
 * @throws DumpError
 */
function checkJson({ room_policy = [], network_ban = [] }: TableDump): void {
  try {
    for (const { policy } of room_policy) parsePolicy(JSON.parse(`${policy}`));
    for (const { known } of network_ban) parseKnown(`${known}`);
  } catch {
    throw new DumpError("Its rules or bans are not of this release.");
  }
}
