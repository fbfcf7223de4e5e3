// Connection: a raw test WebSocket to the server under test, with an inbox of received frames.
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { Inbox } from "./inbox.ts";

export interface ConnectOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  /**
   * Offers compression, as browsers do. It costs much with many connections.
   */
  readonly compress?: boolean;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export const SUBPROTOCOL = "edge-chat.v1";
const CLOSE_PATIENCE_MS = 10_000;
/**
 * After both close frames the connection waits this long for the end of TCP, as
 * browsers do. Local workerd never ends TCP after it closes a socket that has
 * sent nothing; ws alone would wait 30 s.
 */
const CLOSE_TIMEOUT_MS = 2000;

export function baseUrl(): string {
  const url = process.env.EDGE_CHAT_URL;
  if (!url)
    throw new Error(
      "EDGE_CHAT_URL must name the server under test, e.g. http://127.0.0.1:8787",
    );
  return url;
}

/** Returns the URL of a path of the server, which may be below a path itself. */
export function urlOf(path: string): URL {
  return new URL(baseUrl().replace(/\/$/, "") + path);
}

/** Returns the URL of a room. */
export function roomUrl(room: string, rest = ""): URL {
  return urlOf(`/rooms/${encodeURIComponent(room)}${rest}`);
}

/** Parses each frame into items of one kind. */
export class Connection<T> {
  readonly inbox: Inbox<T>;
  /** All frames, unparsed. */
  readonly frames: string[] = [];
  readonly #socket: WebSocket;
  readonly #opened: Promise<void>;
  readonly #closed: Promise<Closed>;
  #fault: Error | undefined;

  /**
   * @param decode parses a frame into items; an error in it fails the test
   * @param print formats an item for an error message
   */
  constructor(
    room: string,
    options: ConnectOptions,
    decode: (frame: string, protocol: string) => T[],
    print: (item: T) => string,
  ) {
    this.inbox = new Inbox(print);
    const url = roomUrl(room);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    for (const [name, value] of Object.entries(options.query ?? {}))
      url.searchParams.set(name, value);
    const how = {
      headers: { ...options.headers },
      closeTimeout: CLOSE_TIMEOUT_MS,
      perMessageDeflate: options.compress ?? false,
    };
    const socket = new WebSocket(url, [...(options.protocols ?? [])], how);
    this.#socket = socket;
    this.#opened = new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    this.#closed = new Promise((resolve) => {
      socket.once("close", (code, reason) =>
        resolve({ code, reason: reason.toString() }),
      );
    });
    // The inbox gets the error by "close", which always follows.
    socket.on("error", () => {});
    socket.on("close", (code, reason) =>
      this.inbox.end(new Error(`closed: ${code} ${reason}`)),
    );
    socket.on("message", (data, isBinary) => {
      const frame = data.toString();
      this.frames.push(frame);
      try {
        if (isBinary) throw new Error("The server sent a binary frame.");
        for (const item of decode(frame, socket.protocol)) this.inbox.put(item);
      } catch (error) {
        this.#fault ??= error instanceof Error ? error : new Error(`${error}`);
        this.inbox.end(this.#fault);
      }
    });
    onTestFinished(async () => {
      socket.terminate();
      if (this.#fault) throw this.#fault;
    });
  }

  /** The subprotocol that the server has chosen, or "". */
  get protocol(): string {
    return this.#socket.protocol;
  }

  async opened(): Promise<this> {
    await this.#opened;
    return this;
  }

  /** Sends an object as JSON, a string unchanged, a Buffer as binary. */
  send(frame: object | string | Buffer): void {
    if (typeof frame === "string" || frame instanceof Uint8Array)
      this.#socket.send(frame);
    else this.#socket.send(JSON.stringify(frame));
  }

  /** Sends a ping of the WebSocket protocol; resolves with its answer. */
  async protocolPing(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.once("pong", () => resolve());
      this.#socket.ping();
    });
  }

  /** Resolves with the close code and reason when the connection has ended. */
  async closed(): Promise<Closed> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new Error(
              `Still open after ${CLOSE_PATIENCE_MS} ms. Frames that arrived:\n${this.frames.slice(-20).join("\n")}`,
            ),
          ),
        CLOSE_PATIENCE_MS,
      );
    });
    try {
      return await Promise.race([this.#closed, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Closes with a handshake, after which the server knows of the close. */
  async close(code?: number): Promise<Closed> {
    this.#socket.close(code);
    return this.closed();
  }

  /** Drops the connection without a close frame, as a lost network does. */
  drop(): void {
    this.#socket.terminate();
  }

  /** Stops reading, so that the server's data fills the buffers. */
  pause(): void {
    this.#socket.pause();
  }
}
