// Join refusal: the connection gets an error, and is closed after a join by URL or after too many refusals.
import * as LIMITS from "../../protocol/limits.ts";
import type { Refusal } from "../shared/refusal.ts";
import { closeNameFor } from "./authenticate.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/**
 * Sends the refusal of a join.
 *
 * @param byUrl the join came with the URL: the connection is closed
 */
export function refuseJoin(
  context: RoomContext,
  connection: Connection,
  byUrl: boolean,
  { code, message, reason, retryAfter, until }: Refusal,
): void {
  context.sendError(connection, code, { message, reason, retryAfter, until });
  context.effects.logs.push({
    event: "join refused",
    code,
    connections: context.connections.size,
    members: context.presence.count,
  });
  const as = code === "banned" ? "banned" : closeNameFor(code);
  if (byUrl) {
    context.close(connection, as);
    return;
  }
  context.persist(connection);
  if (as === "restarted" || code === "rate_limited") return;
  connection.refusedJoins++;
  if (connection.refusedJoins >= LIMITS.refusedJoinsMax)
    context.close(connection, as);
}
