// Inbound mail: a room sends the mail and notices of a directory to all connections of the user, and to those that are joining.

import type { Mail } from "../shared/mail-records.ts";
import type { Deliver, Found, Notice } from "../shared/room-requests.ts";
import type { Done } from "../shared/rpc.ts";
import { type Connection, isJoiningAs, type Member } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { closeUnentitled } from "./entry-permission.ts";
import { presenceState } from "./leave.ts";

/**
 * Sends mail to the connections of a user.
 *
 * @returns `live` only if a connection got it; `isOpen` if all of these confirm
 *   their mail by `received`
 */
export function deliverMail(context: RoomContext, op: Deliver): Found {
  const { key, identity, mail, epoch } = op;
  for (const { state } of context.joining)
    if (isJoiningAs(state, op))
      state.mail.push(...mail.map((one) => ({ ...one, epoch })));
  const member = context.presence.find(key, identity);
  const connections = [...(member?.connections ?? [])].filter((connection) =>
    isOfClaim(connection, epoch),
  );
  for (const connection of connections) sendMail(context, connection, mail);
  if (connections.length > 0) {
    const isReceived = connections.some(
      ({ state }) => state.kind === "joined" && !state.confirms,
    );
    return {
      type: "found",
      state: "live",
      ...(!isReceived && { isOpen: true }),
    };
  }
  const state = presenceState(context, op);
  // In the grace after the last connection the user is present, but got nothing.
  return { type: "found", state: state === "live" ? "joining" : state };
}

/** Did it join under that claim, as far as is known? Mail is numbered within one. */
function isOfClaim({ state }: Connection, epoch: number | undefined): boolean {
  if (state.kind !== "joined") return false;
  return epoch === undefined || state.epoch === 0 || state.epoch === epoch;
}

/** Sends mail that the connection has not been sent yet, in order. */
export function sendMail(
  context: RoomContext,
  connection: Connection,
  mail: readonly Mail[],
): void {
  const { state } = connection;
  if (state.kind !== "joined") return;
  for (const one of mail) {
    if (one.mail <= state.mail) continue;
    state.mail = one.mail;
    if (one.origin !== connection.id) {
      context.counters.deliveries++;
      context.sendLines(connection, [one.line]);
    }
    context.persist(connection);
  }
}

/** Sends a frame to every connection of a user, and to those that are joining. */
export function deliverNotice(
  context: RoomContext,
  op: Notice,
  now: number,
): Done {
  const { key, identity, line } = op;
  for (const { state } of context.joining)
    if (isJoiningAs(state, op)) state.notices.push(line);
  const member = context.presence.find(key, identity);
  for (const connection of member?.connections ?? [])
    context.sendLines(connection, [line]);
  if (member !== undefined && line.startsWith('{"type":"read"'))
    context.readState.mailRead(member, JSON.parse(line).mail);
  else if (member !== undefined && member.accountKind !== "app")
    noteRegistration(context, member, op, now);
  return { type: "done" };
}

/** Roles, memberships and the app depend on the registration of a name, and on its secret. */
function noteRegistration(
  context: RoomContext,
  member: Member,
  { line, secret: current }: Notice,
  now: number,
): void {
  const { type } = JSON.parse(line);
  if (type === "registered") member.accountKind = "registered";
  else if (type === "released") member.accountKind = "guest";
  else if (type === "rotated")
    for (const { state } of member.connections) {
      // The connection that changed the secret learns that by its answer.
      if (state.kind !== "joined") continue;
      state.hasOldSecret = (state.secret ?? member.identity) !== current;
    }
  else return;
  for (const connection of member.connections) context.persist(connection);
  closeUnentitled(context, [member], now);
}
