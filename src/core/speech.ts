// What members say: to the room, to one user, and that they are typing.
import { toJson } from "../protocol/codec.ts";
import * as LIMITS from "../protocol/limits.ts";
import type {
  PrivateAck,
  PrivateSay,
  Received,
  RoomAck,
  RoomMessage,
  Say,
} from "../protocol/messages.ts";
import { nameKey, readUsername } from "../protocol/names.ts";
import type { Floor } from "./floor.ts";
import type { Joined, Link } from "./link.ts";
import type { Letter, Reply, Sole } from "./ops.ts";
import type { Member } from "./presence.ts";

/** A message to the room: it waits in the outbox, with its ack. */
export function say(
  floor: Floor,
  link: Link,
  { user, username }: Member,
  { text, id }: Say,
  now: number,
): void {
  const own = id === undefined ? {} : { id };
  const first = id === undefined ? undefined : floor.recent.find(user, id);
  if (first !== undefined) {
    const ack: RoomAck = { type: "ack", ...own, ...first, duplicate: true };
    // The first one's ack is still to come: not before it.
    if (first.seq > floor.log.head) floor.outbox.aside(link, toJson(ack));
    else floor.tell(link, ack);
    return;
  }
  const seq = floor.log.head + floor.outbox.events + 1;
  const message: RoomMessage = {
    type: "message",
    seq,
    room: floor.name,
    user,
    username,
    text,
    at: now,
    ...own,
  };
  const ack: RoomAck = { type: "ack", ...own, seq, at: now };
  floor.outbox.event(floor.encode(message), link, toJson(ack));
  if (id !== undefined) floor.recent.add(user, id, { seq, at: now });
}

/** A private message: the addressee's directory keeps it, then it is acked. */
export function whisper(
  floor: Floor,
  link: Link,
  member: Member,
  { to, text, id, toUser }: PrivateSay,
  now: number,
): void {
  const username = readUsername(to);
  if (username === null) {
    floor.fail(link, "bad_username", { id });
    return;
  }
  if (link.privates >= LIMITS.privatesInFlight) {
    floor.fail(link, "rate_limited", { id, retryAfter: 1000 });
    return;
  }
  link.privates++;
  const letter: Letter = {
    id: floor.tools.random(12),
    ...(id !== undefined && { clientId: id }),
    identity: member.identity,
    username: member.username,
    to: username,
    text,
    at: now,
    ...epochOf(link),
  };
  const key = nameKey(username);
  const { epoch: toEpoch = 0 } = floor.presence.get(key) ?? {};
  floor.posts.add(
    key,
    {
      type: "post",
      letter,
      fromKey: member.key,
      origin: link.id,
      ...soleOf(floor, member),
      ...(toUser !== undefined && { toUser }),
      ...(toEpoch !== 0 && { toEpoch }),
    },
    (reply) => posted(floor, link, id, reply),
  );
}

/** Of the claim by which it is in, if that is known. */
function epochOf({ phase }: Link): { epoch?: number } {
  const isKnown = phase.state === "joined" && phase.epoch !== 0;
  return isKnown ? { epoch: phase.epoch } : {};
}

function soleOf({ name }: Floor, { links, version }: Member): { sole?: Sole } {
  // Not known of one that slept in an older version.
  const isSole = links.size === 1 && version > 0;
  return isSole ? { sole: { room: name, version } } : {};
}

function posted(
  floor: Floor,
  link: Link,
  id: string | undefined,
  reply: Reply | null,
): void {
  link.privates--;
  if (floor.links.get(link.conn) !== link) return;
  if (reply?.type === "refused") {
    const { code, retryAfter } = reply;
    floor.fail(link, code, { id, retryAfter });
  } else if (reply?.type === "posted") {
    const { type: _, id: serverId, ...rest } = reply;
    const ack: PrivateAck = {
      type: "ack",
      ...(id !== undefined && { id }),
      private: serverId,
      ...rest,
    };
    floor.tell(link, ack);
  } else {
    floor.fail(link, "unavailable", { id, retryAfter: 1000 });
  }
}

/** Told to the others at once, if they are few. Never stored. */
export function typing(floor: Floor, member: Member): void {
  if (floor.presence.count > LIMITS.typing) return;
  const { user, username, links } = member;
  floor.announce({ type: "typing", user, username }, new Set(links));
}

/** What has arrived at a client: the directory need not send it again. */
export function received(
  floor: Floor,
  link: Link,
  phase: Joined,
  { mail }: Received,
): void {
  if (mail === undefined) return;
  const { member, mail: sent } = phase;
  const { identity } = member;
  if (!phase.confirms) {
    phase.confirms = true;
    floor.keep(link);
  }
  floor.calls.add(
    { kind: "directory", name: member.key },
    { type: "had", identity, mail: Math.min(mail, sent), ...epochOf(link) },
    () => undefined,
  );
}
