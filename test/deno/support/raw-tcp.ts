// Raw TCP: a connection on which a test sends exact bytes.
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** The head of a request for a WebSocket, without its end. */
export const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

export class RawConnection {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  readonly #closed: Promise<void>;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#socket = connect(Number(port), hostname);
    this.#socket.on("data", (bytes: Buffer) => this.#chunks.push(bytes));
    this.#socket.on("error", () => {});
    this.#closed = new Promise((resolve) => {
      this.#socket.once("close", () => resolve());
    });
    onTestFinished(() => this.drop());
  }

  /** All received bytes, one character for each. */
  get received(): string {
    return Buffer.concat(this.#chunks).toString("latin1");
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  async opened(): Promise<this> {
    if (this.#socket.connecting)
      await new Promise<void>((resolve, reject) => {
        this.#socket.once("connect", resolve);
        this.#socket.once("error", reject);
      });
    return this;
  }

  /**
   * Resolves when the system has taken the bytes, or the connection is closed.
   */
  send(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(data, () => resolve());
    });
  }

  /** Sends the lines of a head, and the empty line that ends it. */
  sendHead(...lines: readonly string[]): Promise<void> {
    return this.send(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /** All received bytes, after the other end has closed. */
  async toTheEnd(): Promise<string> {
    await this.#closed;
    return this.received;
  }

  /** Resolves when the pattern has arrived. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.isClosed) throw new Error(`Closed after: ${this.received}`);
      await new Promise<void>((resolve) => {
        const onEvent = () => {
          this.#socket.off("data", onEvent);
          this.#socket.off("close", onEvent);
          resolve();
        };
        this.#socket.on("data", onEvent);
        this.#socket.on("close", onEvent);
      });
    }
    return this.received;
  }

  drop(): void {
    this.#socket.destroy();
  }
}

/** Sends one request, and reads until the connection ends. */
export async function request(
  url: string,
  ...lines: readonly string[]
): Promise<string> {
  const connection = new RawConnection(url);
  await connection.sendHead(...lines, "Connection: close");
  return connection.toTheEnd();
}

/** An open WebSocket that has sent nothing. */
export async function openWebSocket(url: string): Promise<RawConnection> {
  const connection = new RawConnection(url);
  await connection.sendHead(
    "GET /rooms/raw HTTP/1.1",
    "Host: localhost",
    ...UPGRADE,
  );
  await connection.until(/^HTTP\/1.1 101 .*\r\n\r\n/s);
  return connection;
}

export interface FrameHead {
  readonly opcode: number;
  readonly isLast: boolean;
  /** The length that the head states. */
  readonly length: number;
}

/** A client's frame by RFC 6455, section 5.2, masked with zeros. */
export function frame(
  { opcode, isLast, length }: FrameHead,
  body: string | Uint8Array = "",
): Buffer {
  const first = (isLast ? 0x80 : 0) | opcode;
  const size = Buffer.alloc(length < 126 ? 1 : length < 65_536 ? 3 : 9);
  if (size.length === 1) size[0] = 0x80 | length;
  else if (size.length === 3) {
    size[0] = 0x80 | 126;
    size.writeUInt16BE(length, 1);
  } else {
    size[0] = 0x80 | 127;
    size.writeBigUInt64BE(BigInt(length), 1);
  }
  const mask = Buffer.alloc(4);
  return Buffer.concat([Buffer.from([first]), size, mask, Buffer.from(body)]);
}

/** The last bytes of a server that closes with this code. */
export function closeFrame(code: number): string {
  return String.fromCharCode(0x88, 2, code >> 8, code & 0xff);
}
