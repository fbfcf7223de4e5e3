// Upgrade: a request for a WebSocket, until it is one or is refused.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { SUBPROTOCOL } from "../protocol/framing.ts";
import { ServerSocket } from "./server-socket.ts";
import type { TcpSocket } from "./tcp-socket.ts";

/**
 * What one connection may hold of a message that is not complete: its bytes,
 * and the pieces in which they come, each of which costs some more.
 */
const MESSAGE_MAX_BYTES = 1024 * 1024;
const MESSAGE_MAX_PARTS = 4096;

/** How long a client has for its half of a close, in ms. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Sixteen bytes in Base64. */
const KEY = /^[+/\dA-Za-z]{22}==$/;
const VERSION = "13";
const PROTOCOL_HEADER = "sec-websocket-protocol";

// Apart, as the package's types do not know all of them.
const options = {
  noServer: true,
  closeTimeout: CLOSE_TIMEOUT_MS,
  clientTracking: false,
  // Compressed, a message could be far longer than what it takes to send it.
  perMessageDeflate: false,
  maxPayload: MESSAGE_MAX_BYTES,
  maxFragments: MESSAGE_MAX_PARTS,
  maxBufferedChunks: MESSAGE_MAX_PARTS,
};
const handshakes = new WebSocketServer(options);

export class Upgrade {
  readonly #incoming: IncomingMessage;
  readonly #socket: TcpSocket;
  readonly #head: Buffer;
  #isDone = false;

  /** @param head what came after the request */
  constructor(incoming: IncomingMessage, socket: TcpSocket, head: Buffer) {
    this.#incoming = incoming;
    this.#socket = socket;
    this.#head = head;
  }

  /** Is it a WebSocket? */
  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Makes it a WebSocket.
   *
   * @param isBatch its subprotocol is the one that is offered
   * @returns null if the request lacks what the handshake takes
   */
  accept(isBatch: boolean): ServerSocket | null {
    const { method, headers } = this.#incoming;
    const isComplete =
      method === "GET" &&
      headers["sec-websocket-version"] === VERSION &&
      KEY.test(headers["sec-websocket-key"] ?? "");
    if (!isComplete) return null;
    // Read already, and less strictly than ws reads it.
    delete headers[PROTOCOL_HEADER];
    if (isBatch) headers[PROTOCOL_HEADER] = SUBPROTOCOL;
    this.#isDone = true;
    return new ServerSocket(this.#completeHandshake(), this.#socket);
  }

  /** The response goes out on its connection, and is the last one there. */
  refuse(outgoing: ServerResponse): void {
    if (outgoing.socket !== null) return;
    outgoing.assignSocket(this.#socket as never);
    outgoing.shouldKeepAlive = false;
    outgoing.once("finish", () => this.#socket.destroySoon());
  }

  #completeHandshake(): WebSocket {
    let socket: WebSocket | undefined;
    handshakes.handleUpgrade(
      this.#incoming,
      this.#socket,
      this.#head,
      (opened) => {
        socket = opened;
      },
    );
    if (socket === undefined) throw new Error("The handshake failed.");
    return socket;
  }
}
