// One connection as the host has it: its socket, what waits for it, and what core wants kept of it.
import { Buffer } from "node:buffer";
import type { Attachment } from "../core/shared/contract.ts";
import { CLOSES, type CloseName } from "../protocol/errors.ts";
import type { Pump } from "./pump.ts";

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
const IN_SOCKET = 256 * 1024;
/** A connection being closed has so long to read what it was told, in ms. */
const LAST_WORDS_MS = 10_000;

export class Peer {
  /** Its room. */
  readonly room: string;
  attachment: Attachment | null = null;
  /** When it last sent a ping, ms since 1970. */
  pingedAt: number | null = null;
  /** False once it is of no more concern to its room. */
  isHere = true;
  readonly #socket: Socket;
  readonly #pump: Pump;
  /** Frames in order. Their strings are shared with whom they go to too. */
  #waiting: string[] = [];
  /** Bytes of these together. */
  #size = 0;
  #end: { as: CloseName; by: number } | null = null;

  constructor(room: string, socket: Socket, pump: Pump) {
    this.room = room;
    this.#socket = socket;
    this.#pump = pump;
  }

  /** Has its socket ended? */
  get isClosed(): boolean {
    return this.#socket.readyState === CLOSED;
  }

  /** @returns bytes of what it was sent that wait for the client to read */
  send(frames: readonly string[]): number {
    for (const frame of frames) {
      if (this.#end !== null || this.#socket.readyState !== OPEN) return 0;
      if (this.#waiting.length === 0 && this.#takes()) this.#give(frame);
      else this.#keep(frame);
    }
    return this.#size;
  }

  /** Past what waits, as a client that pings wants to know about the network. */
  answer(frame: string): void {
    if (this.#end === null && this.#socket.readyState === OPEN && this.#takes())
      this.#give(frame);
  }

  /** Closes it once it has taken what it was told; at once if it is slow. */
  close(as: CloseName, now: number): void {
    this.isHere = false;
    if (this.#end !== null) return;
    this.#end = { as, by: now + LAST_WORDS_MS };
    if (as === "slow") this.#forget();
    if (this.#waiting.length === 0) this.#close(CLOSES[as]);
  }

  /** @returns true if nothing waits any more */
  pump(now: number): boolean {
    if (this.#socket.readyState !== OPEN) this.#forget();
    let given = 0;
    while (given < this.#waiting.length && this.#takes()) {
      const frame = this.#waiting[given++] ?? "";
      this.#size -= Buffer.byteLength(frame);
      this.#give(frame);
    }
    this.#waiting.splice(0, given);
    if (this.#end === null) return this.#waiting.length === 0;
    if (this.#end.by <= now) this.#forget();
    if (this.#waiting.length > 0) return false;
    this.#close(CLOSES[this.#end.as]);
    return true;
  }

  #takes(): boolean {
    return this.#socket.bufferedAmount < IN_SOCKET;
  }

  #give(frame: string): void {
    try {
      this.#socket.send(frame);
    } catch {
      this.#forget();
      this.#close(CLOSES.goingAway);
    }
  }

  #keep(frame: string): void {
    if (this.#waiting.length === 0) this.#pump.add(this);
    this.#waiting.push(frame);
    this.#size += Buffer.byteLength(frame);
  }

  #forget(): void {
    this.#waiting = [];
    this.#size = 0;
  }

  #close({ code, reason }: { code: number; reason: string }): void {
    try {
      this.#socket.close(code, reason);
    } catch {
      // Closed already.
    }
  }
}
