// Finding out whose token it is: a guest's secret at once, an app's token by way of whoever can check it.
import type { CloseName, ErrorCode } from "../../protocol/errors.ts";
import {
  type AuthResult,
  appPrincipal,
  guestPrincipal,
  isAppToken,
} from "../shared/principal.ts";
import { NOT_NAMED } from "../shared/room-access.ts";
import type { Reply } from "../shared/rpc.ts";
import type { Authenticating, Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";

/** Hears whose it is, in this event or in a later one. */
export type OnAuthenticated = (result: AuthResult, now: number) => void;

/** What arrives on the connection meanwhile is held. */
export function authenticate(
  context: RoomContext,
  connection: Connection,
  token: string,
  now: number,
  done: OnAuthenticated,
): void {
  if (!isAppToken(context.settings, token)) {
    // No secret names a private room, whether it is one or not.
    const result: AuthResult = context.isPrivate
      ? { ok: false, refusal: NOT_NAMED }
      : guestPrincipal(context.platform, token);
    done(result, now);
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
    // Each by itself: nobody waits for the keys of somebody else's token.
    { kind: "issuer", name: connection.id },
    { type: "verify", token },
    (reply, then) => {
      const waits = connection.state === state && context.isOpen(connection);
      if (!waits) return;
      connection.state = { kind: "new" };
      context.releasedFrames.push({ connection, frames: state.buffered });
      done(authResultOf(context, reply, then), then);
    },
  );
}

/** Of the token that came with the connection, which stands or falls with it. */
export function authenticateBearer(
  context: RoomContext,
  connection: Connection,
  token: string,
  now: number,
  admitted: (now: number) => void,
): void {
  authenticate(context, connection, token, now, (result, then) => {
    if (result.ok) {
      connection.bearer = result.principal;
      admitted(then);
      return;
    }
    const { code, ...more } = result.refusal;
    context.sendError(connection, code, more);
    context.close(connection, closeNameFor(code));
  });
}

function authResultOf(
  context: RoomContext,
  reply: Reply | null,
  now: number,
): AuthResult {
  const { platform, settings, name } = context;
  switch (reply?.type) {
    case "verified":
      return appPrincipal(platform, settings, name, reply, now);
    case "refused":
      return { ok: false, refusal: reply };
    default:
      return {
        ok: false,
        refusal: { code: "unavailable", retryAfter: 1000 },
      };
  }
}

/** How a connection is closed that was refused so. */
export function closeNameFor(code: ErrorCode): CloseName {
  if (code === "unauthorized") return "unauthorized";
  if (code === "unavailable") return "restarted";
  return "refused";
}
