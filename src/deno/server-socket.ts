// Server socket: one WebSocket, as a peer uses it.
import { Buffer } from "node:buffer";
import type { WebSocket } from "ws";
import type { Socket } from "./peer.ts";
import type { TcpSocket } from "./tcp-socket.ts";

/** No close frame came: RFC 6455, section 7.1.5. */
const ABNORMAL = 1006;
/** After so long a silence it is pinged, and after that it counts as dead, in ms. */
const PING_AFTER_MS = 15_000;
const DEAD_AFTER_MS = 45_000;
/** Between two looks at all of them, in ms. */
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
   * Says who hears of it.
   *
   * @param onMessage null: bytes that are no text
   * @param onClose may be called twice, the first time counts
   */
  listen(
    onMessage: (text: string | null) => void,
    onClose: (code: number) => void,
  ): void {
    this.#socket.on("message", (data, isBinary) =>
      onMessage(isBinary ? null : data.toString()),
    );
    // What comes after a fault is not heard, long before the close is complete.
    this.#socket.on("error", () => onClose(ABNORMAL));
    this.#socket.once("close", (code) => {
      open.delete(this);
      onClose(code);
    });
  }

  /** Past ws, which would encode it anew for each: nothing is compressed. */
  send(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN)
      this.#tcp.write(frameOf(text));
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  /** Pings it if nothing has come for a while; ends it if that did not help. */
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

/** The last frame of this turn: in a room many get the same one. */
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

/** A text frame as servers send it, whole and not masked: RFC 6455, section 5.2. */
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
