// TCP socket: wraps one accepted connection as the stream that node:http and ws read and write.
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";

/** How long the other end may take to close after everything is sent. */
const LINGER_MS = 2000;
/** The sizes of the buffer of a pending read. */
const READ_MIN_BYTES = 1024;
const READ_MAX_BYTES = 16 * 1024;

/** The part of Deno's interface that is used. */
export type TcpConn = Pick<
  Deno.TcpConn,
  "read" | "write" | "closeWrite" | "close" | "setNoDelay" | "setKeepAlive"
> & { readonly remoteAddr: { readonly hostname: string } };

export type Callback = (error?: Error | null) => void;

export class TcpSocket extends Duplex {
  readonly remoteAddress: string;
  /** Bytes that have arrived. */
  bytesRead = 0;
  /** When the last of them arrived, ms since 1970. */
  readAt: number;
  /** When bytes last went in either direction, ms since 1970. */
  activeAt: number;
  /** When it is closed in any case, ms since 1970. */
  closeAt = Number.POSITIVE_INFINITY;
  /** The silence after which `timeout` is emitted, in ms; 0: never. */
  timeout = 0;
  readonly #conn: TcpConn;
  #buffer = new Uint8Array(READ_MIN_BYTES);

  constructor(conn: TcpConn, now: number) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
    this.remoteAddress = conn.remoteAddr.hostname;
    this.readAt = now;
    this.activeAt = now;
  }

  /** As in net.Socket. The listener checks the time. */
  setTimeout(ms: number, onTimeout?: () => void): this {
    this.timeout = ms;
    if (onTimeout !== undefined && ms > 0) this.once("timeout", onTimeout);
    return this;
  }

  setNoDelay(isOn = true): this {
    this.#conn.setNoDelay(isOn);
    return this;
  }

  setKeepAlive(isOn = false): this {
    this.#conn.setKeepAlive(isOn);
    return this;
  }

  /** As in net.Socket: ends the connection once everything is written. */
  destroySoon(): void {
    this.closeAt = Math.min(this.closeAt, Date.now() + LINGER_MS);
    if (this.writable) this.end();
    // With unread bytes the system would drop what was written.
    this.resume();
  }

  override _read(): void {
    this.#conn.read(this.#buffer).then(
      (count) => {
        if (!this.destroyed)
          this.push(count === null ? null : this.#copy(count));
      },
      (error) => this.destroy(error),
    );
  }

  override _write(chunk: Uint8Array, _: string, callback: Callback): void {
    this.#write(chunk).then(() => callback(), callback);
  }

  override _writev(
    chunks: readonly { readonly chunk: Uint8Array }[],
    callback: Callback,
  ): void {
    const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk));
    this.#write(bytes).then(() => callback(), callback);
  }

  override _final(callback: Callback): void {
    this.#conn.closeWrite().then(() => callback(), callback);
  }

  override _destroy(error: Error | null, callback: Callback): void {
    try {
      this.#conn.close();
    } catch {
      // The other end has closed it already.
    }
    callback(error);
  }

  /**
   * Copies the bytes, so that a reference to a few of them does not keep the
   * whole buffer.
   */
  #copy(count: number): Buffer {
    this.bytesRead += count;
    this.readAt = Date.now();
    this.activeAt = this.readAt;
    const size = this.#buffer.length;
    const { buffer } = this.#buffer.slice(0, count);
    if (count === size && size < READ_MAX_BYTES)
      this.#buffer = new Uint8Array(size * 4);
    else if (count <= READ_MIN_BYTES && size > READ_MIN_BYTES)
      this.#buffer = new Uint8Array(READ_MIN_BYTES);
    return Buffer.from(buffer);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at += await this.#conn.write(at === 0 ? bytes : bytes.subarray(at));
      this.activeAt = Date.now();
    }
  }
}
