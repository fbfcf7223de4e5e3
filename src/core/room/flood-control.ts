// Flood control: a user's connections share rate limits, and a connection that keeps exceeding them is closed.
import type { Settings } from "../../protocol/settings.ts";
import { type Rate, TokenBucket } from "../shared/token-bucket.ts";
import type { Connection, Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { disconnect } from "./leave.ts";

/** Frames that come too fast, in a row, before the connection is closed. */
const STRIKES_MAX = 100;

/** Each class has a rate limit of its own. */
export type RateClass =
  | "send"
  | "react"
  | "read"
  | "typing"
  | "received"
  | "marking"
  | "rooms";

/** Frames above these rates are dropped without an error: no client waits for it. */
export const SILENT: ReadonlySet<RateClass> = new Set([
  "typing",
  "received",
  "marking",
]);

/**
 * Counts a frame of a member against its rate. Above the rate the connection
 * gets an error, and after too many such frames in a row it is closed.
 *
 * @returns true if the frame may be handled
 */
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

/** Counts a frame that is answered at any rate: a flood of them closes the connection. */
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

/** Takes a token of the user. @returns ms to wait; 0: the frame is within the rate */
export function takeToken(
  context: RoomContext,
  member: Member,
  rateClass: RateClass,
  now: number,
): number {
  const rate = rateOf(context.settings);
  member[rateClass] ??= new TokenBucket(rate, now);
  return member[rateClass].take(rate, now);
}

/**
 * Counts a join. Joins are limited for each connection, since the user is not
 * known yet.
 *
 * @returns ms to wait; 0: the join is within the rate
 */
export function joinRetryAfter(
  context: RoomContext,
  connection: Connection,
  now: number,
): number {
  const rate = rateOf(context.settings);
  connection.joins ??= new TokenBucket(rate, now);
  return connection.joins.take(rate, now);
}

export function rateOf({ RATE_BURST, RATE_PER_SECOND }: Settings): Rate {
  return { burst: RATE_BURST, perSecond: RATE_PER_SECOND };
}
