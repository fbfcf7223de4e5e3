// Socket: a minimal WebSocket client on a TCP socket, with as little work for each frame as possible.
import { randomBytes } from "node:crypto";
import { connect, type Socket as TcpSocket } from "node:net";
import {
  clientFrame,
  type FrameHandler,
  FrameReader,
  opcodes,
} from "./frame.ts";

export interface SocketHandler {
  opened(): void;
  /** The payload of a text frame: `buffer` from `start` to `end`. */
  text(buffer: Buffer, start: number, end: number): void;
  /**
   * Called once: after a close by the server, a network error, or a failed
   * open.
   */
  closed(code: number): void;
}

export interface Where {
  readonly port: number;
  readonly path: string;
  readonly protocol: string | null;
}

/**
 * All sockets read into this buffer; each has used its bytes before the next
 * read.
 */
const inbox = Buffer.allocUnsafe(1024 * 1024);
const END_OF_HEAD = "\r\n\r\n";

export class Socket implements FrameHandler {
  readonly #handler: SocketHandler;
  readonly #reader = new FrameReader(this);
  readonly #tcp: TcpSocket;
  #head: string | null = "";
  #isClosed = false;

  constructor(where: Where, handler: SocketHandler) {
    this.#handler = handler;
    this.#tcp = connect({
      host: "127.0.0.1",
      port: where.port,
      noDelay: true,
      onread: {
        buffer: inbox,
        callback: (bytes) => this.#read(inbox.subarray(0, bytes)),
      },
    });
    this.#tcp.on("error", () => this.#end(1006));
    this.#tcp.on("close", () => this.#end(1006));
    this.#tcp.write(request(where));
  }

  send(text: string): void {
    if (!this.#isClosed) this.#tcp.write(clientFrame(opcodes.text, text));
  }

  /** Closes as a browser does. */
  close(): void {
    if (this.#isClosed) return;
    this.#tcp.end(clientFrame(opcodes.close, "\x03\xe8"));
  }

  /** Drops the connection as a failing network does. */
  drop(): void {
    this.#isClosed = true;
    this.#tcp.resetAndDestroy();
  }

  frame(opcode: number, buffer: Buffer, start: number, end: number): void {
    if (opcode === opcodes.text) this.#handler.text(buffer, start, end);
    else if (opcode === opcodes.ping)
      this.#tcp.write(
        clientFrame(opcodes.pong, buffer.toString("latin1", start, end)),
      );
    else if (opcode === opcodes.close) {
      this.#end(end - start >= 2 ? buffer.readUInt16BE(start) : 1005);
      this.#tcp.end();
    }
  }

  #read(bytes: Buffer): boolean {
    if (this.#head === null) this.#reader.push(bytes);
    else {
      // The first frame may arrive together with the head.
      this.#head += bytes.toString("latin1");
      const end = this.#head.indexOf(END_OF_HEAD);
      if (end < 0) return true;
      const rest = this.#head.slice(end + END_OF_HEAD.length);
      const isUpgraded = this.#head.startsWith("HTTP/1.1 101");
      this.#head = null;
      if (!isUpgraded) {
        this.#tcp.destroy();
        return true;
      }
      this.#handler.opened();
      if (rest !== "") this.#reader.push(Buffer.from(rest, "latin1"));
    }
    return true;
  }

  #end(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#handler.closed(code);
  }
}

function request({ port, path, protocol }: Where): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    "Sec-WebSocket-Version: 13",
    ...(protocol === null ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    "",
    "",
  ].join("\r\n");
}
