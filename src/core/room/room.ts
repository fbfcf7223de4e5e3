// One room: turns what happens to its connections, and what other objects ask, into effects.

import type { ClientFrame } from "../../protocol/client-frames.ts";
import { decodeFrame } from "../../protocol/codec.ts";
import * as LIMITS from "../../protocol/limits.ts";
import { nameKey } from "../../protocol/names.ts";
import type { Settings } from "../../protocol/settings.ts";
import { HELP } from "../../protocol/typed-line.ts";
import type {
  Conn,
  ConnectRequest,
  Core,
  Effects,
  Event,
  Platform,
} from "../shared/contract.ts";
import { isDue } from "../shared/deadline.ts";
import type { Op, Reply } from "../shared/rpc.ts";
import { runAccountFrame } from "./account-frames.ts";
import { authenticateBearer } from "./authenticate.ts";
import { admitConnection } from "./capacity.ts";
import {
  type Connection,
  isClosedAttachment,
  type Joined,
  type RestoredConnection,
  restoreConnection,
} from "./connection.ts";
import { RoomContext } from "./context.ts";
import { checkRate, countUnmetered, type RateClass } from "./flood-control.ts";
import { deliverMail, deliverNotice } from "./inbound-mail.ts";
import { join } from "./join.ts";
import { bufferFrame, idOf } from "./join-buffer.ts";
import {
  connectionClosed,
  disconnect,
  evict,
  leave,
  presenceState,
  removeMember,
} from "./leave.ts";
import { importStep } from "./log-import.ts";
import {
  confirmReceived,
  sendMessage,
  sendPrivate,
  sendTyping,
} from "./messages.ts";
import { readMessages, roomInfo, sendHistory, sendMembers } from "./queries.ts";

/** Between two looks for clients that stopped pinging, in ms. */
const SILENCE_CHECK_MS = 30_000;

export interface RoomOptions {
  readonly tools: Platform;
  readonly settings: Settings;
  readonly name: string;
  /** Those open now, with what was kept of them: all there is after a sleep. */
  readonly connections: Iterable<{ conn: Conn; attachment: unknown }>;
}

export class Room implements Core {
  readonly #context: RoomContext;
  /** Connections that were mid-way through something when the memory went. */
  readonly #unrestorable: Conn[] = [];
  /** Came in before the room was private, by nothing that names it. */
  readonly #uninvited: Connection[] = [];
  #silenceCheckedAt = 0;

  constructor({ tools, settings, name, connections }: RoomOptions) {
    this.#context = new RoomContext(tools, settings, name);
    for (const { conn, attachment } of connections) {
      if (isClosedAttachment(attachment)) continue;
      const slept = restoreConnection(attachment);
      if (slept === null) this.#unrestorable.push(conn);
      else this.#restore(conn, slept);
    }
  }

  on(event: Event, now: number): Effects {
    const context = this.#context;
    for (const conn of this.#unrestorable.splice(0))
      context.effects.close.push({ conn, as: "restarted" });
    // They come back, and are told at the door.
    for (const connection of this.#uninvited.splice(0))
      disconnect(context, connection, "restarted", now);
    this.#closeSilent(event, now);
    switch (event.kind) {
      case "opened":
        this.#opened(event.conn, event.query, now);
        break;
      case "frame": {
        const connection = context.connections.get(event.conn);
        if (connection !== undefined) this.#frame(connection, event.data, now);
        break;
      }
      case "closed":
        this.#closed(event.conn, event.code, now);
        break;
      case "slow": {
        const connection = context.connections.get(event.conn);
        if (connection === undefined) break;
        // The network is at fault, as in a close without a word.
        connectionClosed(context, connection, now);
        context.close(connection, "slow");
        break;
      }
      case "asked":
        context.effects.replies.push({
          ask: event.ask,
          replies: event.ops.map((op) => this.#answer(op, now)),
        });
        break;
      case "answered":
        context.calls.answered(event.call, event.replies, now);
        break;
      case "due":
        break;
      default:
        event satisfies never;
    }
    for (const { connection, held } of context.releasedFrames.splice(0))
      for (const data of held)
        if (context.connections.get(connection.conn) === connection)
          this.#frame(connection, data, now);
    this.#due(now);
    context.flushIfDue(now);
    return context.takeEffects();
  }

  #opened(conn: Conn, query: ConnectRequest, now: number): void {
    const context = this.#context;
    const connection = this.#addConnection(conn, {
      id: context.platform.random(6),
      text: query.text,
      batch: query.batch,
      bearer: null,
      refusedJoins: 0,
    });
    connection.lastFrameAt = now;
    if (!admitConnection(context, connection)) return;
    if (query.invalidReason !== null) {
      context.sendError(connection, "bad_request", {
        message: query.invalidReason,
      });
      context.close(connection, "refused");
    } else if (query.token === null) this.#admit(connection, query, now);
    else
      authenticateBearer(context, connection, query.token, now, (then) =>
        this.#admit(connection, query, then),
      );
  }

  /** It is known who shows a token, if one was shown. */
  #admit(
    connection: Connection,
    { username }: ConnectRequest,
    now: number,
  ): void {
    this.#context.persist(connection);
    if (username !== null)
      join(this.#context, connection, { type: "join", username }, true, now);
  }

  #addConnection(
    conn: Conn,
    from: Omit<RestoredConnection, "joined">,
  ): Connection {
    const connection: Connection = {
      conn,
      ...from,
      lastFrameAt: 0,
      privatesInFlight: 0,
      strikes: 0,
      joins: null,
      unmetered: null,
      state: { kind: "new" },
    };
    this.#context.connections.set(conn, connection);
    return connection;
  }

  #restore(conn: Conn, { joined, ...from }: RestoredConnection): void {
    const connection = this.#addConnection(conn, from);
    const { presence, isPrivate } = this.#context;
    const app = from.bearer?.username === null ? null : from.bearer;
    const namesRoom = (joined ?? app)?.namesRoom ?? true;
    if (isPrivate && !namesRoom) this.#uninvited.push(connection);
    if (joined === null) return;
    const key = nameKey(joined.username);
    const member =
      presence.find(key, joined.identity) ?? presence.add({ ...joined, key });
    presence.attach(member, connection);
    if (joined.version >= member.version) member.epoch = joined.epoch;
    member.version = Math.max(member.version, joined.version);
    this.#context.observeVersion(member.version);
    this.#context.joined.add(connection);
    const { device, expires, mail, confirms, secret, epoch } = joined;
    connection.state = {
      kind: "joined",
      member,
      device,
      expires,
      namesRoom: joined.namesRoom,
      mail,
      confirms,
      secret,
      epoch,
    };
    this.#context.tokenExpiry.connectionRestored(connection);
  }

  #closed(conn: Conn, code: number, now: number): void {
    const context = this.#context;
    const connection = context.connections.get(conn);
    if (connection === undefined) return;
    connectionClosed(context, connection, now);
    const isNormal = code === 1000 || code === 1001 || code === 1005;
    if (!isNormal) context.logClose(code);
  }

  #frame(connection: Connection, data: string | null, now: number): void {
    const context = this.#context;
    connection.lastFrameAt = now;
    const { state } = connection;
    if (state.kind === "joining" || state.kind === "authenticating") {
      bufferFrame(context, connection, state, data, now);
      return;
    }
    const read = decodeFrame(data, context.settings);
    if (!read.ok) context.send(connection, read.error);
    else if (read.frame.type === "join")
      join(context, connection, read.frame, false, now);
    else if (read.frame.type === "ping")
      context.send(connection, { type: "pong" });
    else if (read.frame.type === "help")
      context.send(connection, { type: "help", text: HELP.join("\n") });
    else if (state.kind === "new")
      context.sendError(connection, "not_joined", { id: idOf(read) });
    else {
      this.#command(connection, state, read.frame, now);
      return;
    }
    countUnmetered(context, connection, now);
  }

  #command(
    connection: Connection,
    state: Joined,
    message: Exclude<ClientFrame, { type: "join" | "ping" | "help" }>,
    now: number,
  ): void {
    const context = this.#context;
    const { member } = state;
    const may = (rateClass: RateClass, id?: string) =>
      checkRate(context, connection, member, rateClass, id, now);
    switch (message.type) {
      case "message":
        if (may("send", message.id))
          sendMessage(context, connection, member, message, now);
        break;
      case "private":
        if (may("send", message.id))
          sendPrivate(context, connection, member, message, now);
        break;
      case "who":
        if (may("read")) sendMembers(context, connection, message);
        break;
      case "history":
        if (may("read")) sendHistory(context, connection, message);
        break;
      case "typing":
        if (may("typing")) sendTyping(context, member);
        break;
      case "received":
        if (may("received"))
          confirmReceived(context, connection, state, message);
        break;
      case "leave":
        leave(context, connection, now);
        break;
      case "register":
      case "release":
      case "rotate":
      case "block":
      case "unblock":
        if (may("send"))
          runAccountFrame(context, connection, state, message, now);
        break;
      default:
        message satisfies never;
    }
  }

  #answer(op: Op, now: number): Reply {
    const context = this.#context;
    switch (op.type) {
      case "deliver":
        return deliverMail(context, op);
      case "challenge":
        return { type: "found", state: presenceState(context, op) };
      case "evict":
        return evict(context, op, now);
      case "notice":
        return deliverNotice(context, op);
      case "info":
        return roomInfo(context);
      case "messages":
        return readMessages(context, op);
      case "import-log":
        return importStep(context, op, now);
      default:
        // From a version that knows more than this one.
        return { type: "refused", code: "unsupported" };
    }
  }

  #due(now: number): void {
    const context = this.#context;
    context.tokenExpiry.due(now);
    const { PRESENCE_GRACE_MS } = context.settings;
    for (const member of context.presence.expiredGrace(now, PRESENCE_GRACE_MS))
      removeMember(context, member, now);
    context.presenceBroadcaster.due(now);
    context.leaveNotifier.due(now);
  }

  /** Drops clients that used to ping and have stopped. */
  #closeSilent(event: Event, now: number): void {
    if ("conn" in event) {
      const connection = this.#context.connections.get(event.conn);
      if (connection !== undefined) connection.lastFrameAt = now;
    }
    if (
      !isDue(this.#silenceCheckedAt + SILENCE_CHECK_MS, now, SILENCE_CHECK_MS)
    )
      return;
    this.#silenceCheckedAt = now;
    for (const connection of [...this.#context.connections.values()]) {
      const pinged = this.#context.platform.lastPingAt(connection.conn);
      if (pinged === null) continue;
      if (Math.max(pinged, connection.lastFrameAt) < now - LIMITS.pingTimeoutMs)
        disconnect(this.#context, connection, "goingAway", now);
    }
  }
}
