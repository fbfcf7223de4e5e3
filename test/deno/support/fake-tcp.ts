// Fake TCP: connections and a listener without a network, for which a test plays the other end.
import { Buffer } from "node:buffer";
import type { TcpListener } from "../../../src/deno/listener.ts";
import { type TcpConn, TcpSocket } from "../../../src/deno/tcp-socket.ts";

type Reading = (count: number | null) => void;

export class FakeConn implements TcpConn {
  readonly remoteAddr: { readonly hostname: string };
  isClosed = false;
  hasSaidAll = false;
  readonly #written: Buffer[] = [];
  #unread: (Buffer | null)[] = [];
  #reading: { into: Uint8Array; resolve: Reading } | null = null;

  constructor(hostname = "192.0.2.1") {
    this.remoteAddr = { hostname };
  }

  get written(): string {
    return Buffer.concat(this.#written).toString();
  }

  /** Data from the other end; null: it sends no more. */
  say(data: string | null): void {
    this.#unread.push(data === null ? null : Buffer.from(data));
    this.#serve();
  }

  read(into: Uint8Array): Promise<number | null> {
    return new Promise((resolve) => {
      this.#reading = { into, resolve };
      this.#serve();
    });
  }

  /** Takes three bytes at a time, as a slow network may. */
  async write(bytes: Uint8Array): Promise<number> {
    const taken = Buffer.from(bytes.subarray(0, 3));
    this.#written.push(taken);
    return taken.length;
  }

  async closeWrite(): Promise<void> {
    this.hasSaidAll = true;
  }

  close(): void {
    this.isClosed = true;
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}

  #serve(): void {
    const reading = this.#reading;
    if (reading === null || this.#unread.length === 0) return;
    this.#reading = null;
    const [next = null, ...rest] = this.#unread;
    if (next === null) {
      reading.resolve(null);
      return;
    }
    const size = reading.into.length;
    reading.into.set(next.subarray(0, size));
    this.#unread = next.length > size ? [next.subarray(size), ...rest] : rest;
    reading.resolve(Math.min(next.length, size));
  }
}

export function fakeSocket(conn = new FakeConn(), now = Date.now()) {
  const socket = new TcpSocket(conn, now);
  // The listener does the same.
  socket.on("error", () => {});
  return { conn, socket };
}

/** Accepts the connections and errors that a test gives it. */
export class FakeListener implements TcpListener {
  #waiting: (FakeConn | Error)[] = [];
  #accepting: (() => void) | null = null;

  give(...next: readonly (FakeConn | Error)[]): void {
    this.#waiting.push(...next);
    this.#accepting?.();
  }

  async accept(): Promise<TcpConn> {
    while (this.#waiting.length === 0)
      await new Promise<void>((resolve) => {
        this.#accepting = resolve;
      });
    const next = this.#waiting.shift();
    if (next instanceof FakeConn) return next;
    throw next;
  }

  close(): void {
    this.give(new Error("closed"));
  }
}
