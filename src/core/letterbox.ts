// What a directory hands to a room, mail above all: for the sockets of its owner, those still joining too.
import { isHere } from "./exit.ts";
import type { Floor } from "./floor.ts";
import { isArriving, type Link } from "./link.ts";
import type { Deliver, Done, Found, Mail, Notice } from "./ops.ts";

export function deliver(floor: Floor, op: Deliver): Found {
  const { key, identity, mail, epoch } = op;
  for (const { phase } of floor.arriving)
    if (isArriving(phase, op))
      phase.mail.push(...mail.map((one) => ({ ...one, epoch })));
  const member = floor.presence.find(key, identity);
  const links = [...(member?.links ?? [])].filter((link) => isOf(link, epoch));
  for (const link of links) deliverTo(floor, link, mail);
  if (links.length > 0) {
    const isHad = links.some(
      ({ phase }) => phase.state === "joined" && !phase.confirms,
    );
    return { type: "found", state: "live", ...(!isHad && { isOpen: true }) };
  }
  const state = isHere(floor, op);
  // In the grace after the last socket went: here, but nobody had it.
  return { type: "found", state: state === "live" ? "joining" : state };
}

/** Did it come in by that claim, as far as is known? Numbers are of one claim. */
function isOf({ phase }: Link, epoch: number | undefined): boolean {
  if (phase.state !== "joined") return false;
  return epoch === undefined || phase.epoch === 0 || phase.epoch === epoch;
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
