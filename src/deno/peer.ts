// Peer: one WebSocket connection of a room, with its attachment and the frames that wait for the socket.
import { Buffer } from "node:buffer";
import type { Attachment } from "../core/shared/contract.ts";
import { CLOSE_CODES, type CloseName } from "../protocol/errors.ts";
import type { WriteDrain } from "./write-drain.ts";

/** The part of a WebSocket that is used. */
export interface Socket {
  readonly readyState: number;
  /** Bytes that were sent and that the system has not taken yet. */
  readonly bufferedAmount: number;
  send(frame: string): void;
  close(code?: number, reason?: string): void;
}

const OPEN = 1;
const CLOSED = 3;
/**
 * A socket gets no more frames while this many bytes wait in it. They could not
 * be dropped there, not even by a close, until the client reads or TCP ends.
 */
const SOCKET_BYTES_MAX = 256 * 1024;
/** How long a closing connection may take to read its last frames. */
const CLOSE_TIMEOUT_MS = 10_000;

export class Peer {
  /** The name of its room. */
  readonly room: string;
  attachment: Attachment | null = null;
  /** When it last sent a ping, ms since 1970. */
  pingedAt: number | null = null;
  /** The client's network, if a room may ban it; null: it may not, or is not known. */
  network: string | null = null;
  /** False once the room no longer counts it. */
  isAttached = true;
  readonly #socket: Socket;
  readonly #writeDrain: WriteDrain;
  /** Frames in order. Connections share the strings of a broadcast. */
  #queue: string[] = [];
  /** The bytes of the queue. */
  #queuedBytes = 0;
  #closing: { as: CloseName; deadline: number } | null = null;

  constructor(room: string, socket: Socket, writeDrain: WriteDrain) {
    this.room = room;
    this.#socket = socket;
    this.#writeDrain = writeDrain;
  }

  /** The socket has ended. */
  get isClosed(): boolean {
    return this.#socket.readyState === CLOSED;
  }

  /** @returns bytes that wait for the client to read */
  send(frames: readonly string[]): number {
    for (const frame of frames) {
      if (this.#closing !== null || this.#socket.readyState !== OPEN) return 0;
      if (this.#queue.length === 0 && this.#canWrite()) this.#write(frame);
      else this.#enqueue(frame);
    }
    return this.#queuedBytes;
  }

  /**
   * Sends before the queue: the answer to a ping must show the network's delay.
   */
  sendNow(frame: string): void {
    if (
      this.#closing === null &&
      this.#socket.readyState === OPEN &&
      this.#canWrite()
    )
      this.#write(frame);
  }

  /** Closes after the queue is sent; at once if the client is slow. */
  close(as: CloseName, now: number): void {
    this.isAttached = false;
    if (this.#closing !== null) return;
    this.#closing = { as, deadline: now + CLOSE_TIMEOUT_MS };
    if (as === "slow") this.#clearQueue();
    if (this.#queue.length === 0) this.#closeSocket(CLOSE_CODES[as]);
  }

  /** @returns true if nothing waits any more */
  drain(now: number): boolean {
    if (this.#socket.readyState !== OPEN) this.#clearQueue();
    let given = 0;
    while (given < this.#queue.length && this.#canWrite()) {
      const frame = this.#queue[given++] ?? "";
      this.#queuedBytes -= Buffer.byteLength(frame);
      this.#write(frame);
    }
    this.#queue.splice(0, given);
    if (this.#closing === null) return this.#queue.length === 0;
    if (this.#closing.deadline <= now) this.#clearQueue();
    if (this.#queue.length > 0) return false;
    this.#closeSocket(CLOSE_CODES[this.#closing.as]);
    return true;
  }

  #canWrite(): boolean {
    return this.#socket.bufferedAmount < SOCKET_BYTES_MAX;
  }

  #write(frame: string): void {
    try {
      this.#socket.send(frame);
    } catch {
      this.#clearQueue();
      this.#closeSocket(CLOSE_CODES.goingAway);
    }
  }

  #enqueue(frame: string): void {
    if (this.#queue.length === 0) this.#writeDrain.add(this);
    this.#queue.push(frame);
    this.#queuedBytes += Buffer.byteLength(frame);
  }

  #clearQueue(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #closeSocket({ code, reason }: { code: number; reason: string }): void {
    try {
      this.#socket.close(code, reason);
    } catch {
      // It is closed already.
    }
  }
}
