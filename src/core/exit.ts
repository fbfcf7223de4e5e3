// Going: leaving, being gone, being sent away; and what the others and the directory hear of it.
import type { CloseName } from "../protocol/errors.ts";
import { type Floor, memberOf } from "./floor.ts";
import { isArriving, type Link } from "./link.ts";
import type { Done, Evict, Whom } from "./ops.ts";
import type { Member } from "./presence.ts";

/** The `leave` frame: gone at once, if that was the last connection. */
export function leave(floor: Floor, link: Link, now: number): void {
  const member = memberOf(link);
  if (member === null) return;
  floor.flush(now);
  const { user, username } = member;
  floor.tell(link, { type: "left", user, username, at: now });
  link.phase = { state: "new" };
  floor.keep(link);
  detach(floor, link, member, 0, now);
}

/** The connection is gone, as the network says. */
export function closed(floor: Floor, link: Link, now: number): void {
  floor.links.delete(link.conn);
  const member = memberOf(link);
  if (member !== null)
    detach(floor, link, member, floor.settings.PRESENCE_GRACE_MS, now);
}

/** Closes a joined connection; its user is gone at once if it was the last. */
export function dismiss(
  floor: Floor,
  link: Link,
  as: CloseName,
  now: number,
): void {
  const member = memberOf(link);
  if (member !== null) {
    if (!floor.outbox.isEmpty) floor.flush(now);
    detach(floor, link, member, 0, now);
  }
  floor.shut(link, as);
}

function detach(
  floor: Floor,
  link: Link,
  member: Member,
  grace: number,
  now: number,
): void {
  floor.audience.delete(link);
  if (!floor.presence.detach(member, link)) return;
  if (grace > 0) floor.presence.goes(member, now + grace);
  else depart(floor, member, now);
}

/** The user has left the room: tells those here, and the directory. */
export function depart(floor: Floor, member: Member, now: number): void {
  floor.presence.remove(member);
  floor.crowd.changed("left", member, now);
  leaveUnlessHere(floor, member.key, member.identity, now);
}

/** Tells the directory, again if need be; it heals by itself in the end. */
export function leaveUnlessHere(
  floor: Floor,
  key: string,
  identity: string,
  now: number,
): void {
  if (isHere(floor, { key, identity }) !== "gone") return;
  // By another secret it may be the same person who is coming in: what they
  // enter by is newer than this leave.
  const arriving = arrivals(floor, key);
  const version = Math.min(floor.nextVersion(now), arriving - 1);
  floor.departures.tell({ key, identity, version }, (newest, then) => {
    floor.used(newest);
    if (arrivals(floor, key) === Infinity)
      leaveUnlessHere(floor, key, identity, then);
  });
}

/** Version of the oldest enter under that key which is not answered. */
function arrivals({ arriving }: Floor, key: string): number {
  let oldest = Infinity;
  for (const { phase } of arriving)
    if (phase.state === "joining" && phase.key === key)
      oldest = Math.min(oldest, phase.version);
  return oldest;
}

/** What a challenge finds. */
export function isHere(floor: Floor, whom: Whom): "live" | "joining" | "gone" {
  const { key, identity } = whom;
  if (floor.presence.find(key, identity) !== undefined) return "live";
  for (const { phase } of floor.arriving)
    if (isArriving(phase, whom)) return "joining";
  return "gone";
}

/** The directory gave the name to somebody of higher rank. */
export function evict(floor: Floor, op: Evict, now: number): Done {
  const { key, identity, version } = op;
  for (const { phase } of floor.arriving)
    if (isArriving(phase, op) && phase.version <= version)
      phase.isEvicted = true;
  const member = floor.presence.find(key, identity);
  if (member !== undefined && member.version <= version)
    reclaim(floor, member, now);
  return { type: "done" };
}

/** Whoever had the name here has it no more. */
export function reclaim(floor: Floor, member: Member, now: number): void {
  for (const old of [...member.links]) dismiss(floor, old, "reclaimed", now);
  if (floor.presence.get(member.key) === member) depart(floor, member, now);
}
