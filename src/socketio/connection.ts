// Connection: one client of Socket.IO from its transport to its rooms; a host gives it requests, frames and the time.

import { readRoomName } from "../protocol/names.ts";
import type { ErrorFrame } from "../protocol/server-frames.ts";
import { Allowance } from "./allowance.ts";
import { text } from "./commands.ts";
import type {
  ConnectionHost,
  ConnectionSettings,
  ConnectionState,
  Named,
  RequestFacts,
  RoomPort,
  RoomPortEvents,
} from "./contract.ts";
import {
  type Cursor,
  encodePid,
  type Pid,
  ROOMS_MAX,
  readOffset,
  readPid,
} from "./cursor.ts";
import { Engine, type FramePort } from "./engine.ts";
import type { EngineData } from "./engine-packet.ts";
import { EventRunner } from "./event-runner.ts";
import type { Answer } from "./room-link.ts";
import { type Auth, Session } from "./session.ts";
import { Socket } from "./socket.ts";

export interface ConnectionOptions {
  readonly sid: string;
  readonly host: ConnectionHost;
  readonly settings: ConnectionSettings;
  readonly facts: RequestFacts;
  readonly now: number;
}

interface Client {
  readonly named: Named;
  readonly socket: Socket;
  readonly runner: EventRunner;
  readonly pid: Pid;
  readonly token: string | null;
  /** Events before the client is let in; null: it is in. */
  held: string[] | null;
  /** When it must have been let in. */
  readonly until: number;
}

/** Joins that a client may ask for: each opens a connection. */
const JOINS = { burst: 10, perSecond: 0.5 };
/** Events that no room counts, before the connection is closed. */
const REFUSALS = { burst: 100, perSecond: 5 };
const MAX_PAYLOAD = 1_000_000;
const PING_TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 45_000;
/** How long the rooms of a recovery may take. */
const RECOVERY_MAX_MS = 15_000;
/** Characters that may wait for a client until it is let in. */
const HELD_MAX = 4 * 1024 * 1024;

export class Connection {
  readonly engine: Engine;
  readonly #options: ConnectionOptions;
  readonly #session: Session;
  readonly #clients = new Map<string, Client>();
  readonly #joins: Allowance;
  readonly #refusals: Allowance;
  #frames = 0;
  #endAt = Infinity;
  #now: number;

  constructor(options: ConnectionOptions) {
    const { sid, settings, now } = options;
    this.#options = options;
    this.#now = now;
    this.#joins = new Allowance(JOINS.burst, JOINS.perSecond, now);
    this.#refusals = new Allowance(REFUSALS.burst, REFUSALS.perSecond, now);
    this.#session = new Session({
      now,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      send: (message) => this.engine.send(message),
      close: (at) => this.engine.close(at),
      handler: {
        onConnect: (nsp, auth, at) => this.#connect(nsp, auth, at),
        onEvent: (nsp, args, ack, at) => this.#run(nsp, args, ack, at),
        onDisconnect: (nsp) => this.#disconnect(nsp),
      },
    });
    this.engine = new Engine({
      sid,
      now,
      pingIntervalMs: settings.pingIntervalMs,
      pingTimeoutMs: PING_TIMEOUT_MS,
      maxPayload: MAX_PAYLOAD,
      handler: {
        onMessage: (data, at) => this.#message(data, at),
        onPong: () => this.#ping(),
        onClose: () => this.#closed(),
        isBusy: () => this.#isBusy,
      },
    });
  }

  /** When `tick` must be called at the latest, ms since 1970. */
  get deadline(): number {
    if (this.engine.isClosed) return Infinity;
    let deadline = Math.min(
      this.engine.deadline,
      this.#session.deadline,
      this.#endAt,
    );
    for (const { socket, held, until } of this.#clients.values())
      deadline = Math.min(
        deadline,
        socket.deadline,
        held === null ? Infinity : until,
      );
    return deadline;
  }

  tick(now: number): void {
    this.#now = now;
    if (this.#endAt <= now) this.engine.close(now);
    this.engine.tick(now);
    if (this.engine.isClosed) return;
    this.#session.tick(now);
    for (const { socket, held, until } of [...this.#clients.values()]) {
      if (held !== null && until <= now) this.engine.close(now);
      else socket.tick(now);
    }
  }

  /** Ends the connection with the next tick. */
  endSoon(): void {
    this.#endAt = this.#now;
  }

  /**
   * Ends this half, for another process to go on with the client.
   *
   * @returns null if the client has left, or is not at rest
   */
  handOver(): ConnectionState | null {
    if (this.engine.isClosed) return null;
    const clients = [];
    for (const [nsp, { socket, held, ...client }] of this.#clients) {
      if (held !== null || socket.isBusy) return null;
      const { pid, token, named } = client;
      clients.push({ nsp, pid, token, named, socket: socket.state });
    }
    const packets = this.engine.handOver().map(({ type, data }) => {
      if (typeof data !== "string") throw new Error("No bytes are sent.");
      return type === "message" ? `4${data}` : `2${data}`;
    });
    this.#closed();
    return { facts: this.#options.facts, packets, clients };
  }

  /** Goes on with a client of another process, on a WebSocket. */
  takeOver(state: ConnectionState, port: FramePort): void {
    this.engine.takeSocket(port, this.#now);
    for (const packet of state.packets)
      if (packet.startsWith("4")) this.engine.send(packet.slice(1));
    for (const { nsp, pid, token, named, socket } of state.clients) {
      this.#session.restore(nsp);
      // A client that came by an invitation is a member of that room by now.
      const client = this.#add(nsp, pid, token, named, null);
      client.socket.restoreSent(socket.sent);
      client.socket.recover(socket.cursor, socket.current, this.#now);
    }
  }

  get #isBusy(): boolean {
    for (const { socket, held } of this.#clients.values())
      if (held !== null || socket.isBusy) return true;
    return false;
  }

  #message(data: EngineData, now: number): void {
    this.#now = now;
    this.#count(now);
    this.#session.take(data, now);
  }

  /**
   * A Worker is ended after its share of CPU, which nothing tells it. The
   * handlers go on after this, so the end comes with the next tick.
   */
  #count(now: number): void {
    if (++this.#frames > this.#options.settings.framesMax)
      this.#endAt = Math.min(this.#endAt, now);
  }

  #connect(nsp: string, auth: Auth, now: number): void {
    const { facts, host } = this.#options;
    const room =
      nsp === "/" ? (text(auth.room) ?? facts.room) : roomOfNamespace(nsp);
    if (nsp !== "/" && room === null) {
      this.#session.refuse(nsp, "Invalid namespace", now);
      return;
    }
    if (this.#refusals.take(now) > 0) {
      this.engine.close(now);
      return;
    }
    const token = text(auth.token) ?? facts.token;
    const known = readPid(auth.pid);
    const cursor = known === null ? null : this.#readCursor(auth.offset, now);
    const pid = known ?? { base: host.random(24), count: 0 };
    const named = { room, username: text(auth.username) ?? facts.username };
    const client = this.#add(nsp, pid, token, named, text(auth.invite));
    client.held = [];
    if (cursor !== null && cursor.rooms.length > 0)
      client.socket.recover(cursor, null, now);
    else if (room !== null && (named.username !== null || token !== null))
      client.runner.joinNamed((answer) => this.#joined(nsp, answer), now);
    else this.#letIn(nsp, client, known === null);
  }

  /** Returns the place of a client in its rooms, if they may be opened. */
  #readCursor(offset: unknown, now: number): Cursor | null {
    const cursor = readOffset(offset);
    const count = cursor?.rooms.length ?? 0;
    if (this.#roomCount + count > ROOMS_MAX) return null;
    for (let n = 0; n < count; n++) if (this.#joins.take(now) > 0) return null;
    return cursor;
  }

  #add(
    nsp: string,
    pid: Pid,
    token: string | null,
    named: Named,
    invite: string | null,
  ): Client {
    const { host, settings } = this.#options;
    const device = host.hash(`socket.io ${pid.base}`).slice(0, 16);
    const socket = new Socket({
      frames: settings.frames,
      token: token ?? pid.base,
      ...{ hasToken: token !== null, invite },
      device,
      idPrefix: `${device}.${host.random(6)}.`,
      output: {
        emit: (args) => this.#emit(nsp, args),
        openRoom: (room, events) => this.#openRoom(room, events),
        drop: (now) => this.engine.close(now),
        onRecovered: (isWhole) => this.#recovered(nsp, isWhole),
        onUnauthorized: (error, now) => this.#unauthorized(nsp, error, now),
      },
    });
    const runner = new EventRunner({
      socket,
      names: settings.frames.names,
      frameMax: settings.frameMax,
      ...named,
      roomCount: () => this.#roomCount,
      joins: this.#joins,
      refusals: this.#refusals,
    });
    const until = this.#now + RECOVERY_MAX_MS;
    const client: Client = {
      ...{ socket, runner, pid, token, named, until },
      held: null,
    };
    this.#clients.set(nsp, client);
    return client;
  }

  get #roomCount(): number {
    let count = 0;
    for (const { socket } of this.#clients.values()) count += socket.links.size;
    return count;
  }

  /** Hears each event of a room, then answers a POST that waits for it. */
  #openRoom(room: string, events: RoomPortEvents): RoomPort {
    return this.#options.host.openRoom(room, {
      frame: (text, now) => {
        if (this.engine.isClosed) return;
        this.#now = now;
        events.frame(text, now);
        this.engine.settle();
      },
      closed: (code, now) => {
        if (this.engine.isClosed) return;
        this.#now = now;
        events.closed(code, now);
        this.engine.settle();
      },
    });
  }

  #run(
    nsp: string,
    args: readonly unknown[],
    ack: number | null,
    now: number,
  ): void {
    const client = this.#clients.get(nsp);
    if (client === undefined) return;
    const reply =
      ack === null
        ? null
        : (answer: Answer) => {
            if (this.#clients.get(nsp) === client)
              this.#session.ack(nsp, ack, [answer]);
          };
    if (!client.runner.run(args, reply, now)) this.engine.close(now);
  }

  #disconnect(nsp: string): void {
    const client = this.#clients.get(nsp);
    this.#clients.delete(nsp);
    // By itself, so the others hear of it at once.
    for (const link of [...(client?.socket.links.values() ?? [])])
      client?.socket.leave(link);
  }

  /** The room that the client named has answered. */
  #joined(nsp: string, answer: Answer): void {
    const client = this.#clients.get(nsp);
    if (client === undefined || client.held === null) return;
    if (answer.error === undefined) {
      this.#letIn(nsp, client, true);
      return;
    }
    const { error: code, message, ...more } = answer;
    this.#refuse(nsp, String(message), { code, ...more });
  }

  #recovered(nsp: string, isWhole: boolean): void {
    const client = this.#clients.get(nsp);
    if (client !== undefined && client.held !== null)
      this.#letIn(nsp, client, isWhole);
  }

  #unauthorized(nsp: string, error: ErrorFrame, now: number): boolean {
    const client = this.#clients.get(nsp);
    // After a handover the client cannot be refused any more.
    if (client?.held === null) this.engine.close(now);
    else this.#refuse(nsp, error.message, { code: error.code });
    return true;
  }

  #refuse(nsp: string, message: string, data: object): void {
    this.#clients.get(nsp)?.socket.closeAll();
    this.#clients.delete(nsp);
    this.#session.refuse(nsp, message, this.#now, data);
  }

  /** @param isSame the client keeps its pid, and so counts as recovered */
  #letIn(nsp: string, client: Client, isSame: boolean): void {
    const { pid } = client;
    const next = isSame ? pid : { ...pid, count: pid.count + 1 };
    const sid = this.#options.host.random(15);
    this.#session.accept(nsp, { sid, pid: encodePid(next) });
    const held = client.held ?? [];
    client.held = null;
    for (const args of held) this.#session.emitJson(nsp, args);
  }

  #emit(nsp: string, args: string): void {
    const client = this.#clients.get(nsp);
    if (client === undefined) return;
    this.#count(this.#now);
    if (client.held === null) {
      this.#session.emitJson(nsp, args);
      return;
    }
    client.held.push(args);
    const size = client.held.reduce((sum, one) => sum + one.length, 0);
    if (size > HELD_MAX) this.#endAt = this.#now;
  }

  /** A pong has come: the rooms, too, learn that the client is there. */
  #ping(): void {
    for (const { socket } of this.#clients.values())
      for (const link of socket.links.values()) link.send({ type: "ping" });
  }

  #closed(): void {
    for (const { socket } of this.#clients.values()) socket.closeAll();
    this.#clients.clear();
    this.#options.host.closed();
  }
}

/** "/lobby" names the room lobby. */
function roomOfNamespace(nsp: string): string | null {
  try {
    return readRoomName(decodeURIComponent(nsp.slice(1)));
  } catch {
    return null;
  }
}
