// Coming in: a join by way of the directory, its refusal, and what a connection gets once it is in.
import * as LIMITS from "../protocol/limits.ts";
import type { Join } from "../protocol/messages.ts";
import { nameKey } from "../protocol/names.ts";
import { admitJoin } from "./capacity.ts";
import { check, closeFor } from "./checking.ts";
import { NO_ROOM, NOT_NAMED } from "./door.ts";
import { leaveUnlessHere, reclaim } from "./exit.ts";
import type { Floor } from "./floor.ts";
import { joinWait } from "./haste.ts";
import { freshSecret } from "./identity.ts";
import { deliverTo } from "./letterbox.ts";
import type { Joined, Joining, Link } from "./link.ts";
import type { Entered, Reply } from "./ops.ts";
import { guestPass, isAppToken, type Pass, type Refusal } from "./pass.ts";
import type { Member } from "./presence.ts";
import { suffixed } from "./suffix.ts";
import { mayBeFirst, nameFor } from "./threshold.ts";
import { welcome } from "./welcome.ts";

/** Who asks is found out, then the directory is asked for the name. */
export function join(
  floor: Floor,
  link: Link,
  frame: Join,
  byUrl: boolean,
  now: number,
): void {
  if (link.phase.state !== "new") {
    floor.fail(link, "already_joined");
    return;
  }
  if (floor.isPrivate && !mayNameRoom(floor, link, frame)) {
    refuse(floor, link, byUrl, NOT_NAMED);
    return;
  }
  const wait = joinWait(floor, link, now);
  if (wait > 0) {
    refuse(floor, link, byUrl, { code: "rate_limited", retryAfter: wait });
    return;
  }
  if (frame.token !== undefined)
    check(floor, link, frame.token, now, (shown, then) => {
      if (shown.ok) enter(floor, link, frame, byUrl, shown.pass, null, then);
      else refuse(floor, link, byUrl, shown.refusal);
    });
  else if (link.bearer !== null)
    enter(floor, link, frame, byUrl, link.bearer, null, now);
  else {
    const secret = freshSecret(floor.tools);
    const shown = guestPass(floor.tools, secret);
    if (shown.ok) enter(floor, link, frame, byUrl, shown.pass, secret, now);
  }
}

/** Could what it shows name the room? A guest's secret never does. */
function mayNameRoom(
  { settings }: Floor,
  { bearer }: Link,
  { token }: Join,
): boolean {
  return token === undefined
    ? (bearer?.namesRoom ?? false)
    : isAppToken(settings, token);
}

/** Asks the directory for the name; the answer is the welcome or an error. */
function enter(
  floor: Floor,
  link: Link,
  frame: Join,
  byUrl: boolean,
  pass: Pass,
  token: string | null,
  now: number,
): void {
  const named = nameFor(floor, frame, pass, now);
  if (!named.ok) {
    refuse(floor, link, byUrl, named.refusal);
    return;
  }
  if (!admitJoin(floor, link)) return;
  const { username } = named;
  const { identity, expires, namesRoom } = pass;
  const phase: Joining = {
    state: "joining",
    join: frame,
    username,
    asked: username,
    key: nameKey(username),
    identity,
    rank: pass.username === null ? "guest" : "app",
    tries: 0,
    version: 0,
    isEvicted: false,
    expires,
    namesRoom,
    token,
    byUrl,
    held: [],
    heldBytes: 0,
    mail: [],
    notices: [],
  };
  link.phase = phase;
  floor.keep(link);
  knock(floor, link, phase, now);
}

/** Asks for the name, or the next one that will do. */
function knock(floor: Floor, link: Link, phase: Joining, now: number): void {
  const { key, asked, identity, rank, join: frame } = phase;
  phase.version = floor.nextVersion(now);
  floor.arriving.add(link);
  floor.calls.add(
    { kind: "directory", name: key },
    {
      type: "enter",
      identity,
      rank,
      username: asked,
      room: floor.name,
      version: phase.version,
      ...(frame.mailSince !== undefined && { mailSince: frame.mailSince }),
      ...(frame.mailEpoch !== undefined && { mailEpoch: frame.mailEpoch }),
    },
    (reply, then) => entered(floor, link, phase, reply, then),
  );
}

function entered(
  floor: Floor,
  link: Link,
  phase: Joining,
  reply: Reply | null,
  now: number,
): void {
  floor.arriving.delete(link);
  if (reply?.type === "entered" && reply.version !== undefined) {
    floor.used(reply.version);
    phase.version = reply.version;
  }
  const waits = link.phase === phase && floor.links.get(link.conn) === link;
  if (!waits) {
    // It went while the directory thought; what was entered must be left.
    const identity = identityOf(phase, reply);
    leaveUnlessHere(floor, phase.key, identity, now);
    return;
  }
  if (isTaken(reply) && takeNext(phase)) {
    knock(floor, link, phase, now);
    return;
  }
  link.phase = { state: "new" };
  floor.freed.push({ link, held: phase.held });
  if (reply?.type === "entered" && phase.isEvicted) {
    floor.fail(link, "username_taken");
    floor.shut(link, "reclaimed");
  } else if (reply?.type === "entered" && !mayBeFirst(floor, phase, reply)) {
    leaveUnlessHere(floor, phase.key, identityOf(phase, reply), now);
    refuse(floor, link, phase.byUrl, NO_ROOM);
  } else if (reply?.type === "entered") {
    welcomeIn(floor, link, phase, reply, now);
  } else {
    // A call that failed may still have entered it.
    if (reply === null) leaveUnlessHere(floor, phase.key, phase.identity, now);
    const refusal: Refusal =
      reply?.type === "refused"
        ? reply
        : { code: "unavailable", retryAfter: 1000 };
    refuse(floor, link, phase.byUrl, refusal);
  }
}

/** An older secret, or a newer one, stands for the one it began with. */
function identityOf({ identity }: Joining, reply: Reply | null): string {
  return reply?.type === "entered" ? (reply.identity ?? identity) : identity;
}

function isTaken(reply: Reply | null): boolean {
  return reply?.type === "refused" && reply.code === "username_taken";
}

/** An app's users never lose to each other: the later one gets a suffix. */
function takeNext(phase: Joining): boolean {
  if (phase.rank !== "app") return false;
  const next = suffixed(phase.username, phase.identity, phase.tries + 1);
  if (next === null) return false;
  phase.tries++;
  phase.asked = next;
  phase.key = nameKey(next);
  return true;
}

function welcomeIn(
  floor: Floor,
  link: Link,
  phase: Joining,
  reply: Entered,
  now: number,
): void {
  const { log, presence } = floor;
  const identity = identityOf(phase, reply);
  if (log.epoch === null) log.begin(floor.tools.random(6));
  const other = presence.get(phase.key);
  // The directory has given the name to somebody else than we knew.
  if (other !== undefined && other.identity !== identity)
    reclaim(floor, other, now);
  const known = presence.find(phase.key, identity);
  const member =
    known ??
    presence.add({
      key: phase.key,
      identity,
      username: reply.username,
    });
  const device = phase.join.device ?? null;
  makeRoom(floor, member, device, now);
  presence.attach(member, link);
  member.version = Math.max(member.version, phase.version);
  member.epoch = reply.epoch;
  const late = phase.mail.filter(
    ({ mail, epoch = reply.epoch }) =>
      mail > reply.head && epoch === reply.epoch,
  );
  const joined: Joined = {
    state: "joined",
    member,
    secret: identity === phase.identity ? null : phase.identity,
    device,
    expires: phase.expires,
    namesRoom: phase.namesRoom,
    mail: reply.head,
    epoch: reply.epoch,
    confirms: false,
  };
  link.phase = joined;
  floor.audience.add(link);
  floor.ends.joined(link);
  link.refusedJoins = 0;
  floor.tellLines(link, welcome(floor, phase, identity, reply));
  floor.outbox.entered(link);
  deliverTo(floor, link, late);
  floor.tellLines(link, phase.notices);
  floor.keep(link);
  if (reply.mail.length > 0 || late.length > 0) confirm(floor, member, joined);
  if (known === undefined) floor.crowd.changed("joined", member, now);
}

/** What this connection was sent has reached a socket of theirs. */
function confirm(floor: Floor, member: Member, joined: Joined): void {
  const { mail, epoch } = joined;
  floor.calls.add(
    { kind: "directory", name: member.key },
    { type: "had", identity: member.identity, mail, epoch },
    () => undefined,
  );
}

/** Replaces the same device's older connection, and the most silent if full. */
function makeRoom(
  floor: Floor,
  member: Member,
  device: string | null,
  now: number,
): void {
  for (const old of [...member.links])
    if (
      device !== null &&
      old.phase.state === "joined" &&
      old.phase.device === device
    )
      replace(floor, member, old, now);
  while (member.links.size >= floor.settings.USER_CONNECTIONS) {
    const heard = (link: Link) =>
      Math.max(link.heardAt, floor.tools.pinged(link.conn) ?? 0);
    const [silent] = [...member.links].sort((a, b) => heard(a) - heard(b));
    if (silent === undefined) return;
    replace(floor, member, silent, now);
  }
}

/** The member stays: the newcomer takes the place at once. */
function replace(floor: Floor, member: Member, old: Link, now: number): void {
  if (!floor.outbox.isEmpty) floor.flush(now);
  floor.presence.detach(member, old);
  floor.audience.delete(old);
  floor.shut(old, "replaced");
}

function refuse(
  floor: Floor,
  link: Link,
  byUrl: boolean,
  { code, message, reason, retryAfter }: Refusal,
): void {
  floor.fail(link, code, { message, reason, retryAfter });
  floor.effects.logs.push({
    event: "join refused",
    code,
    connections: floor.links.size,
    members: floor.presence.count,
  });
  if (byUrl) {
    floor.shut(link, closeFor(code));
    return;
  }
  floor.keep(link);
  if (code === "unavailable" || code === "rate_limited") return;
  link.refusedJoins++;
  if (link.refusedJoins >= LIMITS.refusedJoins)
    floor.shut(link, closeFor(code));
}
