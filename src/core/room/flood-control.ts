// Who asks too fast: what a user's connections share, and when one of them is closed for it.
import type { Settings } from "../../protocol/settings.ts";
import { type Rate, TokenBucket } from "../shared/token-bucket.ts";
import type { Connection, Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { disconnect } from "./leave.ts";

/** Frames that come too fast, in a row, before the connection is closed. */
const STRIKES_MAX = 100;

/** Each is limited for itself. */
export type RateClass = "send" | "read" | "typing" | "received";

/** Refused without a word: nobody waits for an answer to these. */
const SILENT: ReadonlySet<RateClass> = new Set(["typing", "received"]);

/** May it go on? If not, it is told; one that goes on anyway is closed. */
export function checkRate(
  context: RoomContext,
  connection: Connection,
  member: Member,
  rateClass: RateClass,
  id: string | undefined,
  now: number,
): boolean {
  const retryAfter = takeToken(context, member, rateClass, now);
  if (retryAfter === 0) {
    connection.strikes = 0;
    return true;
  }
  if (!SILENT.has(rateClass))
    context.sendError(connection, "rate_limited", { id, retryAfter });
  strike(context, connection, now);
  return false;
}

/** Counts a frame that is answered however fast it comes: so floods of it end. */
export function countUnmetered(
  context: RoomContext,
  connection: Connection,
  now: number,
): void {
  const rate = rateOf(context.settings);
  connection.unmetered ??= new TokenBucket(rate, now);
  if (connection.unmetered.take(rate, now) === 0) connection.strikes = 0;
  else strike(context, connection, now);
}

function strike(
  context: RoomContext,
  connection: Connection,
  now: number,
): void {
  connection.strikes++;
  if (context.isOpen(connection) && connection.strikes > STRIKES_MAX)
    disconnect(context, connection, "flood", now);
}

/** Takes from what all connections of a user share; ms to wait, or 0. */
function takeToken(
  context: RoomContext,
  member: Member,
  rateClass: RateClass,
  now: number,
): number {
  const rate = rateOf(context.settings);
  member[rateClass] ??= new TokenBucket(rate, now);
  return member[rateClass].take(rate, now);
}

/** Joins are limited by connection: nobody is known before. */
export function joinRetryAfter(
  context: RoomContext,
  connection: Connection,
  now: number,
): number {
  const rate = rateOf(context.settings);
  connection.joins ??= new TokenBucket(rate, now);
  return connection.joins.take(rate, now);
}

function rateOf({ RATE_BURST, RATE_PER_SECOND }: Settings): Rate {
  return { burst: RATE_BURST, perSecond: RATE_PER_SECOND };
}
