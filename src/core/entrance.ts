// Coming in: a join by way of the directory, its refusal, and what a connection gets once it is in.
import type { CloseName, ErrorCode } from "../protocol/errors.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Join } from "../protocol/messages.ts";
import { nameKey, readUsername } from "../protocol/names.ts";
import { leaveUnlessHere, reclaim } from "./exit.ts";
import type { Floor } from "./floor.ts";
import { joinWait } from "./haste.ts";
import { freshSecret, identify } from "./identity.ts";
import { deliverTo } from "./letterbox.ts";
import type { Joined, Joining, Link } from "./link.ts";
import type { Entered, Reply } from "./ops.ts";
import type { Member } from "./presence.ts";
import { suffixed } from "./suffix.ts";
import { welcome } from "./welcome.ts";

/** Asks the directory for the name; the answer is the welcome or an error. */
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
  const wait = joinWait(floor, link, now);
  if (wait > 0) {
    refuse(floor, link, byUrl, "rate_limited", wait);
    return;
  }
  const username = readUsername(frame.username);
  if (username === null) {
    refuse(floor, link, byUrl, "bad_username");
    return;
  }
  if (floor.reserved.has(nameKey(username))) {
    refuse(floor, link, byUrl, "forbidden", undefined, "The name is reserved.");
    return;
  }
  const token =
    frame.token === undefined && link.bearer === null
      ? freshSecret(floor.tools)
      : null;
  const identity =
    frame.token === undefined && token === null
      ? link.bearer
      : identify(floor.tools, frame.token ?? token ?? "");
  if (identity === null) {
    refuse(floor, link, byUrl, "unauthorized");
    return;
  }
  const phase: Joining = {
    state: "joining",
    join: frame,
    username,
    asked: username,
    key: nameKey(username),
    identity,
    rank: "guest",
    tries: 0,
    version: 0,
    isEvicted: false,
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
  } else if (reply?.type === "entered") {
    welcomeIn(floor, link, phase, reply, now);
  } else {
    // A call that failed may still have entered it.
    if (reply === null) leaveUnlessHere(floor, phase.key, phase.identity, now);
    const [code, retryAfter] =
      reply?.type === "refused"
        ? [reply.code, reply.retryAfter]
        : (["unavailable", 1000] as const);
    refuse(floor, link, phase.byUrl, code, retryAfter);
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
  const late = phase.mail.filter(({ mail }) => mail > reply.head);
  const joined: Joined = {
    state: "joined",
    member,
    secret: identity === phase.identity ? null : phase.identity,
    device,
    mail: reply.head,
    confirms: false,
  };
  link.phase = joined;
  floor.audience.add(link);
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
function confirm(floor: Floor, member: Member, { mail }: Joined): void {
  floor.calls.add(
    { kind: "directory", name: member.key },
    { type: "had", identity: member.identity, mail },
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
  code: ErrorCode,
  retryAfter?: number,
  message?: string,
): void {
  floor.fail(link, code, { retryAfter, message });
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

function closeFor(code: ErrorCode): CloseName {
  if (code === "unauthorized") return "unauthorized";
  if (code === "unavailable") return "restarted";
  return "refused";
}
