// Server socket: sends and receives the frames of one WebSocket, and pings it to find dead connections.
import { Buffer } from "node:buffer";
import type { WebSocket } from "ws";
import type { Socket } from "./peer.ts";
import type { TcpSocket } from "./tcp-socket.ts";

/** No close frame came: RFC 6455, section 7.1.5. */
const ABNORMAL = 1006;
/** After this time without data it is pinged, and later counts as dead. */
const PING_AFTER_MS = 15_000;
const DEAD_AFTER_MS = 45_000;
/** Between two checks of all sockets. */
const CHECK_MS = 5000;

const open = new Set<ServerSocket>();
let timer: ReturnType<typeof setInterval> | null = null;

export class ServerSocket implements Socket {
  readonly #socket: WebSocket;
  readonly #tcp: TcpSocket;
  #pingedAt = 0;

  constructor(socket: WebSocket, tcp: TcpSocket) {
    this.#socket = socket;
    this.#tcp = tcp;
    open.add(this);
    timer ??= setInterval(checkAll, CHECK_MS);
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /**
   * Sets the handlers.
   *
   * @param onMessage gets null for a binary message
   * @param onClose may be called twice; the first call counts
   */
  listen(
    onMessage: (text: string | null) => void,
    onClose: (code: number) => void,
  ): void {
    this.listenToAll(
      (data) => onMessage(typeof data === "string" ? data : null),
      onClose,
    );
  }

  /** Sets the handlers; the first one gets the bytes of a binary message. */
  listenToAll(
    onMessage: (data: string | Uint8Array) => void,
    onClose: (code: number) => void,
  ): void {
    this.#socket.on("message", (data, isBinary) =>
      // Ours is a whole message in one buffer.
      onMessage(isBinary ? new Uint8Array(data as Buffer) : data.toString()),
    );
    // Frames after a protocol error are ignored, long before the close is
    // complete.
    this.#socket.on("error", () => onClose(ABNORMAL));
    this.#socket.once("close", (code) => {
      open.delete(this);
      onClose(code);
    });
  }

  /**
   * Bypasses ws, which would encode a broadcast for each socket. Nothing is
   * compressed.
   */
  send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN)
      this.#tcp.write(frameOf(text));
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  /**
   * Pings the client after a silence; ends the connection if no answer comes.
   */
  checkLiveness(now: number): void {
    const { readAt } = this.#tcp;
    if (now - readAt >= DEAD_AFTER_MS) this.#socket.terminate();
    else if (
      now - Math.max(readAt, this.#pingedAt) >= PING_AFTER_MS &&
      this.#socket.readyState === this.#socket.OPEN
    ) {
      this.#pingedAt = now;
      this.#socket.ping();
    }
  }
}

function checkAll(): void {
  const now = Date.now();
  for (const socket of open) socket.checkLiveness(now);
  if (open.size > 0 || timer === null) return;
  clearInterval(timer);
  timer = null;
}

/** The last frame of this turn: in a room many sockets get the same one. */
let last: { readonly text: string; readonly frame: Buffer } | null = null;

function frameOf(text: string): Buffer {
  if (last?.text === text) return last.frame;
  const frame = encode(text);
  if (last === null)
    setImmediate(() => {
      last = null;
    });
  last = { text, frame };
  return frame;
}

/**
 * A text frame as servers send it, unfragmented and unmasked: RFC 6455, section
 * 5.2.
 */
function encode(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafeSlow(headLength + length);
  frame[0] = 0x81;
  if (headLength === 2) frame[1] = length;
  else if (headLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headLength);
  return frame;
}
