// One raw WebSocket to the server under test: frames out, frames in, the end.
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { Inbox } from "./inbox.ts";

export interface ConnectOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  /** To offer compression, as browsers do; dear where many listen. */
  readonly compress?: boolean;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export const SUBPROTOCOL = "edge-chat.v1";
const CLOSE_PATIENCE_MS = 10_000;
/**
 * As browsers do, we wait so long for the end of TCP after both have said
 * that they close. Local workerd never ends it when it closes a socket from
 * which it has received nothing; ws alone would wait 30 s.
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

/** The URL of a room, as http or, for a socket, as ws. */
export function roomUrl(room: string, rest = ""): URL {
  return new URL(`/rooms/${encodeURIComponent(room)}${rest}`, baseUrl());
}

/** A connection whose frames are read into items of one kind. */
export class Connection<T> {
  readonly inbox: Inbox<T>;
  /** Every frame as it came. */
  readonly frames: string[] = [];
  readonly #socket: WebSocket;
  readonly #opened: Promise<void>;
  readonly #closed: Promise<Closed>;
  #fault: Error | undefined;

  /**
   * @param decode one frame into its items; what it throws fails the test
   * @param print an item for a complaint
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
    // The inbox hears of it by "close", which always follows.
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

  /** The subprotocol that the server chose, or "". */
  get protocol(): string {
    return this.#socket.protocol;
  }

  async opened(): Promise<this> {
    await this.#opened;
    return this;
  }

  /** An object goes as JSON, a string as it stands, a Buffer as binary. */
  send(frame: object | string | Buffer): void {
    if (typeof frame === "string" || frame instanceof Uint8Array)
      this.#socket.send(frame);
    else this.#socket.send(JSON.stringify(frame));
  }

  /** A ping of the WebSocket protocol itself; resolves when answered. */
  async protocolPing(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.once("pong", () => resolve());
      this.#socket.ping();
    });
  }

  /** The close code and reason, once the connection has ended. */
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

  /** Closes with a handshake and awaits its end: the server has noticed. */
  async close(code?: number): Promise<Closed> {
    this.#socket.close(code);
    return this.closed();
  }

  /** Ends the connection without a word, as a lost network does. */
  drop(): void {
    this.#socket.terminate();
  }

  /** Stops reading, so that what the server sends piles up on its way. */
  pause(): void {
    this.#socket.pause();
  }
}
