// What a directory hands to a room, mail above all: for the sockets of its owner, those still joining too.
import { isHere } from "./exit.ts";
import type { Floor } from "./floor.ts";
import { isArriving, type Link } from "./link.ts";
import type { Deliver, Done, Found, Mail, Notice } from "./ops.ts";

export function deliver(floor: Floor, op: Deliver): Found {
  const { key, identity, mail } = op;
  for (const { phase } of floor.arriving)
    if (isArriving(phase, op)) phase.mail.push(...mail);
  const member = floor.presence.find(key, identity);
  for (const link of member?.links ?? []) deliverTo(floor, link, mail);
  if (member !== undefined && member.links.size > 0) {
    const isHad = [...member.links].some(
      ({ phase }) => phase.state === "joined" && !phase.confirms,
    );
    return { type: "found", state: "live", ...(!isHad && { isOpen: true }) };
  }
  const state = isHere(floor, op);
  // In the grace after the last socket went: here, but nobody had it.
  return { type: "found", state: state === "live" ? "joining" : state };
}

/** Sends new mail, in order, each once. */
export function deliverTo(
  floor: Floor,
  link: Link,
  mail: readonly Mail[],
): void {
  const { phase } = link;
  if (phase.state !== "joined") return;
  for (const one of mail) {
    if (one.mail <= phase.mail) continue;
    phase.mail = one.mail;
    if (one.origin !== link.id) floor.tellLines(link, [one.line]);
    floor.keep(link);
  }
}

/** A frame for every connection of theirs, those still joining too. */
export function notice(floor: Floor, op: Notice): Done {
  const { key, identity, line } = op;
  for (const { phase } of floor.arriving)
    if (isArriving(phase, op)) phase.notices.push(line);
  const member = floor.presence.find(key, identity);
  for (const link of member?.links ?? []) floor.tellLines(link, [line]);
  return { type: "done" };
}
