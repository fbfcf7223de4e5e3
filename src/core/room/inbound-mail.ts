// What a directory hands to a room, mail above all: for the sockets of its owner, those still joining too.

import type { Deliver, Done, Found, Mail, Notice } from "../shared/rpc.ts";
import { type Connection, isJoiningAs } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { presenceState } from "./leave.ts";

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
    const isHad = connections.some(
      ({ state }) => state.kind === "joined" && !state.confirms,
    );
    return { type: "found", state: "live", ...(!isHad && { isOpen: true }) };
  }
  const state = presenceState(context, op);
  // In the grace after the last socket went: here, but nobody had it.
  return { type: "found", state: state === "live" ? "joining" : state };
}

/** Did it come in by that claim, as far as is known? Numbers are of one claim. */
function isOfClaim({ state }: Connection, epoch: number | undefined): boolean {
  if (state.kind !== "joined") return false;
  return epoch === undefined || state.epoch === 0 || state.epoch === epoch;
}

/** Sends new mail, in order, each once. */
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
    if (one.origin !== connection.id) context.sendLines(connection, [one.line]);
    context.persist(connection);
  }
}

/** A frame for every connection of theirs, those still joining too. */
export function deliverNotice(context: RoomContext, op: Notice): Done {
  const { key, identity, line } = op;
  for (const { state } of context.joining)
    if (isJoiningAs(state, op)) state.notices.push(line);
  const member = context.presence.find(key, identity);
  for (const connection of member?.connections ?? [])
    context.sendLines(connection, [line]);
  return { type: "done" };
}
