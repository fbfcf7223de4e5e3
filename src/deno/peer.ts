// One connection as the host has it: its socket, what waits for it, and what core wants kept of it.
import { Buffer } from "node:buffer";
import type { Attachment } from "../core/shared/contract.ts";
import { CLOSE_CODES, type CloseName } from "../protocol/errors.ts";
import type { WriteDrain } from "./write-drain.ts";

/** What is used of a WebSocket. */
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
 * A socket gets no more while so many bytes wait in it: there they cannot be
 * taken back, not even by closing it, until the client reads or its TCP ends.
 */
const SOCKET_BYTES_MAX = 256 * 1024;
/** A connection being closed has so long to read what it was told, in ms. */
const CLOSE_TIMEOUT_MS = 10_000;

export class Peer {
  /** Its room. */
  readonly room: string;
  attachment: Attachment | null = null;
  /** When it last sent a ping, ms since 1970. */
  pingedAt: number | null = null;
  /** False once it is of no more concern to its room. */
  isAttached = true;
  readonly #socket: Socket;
  readonly #writeDrain: WriteDrain;
  /** Frames in order. Their strings are shared with whom they go to too. */
  #queue: string[] = [];
  /** Bytes of these together. */
  #queuedBytes = 0;
  #closing: { as: CloseName; deadline: number } | null = null;

  constructor(room: string, socket: Socket, writeDrain: WriteDrain) {
    this.room = room;
    this.#socket = socket;
    this.#writeDrain = writeDrain;
  }

  /** Has its socket ended? */
  get isClosed(): boolean {
    return this.#socket.readyState === CLOSED;
  }

  /** @returns bytes of what it was sent that wait for the client to read */
  send(frames: readonly string[]): number {
    for (const frame of frames) {
      if (this.#closing !== null || this.#socket.readyState !== OPEN) return 0;
      if (this.#queue.length === 0 && this.#canWrite()) this.#write(frame);
      else this.#enqueue(frame);
    }
    return this.#queuedBytes;
  }

  /** Past what waits, as a client that pings wants to know about the network. */
  sendNow(frame: string): void {
    if (
      this.#closing === null &&
      this.#socket.readyState === OPEN &&
      this.#canWrite()
    )
      this.#write(frame);
  }

  /** Closes it once it has taken what it was told; at once if it is slow. */
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
      // Closed already.
    }
  }
}
