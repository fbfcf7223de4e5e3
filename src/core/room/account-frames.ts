// What members ask about their own name, and whom they block: the directory decides, and tells all their connections.

import type {
  BlockListFrame,
  RegistrationFrame,
  RotateFrame,
} from "../../protocol/client-frames.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { nameKey, readUsername } from "../../protocol/names.ts";
import { identify } from "../shared/identity.ts";
import { isAppToken } from "../shared/principal.ts";
import type { DirectoryOp, Reply } from "../shared/rpc.ts";
import type { Connection, Joined } from "./connection.ts";
import type { RoomContext } from "./context.ts";

export type AccountFrame = RegistrationFrame | RotateFrame | BlockListFrame;

export function runAccountFrame(
  context: RoomContext,
  connection: Connection,
  state: Joined,
  frame: AccountFrame,
  now: number,
): void {
  const { identity, key } = state.member;
  const secret = state.secret ?? identity;
  switch (frame.type) {
    case "register":
    case "release":
      request(context, connection, key, {
        type: frame.type,
        identity,
        secret,
        at: now,
      });
      break;
    case "rotate": {
      const next = identify(context.platform, frame.token);
      // What looks like the app's would never be taken for a secret.
      if (next === null || isAppToken(context.settings, frame.token)) {
        context.sendError(connection, "unauthorized");
        break;
      }
      request(
        context,
        connection,
        key,
        { type: "rotate", identity, secret, next, at: now },
        () => {
          state.secret = next;
          context.persist(connection);
        },
      );
      break;
    }
    case "block":
      block(context, connection, state, frame, now);
      break;
    case "unblock": {
      const { user } = frame;
      const username = readUsername(frame.username ?? "");
      if (user === undefined && username === null)
        context.sendError(connection, "bad_username");
      else {
        const who =
          user === undefined ? { username: username ?? "" } : { user };
        request(context, connection, key, {
          type: "unblock",
          identity,
          who,
          at: now,
        });
      }
      break;
    }
    default:
      frame satisfies never;
  }
}

/** By the id if it is given; else of whoever has the name now. */
function block(
  context: RoomContext,
  connection: Connection,
  { member }: Joined,
  frame: BlockListFrame,
  at: number,
): void {
  const { identity, key } = member;
  const username =
    frame.username === undefined ? null : readUsername(frame.username);
  if (frame.username !== undefined && username === null) {
    context.sendError(connection, "bad_username");
    return;
  }
  if (frame.user !== undefined) {
    const { user } = frame;
    request(context, connection, key, {
      type: "block",
      identity,
      user,
      username,
      at,
    });
    return;
  }
  request(
    context,
    connection,
    nameKey(username ?? ""),
    { type: "whois" },
    (reply) => {
      if (reply.type !== "person") return;
      const { user, username } = reply;
      request(context, connection, key, {
        type: "block",
        identity,
        user,
        username,
        at,
      });
    },
  );
}

/** A refusal is told; what came of it otherwise, the directory tells. */
function request(
  context: RoomContext,
  connection: Connection,
  key: string,
  op: DirectoryOp,
  done: (reply: Reply) => void = () => undefined,
): void {
  if (connection.privatesInFlight >= LIMITS.privatesInFlightMax) {
    context.sendError(connection, "rate_limited", { retryAfter: 1000 });
    return;
  }
  connection.privatesInFlight++;
  context.calls.add({ kind: "directory", name: key }, op, (reply) => {
    connection.privatesInFlight--;
    if (context.connections.get(connection.conn) !== connection) return;
    if (reply === null)
      context.sendError(connection, "unavailable", { retryAfter: 1000 });
    else if (reply.type === "refused") {
      const { code, message, reason } = reply;
      context.sendError(connection, code, { message, reason });
    } else done(reply);
  });
}
