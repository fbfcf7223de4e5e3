// Who asks too fast: what a user's connections share, and when one of them is closed for it.
import type { Settings } from "../protocol/settings.ts";
import { dismiss } from "./exit.ts";
import type { Floor } from "./floor.ts";
import type { Link } from "./link.ts";
import type { Member } from "./presence.ts";
import { Bucket, type Rate } from "./rate-limit.ts";

/** Frames that come too fast, in a row, before the connection is closed. */
const STRIKES = 100;

/** Each is limited for itself. */
export type Pursuit = "talk" | "read" | "typing" | "received";

/** Refused without a word: nobody waits for an answer to these. */
const SILENT: ReadonlySet<Pursuit> = new Set(["typing", "received"]);

/** May it go on? If not, it is told; one that goes on anyway is closed. */
export function mayGoOn(
  floor: Floor,
  link: Link,
  member: Member,
  pursuit: Pursuit,
  id: string | undefined,
  now: number,
): boolean {
  const retryAfter = takeFrom(floor, member, pursuit, now);
  if (retryAfter === 0) {
    link.strikes = 0;
    return true;
  }
  if (!SILENT.has(pursuit))
    floor.fail(link, "rate_limited", { id, retryAfter });
  strike(floor, link, now);
  return false;
}

/** Counts a frame that is answered however fast it comes: so floods of it end. */
export function putUpWith(floor: Floor, link: Link, now: number): void {
  const rate = rateOf(floor.settings);
  link.others ??= new Bucket(rate, now);
  if (link.others.take(rate, now) === 0) link.strikes = 0;
  else strike(floor, link, now);
}

function strike(floor: Floor, link: Link, now: number): void {
  link.strikes++;
  const isHere = floor.links.get(link.conn) === link;
  if (isHere && link.strikes > STRIKES) dismiss(floor, link, "flood", now);
}

/** Takes from what all connections of a user share; ms to wait, or 0. */
function takeFrom(
  floor: Floor,
  member: Member,
  pursuit: Pursuit,
  now: number,
): number {
  const rate = rateOf(floor.settings);
  member[pursuit] ??= new Bucket(rate, now);
  return member[pursuit].take(rate, now);
}

/** Joins are limited by connection: nobody is known before. */
export function joinWait(floor: Floor, link: Link, now: number): number {
  const rate = rateOf(floor.settings);
  link.joins ??= new Bucket(rate, now);
  return link.joins.take(rate, now);
}

function rateOf({ RATE_BURST, RATE_PER_SECOND }: Settings): Rate {
  return { burst: RATE_BURST, perSecond: RATE_PER_SECOND };
}
