// Session: keeps the namespaces of one Socket.IO client, and turns its messages into connects, events and disconnects.
import type { EngineData } from "./engine-packet.ts";
import { encodePacket, isObject, PacketDecoder } from "./packet.ts";

export type Auth = Readonly<Record<string, unknown>>;

export interface SessionHandler {
  /** Answered by `accept` or `refuse`, at once or later. */
  onConnect(nsp: string, auth: Auth, now: number): void;
  onEvent(
    nsp: string,
    args: readonly unknown[],
    ack: number | null,
    now: number,
  ): void;
  /** The client has left the namespace. */
  onDisconnect(nsp: string, now: number): void;
}

export interface SessionOptions {
  readonly handler: SessionHandler;
  /** A session without a namespace ends after this time. */
  readonly connectTimeoutMs: number;
  send(message: EngineData): void;
  /** Ends the session: its client breaks the protocol. */
  close(now: number): void;
  readonly now: number;
}

/** Namespaces of one client at once. */
const NAMESPACES_MAX = 5;

export class Session {
  readonly #options: SessionOptions;
  readonly #decoder = new PacketDecoder();
  readonly #namespaces = new Map<string, "connecting" | "connected">();
  #idleSince: number;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#idleSince = options.now;
  }

  /** When `tick` must be called at the latest, ms since 1970. */
  get deadline(): number {
    return this.#namespaces.size > 0
      ? Infinity
      : this.#idleSince + this.#options.connectTimeoutMs;
  }

  tick(now: number): void {
    if (this.deadline <= now) this.#options.close(now);
  }

  /** Takes a message of the client. */
  take(message: EngineData, now: number): void {
    const { handler, close } = this.#options;
    const packet = this.#decoder.take(message);
    if (packet === "more") return;
    if (packet === null) {
      close(now);
      return;
    }
    const { type, nsp, id, data } = packet;
    const state = this.#namespaces.get(nsp);
    if (type === "connect" && state === undefined) {
      if (this.#namespaces.size >= NAMESPACES_MAX)
        this.#send("connect_error", nsp, null, tooMany);
      else {
        this.#namespaces.set(nsp, "connecting");
        handler.onConnect(nsp, isObject(data) ? data : {}, now);
      }
    } else if (type === "connect" || state === undefined) close(now);
    else if (type === "disconnect") {
      this.#remove(nsp, now);
      handler.onDisconnect(nsp, now);
    } else if (state === "connecting") close(now);
    // We ask for no acknowledgement.
    else if (type === "event" && Array.isArray(data))
      handler.onEvent(nsp, data, id, now);
  }

  /** Lets a client into a namespace that it asked for. */
  accept(nsp: string, data: { sid: string; pid?: string }): void {
    if (!this.#namespaces.has(nsp)) return;
    this.#namespaces.set(nsp, "connected");
    this.#send("connect", nsp, null, data);
  }

  /** Counts a namespace as connected that was so in another process. */
  restore(nsp: string): void {
    this.#namespaces.set(nsp, "connected");
  }

  refuse(nsp: string, message: string, now: number, data?: unknown): void {
    if (!this.#namespaces.has(nsp)) return;
    this.#remove(nsp, now);
    this.#send("connect_error", nsp, null, {
      message,
      ...(data !== undefined && { data }),
    });
  }

  emit(nsp: string, args: readonly unknown[]): void {
    this.#send("event", nsp, null, args);
  }

  /** Sends an event whose arguments are JSON already. */
  emitJson(nsp: string, args: string): void {
    this.#options.send(nsp === "/" ? `2${args}` : `2${nsp},${args}`);
  }

  ack(nsp: string, id: number, args: readonly unknown[]): void {
    this.#send("ack", nsp, id, args);
  }

  #remove(nsp: string, now: number): void {
    this.#namespaces.delete(nsp);
    if (this.#namespaces.size === 0) this.#idleSince = now;
  }

  #send(
    type: "connect" | "event" | "ack" | "connect_error",
    nsp: string,
    id: number | null,
    data: unknown,
  ): void {
    for (const message of encodePacket({ type, nsp, id, data }))
      this.#options.send(message);
  }
}

const tooMany = {
  message: `A client may use ${NAMESPACES_MAX} namespaces at once.`,
};
