// What members say: to the room, to one user, and that they are typing.

import type {
  MessageFrame,
  PrivateAck,
  PrivateFrame,
  ReceivedFrame,
  RoomAck,
  RoomMessage,
} from "../../protocol/client-frames.ts";
import { encodeJson } from "../../protocol/codec.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { nameKey, readUsername } from "../../protocol/names.ts";
import type {
  OnlyConnectionHint,
  PrivateMessageRecord,
  Reply,
} from "../shared/rpc.ts";
import type { Connection, Joined } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import type { Member } from "./presence.ts";

/** A message to the room: it waits in the outbox, with its ack. */
export function sendMessage(
  context: RoomContext,
  connection: Connection,
  { user, username }: Member,
  { text, id }: MessageFrame,
  now: number,
): void {
  const own = id === undefined ? {} : { id };
  const first = id === undefined ? undefined : context.dedupe.find(user, id);
  if (first !== undefined) {
    const ack: RoomAck = { type: "ack", ...own, ...first, duplicate: true };
    // The first one's ack is still to come: not before it.
    if (first.seq > context.log.head)
      context.broadcastQueue.direct(connection, encodeJson(ack));
    else context.send(connection, ack);
    return;
  }
  const seq = context.log.head + context.broadcastQueue.eventCount + 1;
  const message: RoomMessage = {
    type: "message",
    seq,
    room: context.name,
    user,
    username,
    text,
    at: now,
    ...own,
  };
  const ack: RoomAck = { type: "ack", ...own, seq, at: now };
  context.broadcastQueue.event(
    context.encode(message),
    connection,
    encodeJson(ack),
  );
  if (id !== undefined) context.dedupe.add(user, id, { seq, at: now });
}

/** A private message: the addressee's directory keeps it, then it is acked. */
export function sendPrivate(
  context: RoomContext,
  connection: Connection,
  member: Member,
  { to, text, id, toUser }: PrivateFrame,
  now: number,
): void {
  const username = readUsername(to);
  if (username === null) {
    context.sendError(connection, "bad_username", { id });
    return;
  }
  if (connection.privatesInFlight >= LIMITS.privatesInFlightMax) {
    context.sendError(connection, "rate_limited", { id, retryAfter: 1000 });
    return;
  }
  connection.privatesInFlight++;
  const letter: PrivateMessageRecord = {
    id: context.platform.random(12),
    ...(id !== undefined && { clientId: id }),
    identity: member.identity,
    username: member.username,
    to: username,
    text,
    at: now,
    ...epochOf(connection),
  };
  const key = nameKey(username);
  const { epoch: toEpoch = 0 } = context.presence.get(key) ?? {};
  context.privateQueue.add(
    key,
    {
      type: "post",
      letter,
      fromKey: member.key,
      origin: connection.id,
      ...onlyConnectionHint(context, member),
      ...(toUser !== undefined && { toUser }),
      ...(toEpoch !== 0 && { toEpoch }),
    },
    (reply) => privateAnswered(context, connection, id, reply),
  );
}

/** Of the claim by which it is in, if that is known. */
function epochOf({ state }: Connection): { epoch?: number } {
  const isKnown = state.kind === "joined" && state.epoch !== 0;
  return isKnown ? { epoch: state.epoch } : {};
}

function onlyConnectionHint(
  { name }: RoomContext,
  { connections, version }: Member,
): { sole?: OnlyConnectionHint } {
  // Not known of one that slept in an older version.
  const isSole = connections.size === 1 && version > 0;
  return isSole ? { sole: { room: name, version } } : {};
}

function privateAnswered(
  context: RoomContext,
  connection: Connection,
  id: string | undefined,
  reply: Reply | null,
): void {
  connection.privatesInFlight--;
  if (context.connections.get(connection.conn) !== connection) return;
  if (reply?.type === "refused") {
    const { code, retryAfter } = reply;
    context.sendError(connection, code, { id, retryAfter });
  } else if (reply?.type === "posted") {
    const { type: _, id: serverId, ...rest } = reply;
    const ack: PrivateAck = {
      type: "ack",
      ...(id !== undefined && { id }),
      private: serverId,
      ...rest,
    };
    context.send(connection, ack);
  } else {
    context.sendError(connection, "unavailable", { id, retryAfter: 1000 });
  }
}

/** Told to the others at once, if they are few. Never stored. */
export function sendTyping(context: RoomContext, member: Member): void {
  if (context.presence.count > LIMITS.typingMembersMax) return;
  const { user, username, connections } = member;
  context.broadcast({ type: "typing", user, username }, new Set(connections));
}

/** What has arrived at a client: the directory need not send it again. */
export function confirmReceived(
  context: RoomContext,
  connection: Connection,
  state: Joined,
  { mail }: ReceivedFrame,
): void {
  if (mail === undefined) return;
  const { member, mail: sent } = state;
  const { identity } = member;
  if (!state.confirms) {
    state.confirms = true;
    context.persist(connection);
  }
  context.calls.add(
    { kind: "directory", name: member.key },
    {
      type: "had",
      identity,
      mail: Math.min(mail, sent),
      ...epochOf(connection),
    },
    () => undefined,
  );
}
