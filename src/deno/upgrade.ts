// Upgrade: turns an HTTP request into a WebSocket, or refuses it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { SUBPROTOCOL } from "../protocol/framing.ts";
import { ServerSocket } from "./server-socket.ts";
import type { TcpSocket } from "./tcp-socket.ts";

/**
 * The limits of an incomplete message: its bytes, and its parts, each of which
 * needs some more memory.
 */
const MESSAGE_MAX_BYTES = 1024 * 1024;
const MESSAGE_MAX_PARTS = 4096;

/** How long a client may take for its half of a close. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Sixteen bytes in Base64. */
const KEY = /^[+/\dA-Za-z]{22}==$/;
const VERSION = "13";
const PROTOCOL_HEADER = "sec-websocket-protocol";

// A constant of its own, since the package's types lack some of these options.
const options = {
  noServer: true,
  closeTimeout: CLOSE_TIMEOUT_MS,
  clientTracking: false,
  // A compressed message could be far larger than the bytes that arrive.
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

  /** @param head the bytes after the request */
  constructor(incoming: IncomingMessage, socket: TcpSocket, head: Buffer) {
    this.#incoming = incoming;
    this.#socket = socket;
    this.#head = head;
  }

  /** The request has become a WebSocket. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Completes the handshake.
   *
   * @param isBatch the client offers our subprotocol
   * @returns null if the request lacks a part of the handshake
   */
  accept(isBatch: boolean): ServerSocket | null {
    const { method, headers } = this.#incoming;
    const isComplete =
      method === "GET" &&
      headers["sec-websocket-version"] === VERSION &&
      KEY.test(headers["sec-websocket-key"] ?? "");
    if (!isComplete) return null;
    // Parsed already, and less strictly than ws parses it.
    delete headers[PROTOCOL_HEADER];
    if (isBatch) headers[PROTOCOL_HEADER] = SUBPROTOCOL;
    this.#isDone = true;
    return new ServerSocket(this.#completeHandshake(), this.#socket);
  }

  /** Sends the response on the connection and ends the connection. */
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
