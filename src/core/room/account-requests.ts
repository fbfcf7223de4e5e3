// Account requests: a room asks a directory about a name for a member, and sends a refusal to the connection that asked.
import * as LIMITS from "../../protocol/limits.ts";
import type { DirectoryOp } from "../shared/directory-requests.ts";
import type { Reply } from "../shared/rpc.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/**
 * Asks the directory of a name. On success the directory itself notifies every
 * connection of the user. The connection gets `rate_limited` if too many of its
 * requests wait, `unavailable` if the call fails, or the directory's refusal.
 *
 * @param key key of the name
 * @param done runs after a success, if the connection is still open
 */
export function requestDirectory(
  context: RoomContext,
  connection: Connection,
  key: string,
  op: DirectoryOp,
  done: (reply: Reply) => void = () => undefined,
): void {
  if (connection.privatesInFlight >= LIMITS.privatesInFlightMax) {
    context.sendError(connection, "rate_limited", { retryAfter: 1000 });
    return;
  }
  connection.privatesInFlight++;
  context.calls.add({ kind: "directory", name: key }, op, (reply) => {
    connection.privatesInFlight--;
    if (!context.isOpen(connection)) return;
    if (reply === null)
      context.sendError(connection, "unavailable", { retryAfter: 1000 });
    else if (reply.type === "refused") {
      const { code, message, reason } = reply;
      context.sendError(connection, code, { message, reason });
    } else done(reply);
  });
}
