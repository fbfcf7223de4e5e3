// Join command: a connection enters the room under a name, by an app's token, a guest's secret or a new secret.
import type { JoinFrame } from "../../../protocol/client-frames.ts";
import { freshSecret } from "../../shared/identity.ts";
import { guestPrincipal, isAppToken } from "../../shared/principal.ts";
import { INVITED_GUEST, NOT_NAMED } from "../../shared/room-access.ts";
import { authenticate } from "../authenticate.ts";
import type { Connection } from "../connection.ts";
import type { RoomContext } from "../context.ts";
import { findInvitation } from "../entry-permission.ts";
import { joinRetryAfter } from "../flood-control.ts";
import { joinAs } from "../join.ts";
import { refuseJoin } from "../join-refusal.ts";
import type { ConnectionCommand } from "./command.ts";

export const join: ConnectionCommand<JoinFrame> = {
  needs: "connection",
  run: (context, connection, frame, now) =>
    startJoin(context, connection, frame, false, now),
};

/**
 * Authenticates the user, then asks the directory for the name.
 *
 * @param byUrl the join came with the URL: a refusal closes the connection
 */
export function startJoin(
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
  if (context.isPrivate && !hasToken(connection, frame)) {
    // A new secret has no registered name.
    const invitation = findInvitation(context, frame.invite, now);
    const refusal = invitation === null ? NOT_NAMED : INVITED_GUEST;
    refuseJoin(context, connection, byUrl, refusal);
    return;
  }
  const wait = joinRetryAfter(context, connection, now);
  if (wait > 0) {
    const isLimited =
      !context.isPrivate || mayTokenNameRoom(context, connection, frame);
    refuseJoin(
      context,
      connection,
      byUrl,
      isLimited ? { code: "rate_limited", retryAfter: wait } : NOT_NAMED,
    );
    return;
  }
  if (frame.token !== undefined)
    authenticate(context, connection, frame.token, now, (result, at) => {
      if (result.ok)
        joinAs(context, connection, frame, byUrl, result.principal, null, at);
      else refuseJoin(context, connection, byUrl, result.refusal);
    });
  else if (connection.bearer !== null)
    joinAs(context, connection, frame, byUrl, connection.bearer, null, now);
  else {
    const secret = freshSecret(context.platform);
    const result = guestPrincipal(context.platform, secret);
    if (result.ok)
      joinAs(context, connection, frame, byUrl, result.principal, secret, now);
  }
}

function hasToken({ bearer }: Connection, { token }: JoinFrame): boolean {
  return token !== undefined || bearer !== null;
}

/** Could the token name this room? A guest's secret never does. */
function mayTokenNameRoom(
  { settings }: RoomContext,
  { bearer }: Connection,
  { token }: JoinFrame,
): boolean {
  return token === undefined
    ? (bearer?.namesRoom ?? false)
    : isAppToken(settings, token);
}
