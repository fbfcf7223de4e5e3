// Open: a room adds a connection that the host has accepted, or has kept open over the room's sleep.
import { nameKey } from "../../protocol/name-key.ts";
import type { Conn, ConnectRequest } from "../shared/contract.ts";
import type { RestoredConnection } from "./attachment.ts";
import { authenticateBearer, authenticateByApp } from "./authenticate.ts";
import { admitConnection } from "./capacity.ts";
import { startJoin } from "./commands/join.ts";
import type { Connection } from "./connection.ts";
import type { RoomContext } from "./context.ts";
import { appRefusal, entrantOf, entryRefusal } from "./entry-permission.ts";

/** Adds a new connection, which joins at once if its URL has a username. */
export function openConnection(
  context: RoomContext,
  conn: Conn,
  request: ConnectRequest,
  now: number,
): void {
  const connection = addConnection(context, conn, {
    id: context.platform.random(6),
    text: request.text,
    batch: request.batch,
    bearer: null,
    refusedJoins: 0,
    eventCursors: null,
    network: request.network ?? null,
  });
  connection.lastFrameAt = now;
  if (request.traceparent != null) {
    connection.traceparent = request.traceparent;
    context.calls.traceparent = request.traceparent;
  }
  if (!admitConnection(context, connection)) return;
  if (request.invalidReason !== null) {
    const message = request.invalidReason;
    context.sendError(connection, "bad_request", { message });
    context.close(connection, "refused");
  } else if (request.appVerdict != null)
    authenticateByApp(context, connection, request.appVerdict, now, (at) =>
      admitted(context, connection, request, at),
    );
  else if (request.token === null) admitted(context, connection, request, now);
  else
    authenticateBearer(context, connection, request.token, now, (at) =>
      admitted(context, connection, request, at),
    );
}

/** The bearer token is verified, or there is none. */
function admitted(
  context: RoomContext,
  connection: Connection,
  { username }: ConnectRequest,
  now: number,
): void {
  context.persist(connection);
  if (username !== null)
    startJoin(context, connection, { type: "join", username }, true, now);
}

/**
 * Adds a connection that was open before the room slept.
 *
 * @returns `mayStay` is false if the room has become private since, and no
 *   token of the connection names the room, nor is the user a member
 */
export function restoreConnection(
  context: RoomContext,
  conn: Conn,
  { joined, hasLostFrames: _, ...from }: RestoredConnection,
): { connection: Connection; mayStay: boolean } {
  const network = context.platform.networkOf?.(conn) ?? null;
  const connection = addConnection(context, conn, { ...from, network });
  if (joined !== null) restoreMember(context, connection, joined);
  return { connection, mayStay: mayStay(context, connection) };
}

function mayStay(context: RoomContext, connection: Connection): boolean {
  // The access level does not change during a sleep, unlike the settings. A room
  // that was closed may have died before its connections were.
  const { isClosed } = context.moderation.policy;
  if (!context.isPrivate && !isClosed) return true;
  const { state, bearer } = connection;
  if (state.kind === "joined")
    return entryRefusal(context, entrantOf(state.member, state)) === null;
  return bearer === null || appRefusal(context, bearer) === null;
}

function restoreMember(
  context: RoomContext,
  connection: Connection,
  joined: NonNullable<RestoredConnection["joined"]>,
): void {
  const { presence } = context;
  const { version, username, identity, accountKind, data, marks, ...session } =
    joined;
  const key = nameKey(username);
  const member =
    presence.find(key, identity) ?? presence.add({ key, identity, username });
  member.accountKind = accountKind;
  presence.attach(member, connection);
  if (version >= member.version) {
    member.epoch = session.epoch;
    member.data = data;
  }
  if (marks !== null) context.readState.restored(member, marks);
  member.version = Math.max(member.version, version);
  context.observeVersion(member.version);
  context.joined.add(connection);
  connection.state = { kind: "joined", member, ...session };
  context.tokenExpiry.connectionJoined(connection);
  context.alarm.restored(context.tokenExpiry.next);
}

function addConnection(
  context: RoomContext,
  conn: Conn,
  from: Omit<RestoredConnection, "joined" | "hasLostFrames"> &
    Pick<Connection, "network">,
): Connection {
  const connection: Connection = {
    conn,
    ...from,
    lastFrameAt: 0,
    privatesInFlight: 0,
    strikes: 0,
    joins: null,
    unmetered: null,
    waiting: null,
    state: { kind: "new" },
  };
  context.connections.set(conn, connection);
  return connection;
}
