// Coming in: a join by way of the directory, its refusal, and what a connection gets once it is in.

import type { JoinFrame } from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { nameKey } from "../../protocol/names.ts";
import { freshSecret } from "../shared/identity.ts";
import {
  guestPrincipal,
  isAppToken,
  type Principal,
  type Refusal,
} from "../shared/principal.ts";
import { NO_ROOM, NOT_NAMED } from "../shared/room-access.ts";
import type { Entered, Reply } from "../shared/rpc.ts";
import { mayCreateRoom, resolveUsername } from "./admission.ts";
import { authenticate, closeNameFor } from "./authenticate.ts";
import { admitJoin } from "./capacity.ts";
import type { Connection, Joined, Joining } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { joinRetryAfter } from "./flood-control.ts";
import { sendMail } from "./inbound-mail.ts";
import { notifyLeave, revokeName } from "./leave.ts";
import { suffixedName } from "./name-suffix.ts";
import type { Member } from "./presence.ts";
import { welcome } from "./welcome.ts";

/** Who asks is found out, then the directory is asked for the name. */
export function join(
  context: RoomContext,
  connection: Connection,
  frame: JoinFrame,
  byUrl: boolean,
  now: number,
): void {
  if (connection.state.kind !== "new") {
    context.sendError(connection, "already_joined");
    return;
  }
  if (context.isPrivate && !mayTokenNameRoom(context, connection, frame)) {
    refuseJoin(context, connection, byUrl, NOT_NAMED);
    return;
  }
  const wait = joinRetryAfter(context, connection, now);
  if (wait > 0) {
    refuseJoin(context, connection, byUrl, {
      code: "rate_limited",
      retryAfter: wait,
    });
    return;
  }
  if (frame.token !== undefined)
    authenticate(context, connection, frame.token, now, (result, then) => {
      if (result.ok)
        enter(context, connection, frame, byUrl, result.principal, null, then);
      else refuseJoin(context, connection, byUrl, result.refusal);
    });
  else if (connection.bearer !== null)
    enter(context, connection, frame, byUrl, connection.bearer, null, now);
  else {
    const secret = freshSecret(context.platform);
    const result = guestPrincipal(context.platform, secret);
    if (result.ok)
      enter(context, connection, frame, byUrl, result.principal, secret, now);
  }
}

/** Could what it shows name the room? A guest's secret never does. */
function mayTokenNameRoom(
  { settings }: RoomContext,
  { bearer }: Connection,
  { token }: JoinFrame,
): boolean {
  return token === undefined
    ? (bearer?.namesRoom ?? false)
    : isAppToken(settings, token);
}

/** Asks the directory for the name; the answer is the welcome or an error. */
function enter(
  context: RoomContext,
  connection: Connection,
  frame: JoinFrame,
  byUrl: boolean,
  principal: Principal,
  token: string | null,
  now: number,
): void {
  const named = resolveUsername(context, frame, principal, now);
  if (!named.ok) {
    refuseJoin(context, connection, byUrl, named.refusal);
    return;
  }
  if (!admitJoin(context, connection)) return;
  const { username } = named;
  const { identity, expires, namesRoom } = principal;
  const state: Joining = {
    kind: "joining",
    join: frame,
    username,
    requestedName: username,
    key: nameKey(username),
    identity,
    rank: principal.username === null ? "guest" : "app",
    attempts: 0,
    version: 0,
    isEvicted: false,
    expires,
    namesRoom,
    token,
    byUrl,
    buffered: [],
    bufferedBytes: 0,
    mail: [],
    notices: [],
  };
  connection.state = state;
  context.persist(connection);
  requestName(context, connection, state, now);
}

/** Asks for the name, or the next one that will do. */
function requestName(
  context: RoomContext,
  connection: Connection,
  state: Joining,
  now: number,
): void {
  const { key, requestedName, identity, rank, join: frame } = state;
  state.version = context.nextVersion(now);
  context.joining.add(connection);
  context.calls.add(
    { kind: "directory", name: key },
    {
      type: "enter",
      identity,
      rank,
      username: requestedName,
      room: context.name,
      version: state.version,
      ...(frame.mailSince !== undefined && { mailSince: frame.mailSince }),
      ...(frame.mailEpoch !== undefined && { mailEpoch: frame.mailEpoch }),
    },
    (reply, then) => nameAnswered(context, connection, state, reply, then),
  );
}

function nameAnswered(
  context: RoomContext,
  connection: Connection,
  state: Joining,
  reply: Reply | null,
  now: number,
): void {
  context.joining.delete(connection);
  if (reply?.type === "entered" && reply.version !== undefined) {
    context.observeVersion(reply.version);
    state.version = reply.version;
  }
  const waits =
    connection.state === state &&
    context.connections.get(connection.conn) === connection;
  if (!waits) {
    // It went while the directory thought; what was entered must be left.
    const identity = identityOf(state, reply);
    notifyLeave(context, state.key, identity, now);
    return;
  }
  if (isNameTaken(reply) && tryNextName(state)) {
    requestName(context, connection, state, now);
    return;
  }
  connection.state = { kind: "new" };
  context.releasedFrames.push({ connection, held: state.buffered });
  if (reply?.type === "entered" && state.isEvicted) {
    context.sendError(connection, "username_taken");
    context.close(connection, "reclaimed");
  } else if (
    reply?.type === "entered" &&
    !mayCreateRoom(context, state, reply)
  ) {
    notifyLeave(context, state.key, identityOf(state, reply), now);
    refuseJoin(context, connection, state.byUrl, NO_ROOM);
  } else if (reply?.type === "entered") {
    completeJoin(context, connection, state, reply, now);
  } else {
    // A call that failed may still have entered it.
    if (reply === null) notifyLeave(context, state.key, state.identity, now);
    const refusal: Refusal =
      reply?.type === "refused"
        ? reply
        : { code: "unavailable", retryAfter: 1000 };
    refuseJoin(context, connection, state.byUrl, refusal);
  }
}

/** An older secret, or a newer one, stands for the one it began with. */
function identityOf({ identity }: Joining, reply: Reply | null): string {
  return reply?.type === "entered" ? (reply.identity ?? identity) : identity;
}

function isNameTaken(reply: Reply | null): boolean {
  return reply?.type === "refused" && reply.code === "username_taken";
}

/** An app's users never lose to each other: the later one gets a suffix. */
function tryNextName(state: Joining): boolean {
  if (state.rank !== "app") return false;
  const next = suffixedName(state.username, state.identity, state.attempts + 1);
  if (next === null) return false;
  state.attempts++;
  state.requestedName = next;
  state.key = nameKey(next);
  return true;
}

function completeJoin(
  context: RoomContext,
  connection: Connection,
  state: Joining,
  reply: Entered,
  now: number,
): void {
  const { log, presence } = context;
  const identity = identityOf(state, reply);
  if (log.epoch === null) log.begin(context.platform.random(6));
  const other = presence.get(state.key);
  // The directory has given the name to somebody else than we knew.
  if (other !== undefined && other.identity !== identity)
    revokeName(context, other, now);
  const known = presence.find(state.key, identity);
  const member =
    known ??
    presence.add({
      key: state.key,
      identity,
      username: reply.username,
    });
  const device = state.join.device ?? null;
  replaceConnections(context, member, device, now);
  presence.attach(member, connection);
  member.version = Math.max(member.version, state.version);
  member.epoch = reply.epoch;
  const late = state.mail.filter(
    ({ mail, epoch = reply.epoch }) =>
      mail > reply.head && epoch === reply.epoch,
  );
  const joined: Joined = {
    kind: "joined",
    member,
    secret: identity === state.identity ? null : state.identity,
    device,
    expires: state.expires,
    namesRoom: state.namesRoom,
    mail: reply.head,
    epoch: reply.epoch,
    confirms: false,
  };
  connection.state = joined;
  context.joined.add(connection);
  context.tokenExpiry.connectionJoined(connection);
  connection.refusedJoins = 0;
  context.sendLines(connection, welcome(context, state, identity, reply));
  context.broadcastQueue.joined(connection);
  sendMail(context, connection, late);
  context.sendLines(connection, state.notices);
  context.persist(connection);
  if (reply.mail.length > 0 || late.length > 0)
    confirmMail(context, member, joined);
  if (known === undefined)
    context.presenceBroadcaster.memberChanged("joined", member, now);
}

/** What this connection was sent has reached a socket of theirs. */
function confirmMail(
  context: RoomContext,
  member: Member,
  joined: Joined,
): void {
  const { mail, epoch } = joined;
  context.calls.add(
    { kind: "directory", name: member.key },
    { type: "had", identity: member.identity, mail, epoch },
    () => undefined,
  );
}

/** Replaces the same device's older connection, and the most silent if full. */
function replaceConnections(
  context: RoomContext,
  member: Member,
  device: string | null,
  now: number,
): void {
  for (const old of [...member.connections])
    if (
      device !== null &&
      old.state.kind === "joined" &&
      old.state.device === device
    )
      replaceConnection(context, member, old, now);
  while (member.connections.size >= context.settings.USER_CONNECTIONS) {
    const heard = (connection: Connection) =>
      Math.max(
        connection.lastFrameAt,
        context.platform.lastPingAt(connection.conn) ?? 0,
      );
    const [silent] = [...member.connections].sort(
      (a, b) => heard(a) - heard(b),
    );
    if (silent === undefined) return;
    replaceConnection(context, member, silent, now);
  }
}

/** The member stays: the newcomer takes the place at once. */
function replaceConnection(
  context: RoomContext,
  member: Member,
  old: Connection,
  now: number,
): void {
  if (!context.broadcastQueue.isEmpty) context.flush(now);
  context.presence.detach(member, old);
  context.joined.delete(old);
  context.close(old, "replaced");
}

function refuseJoin(
  context: RoomContext,
  connection: Connection,
  byUrl: boolean,
  { code, message, reason, retryAfter }: Refusal,
): void {
  context.sendError(connection, code, { message, reason, retryAfter });
  context.effects.logs.push({
    event: "join refused",
    code,
    connections: context.connections.size,
    members: context.presence.count,
  });
  if (byUrl) {
    context.close(connection, closeNameFor(code));
    return;
  }
  context.persist(connection);
  if (code === "unavailable" || code === "rate_limited") return;
  connection.refusedJoins++;
  if (connection.refusedJoins >= LIMITS.refusedJoinsMax)
    context.close(connection, closeNameFor(code));
}
