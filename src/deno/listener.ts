// Listener: accepts TCP connections, and limits the number and the time of those that are not WebSockets.

import { log } from "../hosting/log.ts";
import { networkOf } from "../http/ip-network.ts";
import { type TcpConn, TcpSocket } from "./tcp-socket.ts";

/** Connections that are not WebSockets, in all and from one network. */
export const CONNECTIONS_MAX = 4096;
export const NETWORK_CONNECTIONS_MAX = 1024;
/** Connections that are closed at once when file handles run out. */
export const HANDLES_FREED = 16;
/** The delay before the next try if none could be closed. */
const ACCEPT_RETRY_MS = 100;
/** Between two checks of the timeouts. */
const SWEEP_MS = 1000;
/** Between two log lines about file handles. */
const LOG_MS = 60_000;

/** The part of Deno's interface that is used. */
export interface TcpListener {
  accept(): Promise<TcpConn>;
  close(): void;
}

export interface ListenerOptions {
  readonly tcp: TcpListener;
  /** False: behind a proxy all connections have one address. */
  readonly limitsPerNetwork: boolean;
  /** Called for each connection. */
  onConnection(socket: TcpSocket): void;
}

export class Listener {
  readonly #listener: TcpListener;
  readonly #options: ListenerOptions;
  /** All that are not WebSockets, the longest idle first. */
  readonly #connections = new Map<TcpSocket, { isServing: boolean }>();
  readonly #counts = new Map<string, number>();
  readonly #timer: ReturnType<typeof setInterval>;
  #isClosed = false;
  #loggedAt = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#listener = options.tcp;
    this.#timer = setInterval(() => this.#sweep(Date.now()), SWEEP_MS);
    this.#acceptAll();
  }

  /** Connections that are not WebSockets. */
  get openCount(): number {
    return this.#connections.size;
  }

  /** A request is being answered: the connection is not closed to make room. */
  requestStarted(socket: TcpSocket): void {
    const state = this.#connections.get(socket);
    if (state !== undefined) state.isServing = true;
  }

  /** The connection is idle again, and becomes the last to be closed. */
  requestEnded(socket: TcpSocket): void {
    if (!this.#connections.delete(socket)) return;
    this.#connections.set(socket, { isServing: false });
  }

  /** The connection is a WebSocket now, which has other limits. */
  release(socket: TcpSocket): void {
    if (!this.#connections.delete(socket)) return;
    const network = networkOf(socket.remoteAddress);
    const count = (this.#counts.get(network) ?? 1) - 1;
    if (count > 0) this.#counts.set(network, count);
    else this.#counts.delete(network);
  }

  /** Stops accepting. Resolves when all requests have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listener.close();
    for (const [socket, { isServing }] of this.#connections)
      if (!isServing) socket.destroy();
    const ends = [...this.#connections.keys()].map(
      (socket) => new Promise((resolve) => socket.once("close", resolve)),
    );
    await Promise.all(ends);
    clearInterval(this.#timer);
  }

  async #acceptAll(): Promise<void> {
    while (!this.#isClosed) {
      try {
        this.#addConnection(await this.#listener.accept(), Date.now());
      } catch (error) {
        if (!this.#isClosed) await this.#pause(error);
      }
    }
  }

  #addConnection(conn: TcpConn, now: number): void {
    const socket = new TcpSocket(conn, now);
    // A close follows every error.
    socket.on("error", () => {});
    socket.once("close", () => this.release(socket));
    const network = networkOf(socket.remoteAddress);
    const count = (this.#counts.get(network) ?? 0) + 1;
    this.#counts.set(network, count);
    this.#connections.set(socket, { isServing: false });
    const { limitsPerNetwork } = this.#options;
    if (limitsPerNetwork && count > NETWORK_CONNECTIONS_MAX)
      this.#evict(1, network);
    if (this.#connections.size > CONNECTIONS_MAX) this.#evict(1);
    if (!socket.destroyed) this.#options.onConnection(socket);
  }

  /** Closes those that are idle longest and have no open request. */
  #evict(max: number, network?: string): number {
    let count = 0;
    for (const [socket, { isServing }] of this.#connections) {
      if (count === max) break;
      if (isServing) continue;
      if (network !== undefined && networkOf(socket.remoteAddress) !== network)
        continue;
      this.release(socket);
      socket.destroy();
      count++;
    }
    return count;
  }

  /** The system has no file handles: open connections go on, new ones wait. */
  async #pause(error: unknown): Promise<void> {
    const now = Date.now();
    if (now - this.#loggedAt > LOG_MS) {
      this.#loggedAt = now;
      const code = error instanceof Error && "code" in error ? error.code : "";
      log({ event: "accept paused", error: code, connections: this.openCount });
    }
    if (this.#evict(HANDLES_FREED) === 0)
      await new Promise((resolve) => setTimeout(resolve, ACCEPT_RETRY_MS));
  }

  #sweep(now: number): void {
    for (const socket of this.#connections.keys()) {
      const { closeAt, timeout, activeAt } = socket;
      if (closeAt <= now) socket.destroy();
      else if (timeout > 0 && activeAt + timeout <= now) {
        socket.activeAt = now;
        socket.emit("timeout");
      }
    }
  }
}
