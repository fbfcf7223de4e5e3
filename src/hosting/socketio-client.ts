// Socket.IO client: gives one Socket.IO connection its time, and hands it the requests and frames of its client.

import { Connection } from "../socketio/connection.ts";
import type {
  ConnectionHost,
  ConnectionSettings,
  ConnectionState,
  RequestFacts,
  RoomPort,
  RoomPortEvents,
} from "../socketio/contract.ts";
import type { Engine, Exchange, FramePort } from "../socketio/engine.ts";
import type { EngineData } from "../socketio/engine-packet.ts";
import { OneShotTimer } from "./one-shot-timer.ts";

/** The services of a host that a connection needs. */
export interface SocketIoPlatform {
  hash(text: string): string;
  random(bytes: number): string;
  /**
   * Opens a connection to a room.
   *
   * @param client the client that asks for it
   */
  openRoom(
    room: string,
    events: RoomPortEvents,
    client: SocketIoClient,
  ): RoomPort;
}

export interface SocketIoClientOptions {
  readonly sid: string;
  readonly platform: SocketIoPlatform;
  readonly settings: ConnectionSettings;
  readonly facts: RequestFacts;
  onClose(): void;
}

export class SocketIoClient {
  readonly sid: string;
  /** The client's network as a room gets it; null: not known. */
  readonly network: string | null;
  readonly #connection: Connection;
  readonly #timer: OneShotTimer;
  #isClosed = false;

  constructor(options: SocketIoClientOptions) {
    const { sid, settings, facts, platform } = options;
    this.sid = sid;
    this.network = facts.network ?? null;
    const withTimer = (events: RoomPortEvents): RoomPortEvents => ({
      frame: (text, now) => {
        events.frame(text, now);
        this.#setTimer();
      },
      closed: (code, now) => {
        events.closed(code, now);
        this.#setTimer();
      },
    });
    const host: ConnectionHost = {
      hash: (text) => platform.hash(text),
      random: (bytes) => platform.random(bytes),
      openRoom: (room, events) =>
        platform.openRoom(room, withTimer(events), this),
      closed: () => {
        this.#isClosed = true;
        this.#timer.clear();
        options.onClose();
      },
    };
    this.#timer = new OneShotTimer(() => {
      this.#connection.tick(Date.now());
      this.#setTimer();
    });
    const now = Date.now();
    this.#connection = new Connection({ sid, host, settings, facts, now });
    this.#setTimer();
  }

  /** Bytes that wait for the client to read. */
  get bufferedAmount(): number {
    return this.#connection.engine.bufferedAmount;
  }

  openBody(): string {
    return this.#connection.engine.openBody();
  }

  poll(exchange: Exchange): void {
    this.#run((engine, now) => engine.poll(exchange, now));
  }

  post(body: string, exchange: Exchange): void {
    this.#run((engine, now) => engine.post(body, exchange, now));
  }

  openSocket(port: FramePort): void {
    this.#run((engine) => engine.openSocket(port));
  }

  upgrade(port: FramePort): void {
    this.#run((engine, now) => engine.upgrade(port, now));
  }

  frame(port: FramePort, frame: EngineData): void {
    this.#run((engine, now) => engine.frame(port, frame, now));
  }

  socketClosed(port: FramePort): void {
    this.#run((engine, now) => engine.socketClosed(port, now));
  }

  /** Answers the poll: a WebSocket wants to take over. */
  probed(): boolean {
    return this.#connection.engine.probed(Date.now());
  }

  /** See `Connection`. */
  handOver(): ConnectionState | null {
    return this.#connection.handOver();
  }

  takeOver(state: ConnectionState, port: FramePort): void {
    this.#connection.takeOver(state, port);
    this.#setTimer();
  }

  /** The same, from within a call of the connection. */
  endSoon(): void {
    this.#connection.endSoon();
  }

  /** Ends the connection. Its client comes back. */
  close(): void {
    this.#run((engine, now) => engine.close(now));
  }

  #run(work: (engine: Engine, now: number) => void): void {
    work(this.#connection.engine, Date.now());
    this.#setTimer();
  }

  #setTimer(): void {
    if (!this.#isClosed) this.#timer.set(this.#connection.deadline, Date.now());
  }
}
