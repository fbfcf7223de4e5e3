// Join: a connection asks the directory for a name, and joins as a member of the room once the name is granted.
import type { JoinFrame } from "../../protocol/client-frames.ts";
import { nameKey } from "../../protocol/name-key.ts";
import { higherRole } from "../../protocol/roles.ts";
import type { AppVerdict } from "../shared/app-verdicts.ts";
import type { Entered } from "../shared/directory-requests.ts";
import { publicId } from "../shared/identity.ts";
import type { Principal } from "../shared/principal.ts";
import type { Refusal } from "../shared/refusal.ts";
import { NO_ROOM, NOT_NAMED } from "../shared/room-access.ts";
import type { Reply } from "../shared/rpc.ts";
import { mayCreateRoom, resolveUsername } from "./admission.ts";
import { NO_VERDICT, whenAnswered } from "./ask-app.ts";
import { networkRefusal } from "./ban-network.ts";
import { admitJoin } from "./capacity.ts";
import type { Connection, Joined, Joining, Member } from "./connection.ts";
import { replaceConnections } from "./connection-replacement.ts";
import type { RoomContext } from "./context.ts";
import { enrol } from "./enrol.ts";
import { shutRefusal } from "./entry-permission.ts";
import { hookUser } from "./hook-user.ts";
import { sendMail } from "./inbound-mail.ts";
import type { Invitation } from "./invitations.ts";
import { refuseJoin } from "./join-refusal.ts";
import {
  accountKindOf,
  entryOf,
  identityOf,
  joiningActor,
} from "./joining-user.ts";
import { notifyLeave, revokeName } from "./leave.ts";
import { suffixedName } from "./name-suffix.ts";
import { banRefusal, holderOf, ownsNewRooms, roleOf } from "./permission.ts";
import { readUserData, setUserData } from "./user-data.ts";
import { welcome } from "./welcome.ts";

/**
 * Asks the directory for the name; the connection gets the welcome or an error.
 *
 * @param byUrl the join came with the URL: a refusal closes the connection
 * @param token the secret, if the server has chosen it: the welcome tells it
 */
export function joinAs(
  context: RoomContext,
  connection: Connection,
  frame: JoinFrame,
  byUrl: boolean,
  principal: Principal,
  token: string | null,
  now: number,
): void {
  const shut = shutRefusal(context);
  if (shut !== null) {
    refuseJoin(context, connection, byUrl, shut);
    return;
  }
  const named = resolveUsername(context, frame, principal, now);
  if (!named.ok) {
    refuseJoin(context, connection, byUrl, named.refusal);
    return;
  }
  const { username, key } = named;
  const hasMembers = context.moderation.policy.access === "members";
  const isOutsider = named.isOutsider || (hasMembers && !context.isPrivate);
  if (!isOutsider && !admitJoin(context, connection)) return;
  const { identity, expires, namesRoom, data, role } = principal;
  const state: Joining = {
    kind: "joining",
    join: frame,
    username,
    requestedName: username,
    key,
    identity,
    rank: principal.username === null ? "guest" : "app",
    attempts: 0,
    version: 0,
    isEvicted: false,
    expires,
    namesRoom,
    isOutsider,
    data,
    role,
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

/** Asks the directory for `requestedName`. */
function requestName(
  context: RoomContext,
  connection: Connection,
  state: Joining,
  now: number,
): void {
  const { key, requestedName, identity, rank, join: frame } = state;
  const { namesRoom, expires } = state;
  const hasPass = context.isPrivate && namesRoom;
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
      ...(hasPass && { passUntil: expires ?? Number.MAX_SAFE_INTEGER }),
      ...(frame.mailSince !== undefined && { mailSince: frame.mailSince }),
      ...(frame.mailEpoch !== undefined && { mailEpoch: frame.mailEpoch }),
    },
    (reply, at) => nameAnswered(context, connection, state, reply, at),
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
  const isWaiting = connection.state === state && context.isOpen(connection);
  if (!isWaiting) {
    // The connection closed meanwhile: the directory must learn that the user left.
    const identity = identityOf(state, reply);
    notifyLeave(context, state.key, identity, now, NOT_JOINED);
    return;
  }
  if (isNameTaken(reply) && tryNextName(state)) {
    requestName(context, connection, state, now);
    return;
  }
  const isAsked =
    context.hooks?.join !== undefined &&
    reply?.type === "entered" &&
    !state.isEvicted &&
    mayCreateRoom(context, state, reply) &&
    // The app says nothing about a user who may not enter whatever it says.
    !(context.isPrivate && entryOf(context, state, reply, now).refusal);
  if (isAsked) askAboutJoin(context, connection, state, reply, now);
  else endJoin(context, connection, state, reply, null, now);
}

/** Asks the app about a user who has got the name. */
function askAboutJoin(
  context: RoomContext,
  connection: Connection,
  state: Joining,
  reply: Entered,
  now: number,
): void {
  const identity = identityOf(state, reply);
  const actor = joiningActor(context, state, reply);
  const user = hookUser(
    { user: actor.user, username: reply.username },
    accountKindOf(state, reply),
    actor.role(),
    state.data,
  );
  const answer =
    context.hooks?.join?.({ room: context.name, user, ...context.trace }) ??
    NO_VERDICT;
  if (answer.type !== "pending") {
    endJoin(context, connection, state, reply, answer, now);
    return;
  }
  // The directory may ask for the user meanwhile.
  context.joining.add(connection);
  whenAnswered(context, answer, (verdict, at) => {
    context.joining.delete(connection);
    if (connection.state === state && context.isOpen(connection))
      endJoin(context, connection, state, reply, verdict, at);
    else notifyLeave(context, state.key, identity, at, NOT_JOINED);
  });
}

/** @param verdict of the app; null: it was not asked */
function endJoin(
  context: RoomContext,
  connection: Connection,
  state: Joining,
  reply: Reply | null,
  verdict: AppVerdict | null,
  now: number,
): void {
  connection.state = { kind: "new" };
  context.releasedFrames.push({ connection, frames: state.buffered });
  if (verdict !== null && "data" in verdict)
    state.data = readUserData(context, verdict.data);
  if (verdict?.type === "allowed")
    state.role = higherRole(state.role, verdict.role ?? null);
  if (reply?.type !== "entered") {
    // A call that failed may have taken effect all the same.
    if (reply === null)
      notifyLeave(context, state.key, state.identity, now, NOT_JOINED);
    refuseJoin(
      context,
      connection,
      state.byUrl,
      nameRefusal(context, state, reply),
    );
    return;
  }
  const entry = entryOf(context, state, reply, now);
  // Only the right to enter comes first: no other answer tells of the room.
  if (entry.refusal === null && hasLostName(context, state, reply)) {
    context.sendError(connection, "username_taken");
    context.close(connection, "reclaimed");
    return;
  }
  const actor = joiningActor(context, state, reply);
  const refusal =
    entry.refusal ??
    (mayCreateRoom(context, state, reply) ? null : NO_ROOM) ??
    (verdict?.type === "refused" ? verdict : null) ??
    banRefusal(context, actor, now) ??
    networkRefusal(context, { ...actor, network: connection.network }, now);
  if (refusal !== null) {
    notifyLeave(context, state.key, identityOf(state, reply), now, NOT_JOINED);
    refuseJoin(context, connection, state.byUrl, refusal);
  } else if (state.isOutsider && !admitJoin(context, connection))
    notifyLeave(context, state.key, identityOf(state, reply), now, NOT_JOINED);
  else completeJoin(context, connection, state, reply, entry.invitation, now);
}

/** @returns the refusal of a user who has not got the name */
function nameRefusal(
  { isPrivate }: RoomContext,
  { isOutsider }: Joining,
  reply: Reply | null,
): Refusal {
  if (reply?.type !== "refused") return UNAVAILABLE;
  // The directory may be away at any room, whether it exists or not.
  const isFault = reply.code === "unavailable" || reply.code === "internal";
  return isPrivate && isOutsider && !isFault ? NOT_NAMED : reply;
}

/** The room is not one of those that the user was in. */
const NOT_JOINED = { withoutVisit: true } as const;

const UNAVAILABLE: Refusal = { code: "unavailable", retryAfter: 1000 };

/** Somebody else got the name after this user, who had not joined yet. */
function hasLostName(
  { presence }: RoomContext,
  state: Joining,
  reply: Entered,
): boolean {
  const other = presence.get(state.key);
  const isOlder =
    other !== undefined &&
    other.identity !== identityOf(state, reply) &&
    reply.epoch < other.epoch;
  return state.isEvicted || isOlder;
}

function isNameTaken(reply: Reply | null): boolean {
  return reply?.type === "refused" && reply.code === "username_taken";
}

/**
 * Chooses the next name for an app's user whose name another one has.
 *
 * @returns false for guests, and if no name is left
 */
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
  invitation: Invitation | null,
  now: number,
): void {
  const { log, presence } = context;
  const identity = identityOf(state, reply);
  const kind = accountKindOf(state, reply);
  const hasOldSecret = reply.secretEnds !== undefined;
  if (log.epoch === null) {
    log.begin(context.platform.random(6));
    if (ownsNewRooms(context.settings, kind) && !hasOldSecret)
      context.moderation.roles.set(
        holderOf(publicId(identity), state.key, kind),
        "owner",
      );
  }
  const other = presence.get(state.key);
  // The directory has given the name to another identity since.
  if (other !== undefined && other.identity !== identity)
    revokeName(context, other, "reclaimed", now);
  const existing = presence.find(state.key, identity);
  const member =
    existing ??
    presence.add({
      key: state.key,
      identity,
      username: reply.username,
    });
  const device = state.join.device ?? null;
  replaceConnections(context, member, device, now);
  presence.attach(member, connection);
  member.version = Math.max(member.version, state.version);
  const isSameClaim = existing !== undefined && member.epoch === reply.epoch;
  context.readState.joined(member, reply, isSameClaim);
  member.epoch = reply.epoch;
  const hasOtherData = setUserData(context, member, state.data);
  member.accountKind = kind;
  const lateMail = state.mail.filter(
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
    role: state.role,
    hasOldSecret,
    mail: reply.head,
    epoch: reply.epoch,
    confirms: false,
  };
  // Before the welcome, which has the event then.
  if (invitation !== null) enrol(context, member, invitation, now);
  connection.state = joined;
  context.joined.add(connection);
  context.tokenExpiry.connectionJoined(connection);
  connection.refusedJoins = 0;
  const role = roleOf(context, connection);
  context.sendLines(
    connection,
    welcome(context, state, identity, reply, role, connection.text, now),
  );
  context.broadcastQueue.joined(connection);
  sendMail(context, connection, lateMail);
  context.sendLines(connection, state.notices);
  context.readState.tellSeen(connection, member, existing === undefined, now);
  context.persist(connection);
  if (reply.mail.length > 0 || lateMail.length > 0)
    confirmMail(context, member, joined);
  if (existing === undefined) {
    context.presenceBroadcaster.memberChanged("joined", member, now);
    context.events?.memberChanged(member.key);
  } else if (hasOtherData)
    context.presenceBroadcaster.dataChanged(member, connection, now);
}

/** Tells the directory which mail a connection of the user has been sent. */
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
