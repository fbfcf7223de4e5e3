// Capacity: how many connections a room takes, and how many of a private room may wait without having joined.
import * as LIMITS from "../protocol/limits.ts";
import type { Floor } from "./floor.ts";
import type { Link } from "./link.ts";

/**
 * Makes sure that a new connection fits, before anything is known of it.
 *
 * @returns false if it was refused
 */
export function admitConnection(floor: Floor, link: Link): boolean {
  if (!floor.isPrivate) return refuseAbove(floor, link, floor.links.size);
  // "The room is full" would tell that there is one: this is said only to
  // those who may join. Strangers take no place, and wait in small number.
  dropOldestUnjoined(floor, link);
  return true;
}

/** Likewise for a join to a private room, by somebody who may come in. */
export function admitJoin(floor: Floor, link: Link): boolean {
  if (!floor.isPrivate) return true;
  return refuseAbove(
    floor,
    link,
    floor.audience.size + floor.arriving.size + 1,
  );
}

function refuseAbove(floor: Floor, link: Link, connections: number): boolean {
  if (connections <= floor.settings.ROOM_CONNECTIONS) return true;
  // There may be room later: the one refusal after which to come back.
  floor.fail(link, "room_full");
  floor.shut(link, "goingAway");
  return false;
}

/** The oldest: those who may come in join as soon as they are connected. */
function dropOldestUnjoined(floor: Floor, newest: Link): void {
  const { links, audience, arriving } = floor;
  let over = links.size - audience.size - arriving.size - LIMITS.unjoined;
  for (const link of links.values()) {
    if (over <= 0) return;
    if (link === newest || link.phase.state !== "new") continue;
    floor.shut(link, "goingAway");
    over--;
  }
}
