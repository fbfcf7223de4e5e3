// Authenticate: a room finds the identity behind a token: a guest's secret at once, an app's token by a call to the issuer.
import type { CloseName, ErrorCode } from "../../protocol/errors.ts";
import {
  type AuthResult,
  appPrincipal,
  guestPrincipal,
  isAppToken,
} from "../shared/principal.ts";
import { NOT_NAMED } from "../shared/room-access.ts";
import type { Refused, Reply, Verified } from "../shared/rpc.ts";
import type { Authenticating, Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { appRefusal } from "./entry-permission.ts";
import { readUserData } from "./user-data.ts";

/** Receives the result, in this event or in a later one. */
export type OnAuthenticated = (result: AuthResult, now: number) => void;

/**
 * Authenticates a token. While the issuer checks an app's token, the connection
 * is in the state `authenticating`, and its frames are buffered.
 *
 * @param done is not called if the connection closes first
 */
export function authenticate(
  context: RoomContext,
  connection: Connection,
  token: string,
  now: number,
  done: OnAuthenticated,
): void {
  if (!isAppToken(context.settings, token)) {
    done(authenticateGuest(context, token), now);
    return;
  }
  const state: Authenticating = {
    kind: "authenticating",
    buffered: [],
    bufferedBytes: 0,
  };
  connection.state = state;
  context.persist(connection);
  context.calls.add(
    // A name for each connection: no token waits for the keys of another token.
    { kind: "issuer", name: connection.id },
    { type: "verify", token },
    (reply, at) => {
      const isWaiting =
        connection.state === state && context.isOpen(connection);
      if (!isWaiting) return;
      connection.state = { kind: "new" };
      context.releasedFrames.push({ connection, frames: state.buffered });
      done(authResultOf(context, reply, at), at);
    },
  );
}

/** At a private room a malformed secret gets the same refusal as all others. */
function authenticateGuest(
  { platform, settings, isPrivate }: RoomContext,
  secret: string,
): AuthResult {
  const result = guestPrincipal(platform, secret);
  return isPrivate && (settings.GUESTS === "off" || !result.ok)
    ? { ok: false, refusal: NOT_NAMED }
    : result;
}

/** Authenticates a connection's bearer token; a refusal closes the connection. */
export function authenticateBearer(
  context: RoomContext,
  connection: Connection,
  token: string,
  now: number,
  admitted: (now: number) => void,
): void {
  authenticate(context, connection, token, now, (result, at) =>
    bearerAuthenticated(context, connection, result, at, admitted),
  );
}

/** The app knows the user of the request, or denies it: that closes the connection. */
export function authenticateByApp(
  context: RoomContext,
  connection: Connection,
  verdict: Verified | Refused,
  now: number,
  admitted: (now: number) => void,
): void {
  const result = authResultOf(context, verdict, now);
  bearerAuthenticated(context, connection, result, now, admitted);
}

function bearerAuthenticated(
  context: RoomContext,
  connection: Connection,
  result: AuthResult,
  now: number,
  admitted: (now: number) => void,
): void {
  const refusal = result.ok
    ? appRefusal(context, result.principal)
    : result.refusal;
  if (result.ok && refusal === null) {
    connection.bearer = result.principal;
    admitted(now);
    return;
  }
  const { code, message, reason, retryAfter } = refusal ?? NOT_NAMED;
  context.sendError(connection, code, { message, reason, retryAfter });
  context.close(connection, closeNameFor(code));
}

/** @param reply of the issuer, or the app's word about a request */
export function authResultOf(
  context: RoomContext,
  reply: Reply | null,
  now: number,
): AuthResult {
  const { platform, settings, name } = context;
  switch (reply?.type) {
    case "verified":
      return appPrincipal(
        platform,
        settings,
        name,
        reply,
        readUserData(context, reply.data),
        now,
      );
    case "refused":
      return { ok: false, refusal: reply };
    default:
      return {
        ok: false,
        refusal: { code: "unavailable", retryAfter: 1000 },
      };
  }
}

/** @returns the close for a connection that was refused with this code */
export function closeNameFor(code: ErrorCode): CloseName {
  if (code === "unauthorized") return "unauthorized";
  if (code === "unavailable" || code === "internal") return "restarted";
  return "refused";
}
