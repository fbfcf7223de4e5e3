// Listener: accepts TCP connections, and bounds those which are not WebSockets in number and in time.
import { networkOf } from "../http/ip-network.ts";
import { log } from "./log.ts";
import { type TcpConn, TcpSocket } from "./tcp-socket.ts";

/** Connections that are not WebSockets, of all and of one network. */
export const CONNECTIONS_MAX = 4096;
export const NETWORK_CONNECTIONS_MAX = 1024;
/** So many are closed at once where file handles run out. */
export const HANDLES_FREED = 16;
/** Until the next try where none could be closed, in ms. */
const ACCEPT_RETRY_MS = 100;
/** Between two looks at the clock, in ms. */
const SWEEP_MS = 1000;
/** Between two lines of the log about handles, in ms. */
const LOG_MS = 60_000;

/** The part of Deno's that is used. */
export interface TcpListener {
  accept(): Promise<TcpConn>;
  close(): void;
}

export interface ListenerOptions {
  readonly tcp: TcpListener;
  /** False: a proxy in front has one address for everybody. */
  readonly limitsPerNetwork: boolean;
  /** Of each connection. */
  onConnection(socket: TcpSocket): void;
}

export class Listener {
  readonly #listener: TcpListener;
  readonly #options: ListenerOptions;
  /** All that are not WebSockets; those which wait longest come first. */
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

  /** A request on it is being answered: it is not closed for want of place. */
  requestStarted(socket: TcpSocket): void {
    const state = this.#connections.get(socket);
    if (state !== undefined) state.isServing = true;
  }

  /** It is idle again, and so the last one to be closed for want of place. */
  requestEnded(socket: TcpSocket): void {
    if (!this.#connections.delete(socket)) return;
    this.#connections.set(socket, { isServing: false });
  }

  /** It is a WebSocket now, whose bounds are elsewhere. */
  release(socket: TcpSocket): void {
    if (!this.#connections.delete(socket)) return;
    const network = networkOf(socket.remoteAddress);
    const count = (this.#counts.get(network) ?? 1) - 1;
    if (count > 0) this.#counts.set(network, count);
    else this.#counts.delete(network);
  }

  /** Accepts no more; resolves when no request is under way. */
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
    // An error is followed by a close.
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

  /** Closes those which wait longest, for whom no answer is under way. */
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

  /** The system gives no handle: those who talk go on, newcomers wait. */
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
