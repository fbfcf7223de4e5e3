// The places of rooms and names: which of them are open, and which are closed again when nothing waits in them.
import type { Address, Core, ReplyHandle } from "../core/shared/contract.ts";
import type { Reply } from "../core/shared/rpc.ts";
import type { Peer } from "./peer.ts";

/** Somebody's question, until it is answered. */
export interface Waiting {
  /** Another core asks: it hears the answer in the same turn. */
  readonly isCore: boolean;
  resolve(replies: readonly Reply[]): void;
  reject(): void;
}

/** The place of one core, which may be closed at present. */
export interface Cell {
  readonly address: Address;
  core: Core | null;
  /** Also those that have gone, as long as they are in `recent`. */
  readonly peers: Set<Peer>;
  /**
   * Connections that had an event since the core was last at rest, with the
   * time of the newest, ms since 1970, oldest first. Something of theirs may
   * be in the core's memory alone.
   */
  readonly recent: Map<Peer, number>;
  /** Gone since the last core failed; the next one is to hear of it first. */
  untold: Peer[];
  readonly asks: Map<ReplyHandle, Waiting>;
  timer: { readonly at: number; handle: ReturnType<typeof setTimeout> } | null;
  /** Questions of its own that are not answered. */
  calls: number;
  /** Events whose effects wait for the end of the turn. */
  unsettled: number;
  usedAt: number;
  /** When its core last failed, ms since 1970. */
  failedAt: number;
}

/** A core without connections is closed after so long a silence, in ms. */
const SILENCE_MS = 10_000;
/**
 * Longer than a core goes on with anything for a connection: the grace of one
 * that has gone, and calls about it.
 */
const RECENT_MS = 120_000;
/** When there are too many, this share of them is closed at once. */
const SHARE = 0.1;

export class Cells {
  readonly #max: number;
  readonly #cells = new Map<string, Cell>();
  #open = 0;
  /** At so many open ones it is worth looking for some to close. */
  #lookAt: number;

  /** @param max open cores, unless more of them are at work at once */
  constructor(max: number) {
    this.#max = max;
    this.#lookAt = max;
  }

  get open(): number {
    return this.#open;
  }

  [Symbol.iterator](): Iterator<Cell> {
    return this.#cells.values();
  }

  /** The cell of an address, about to be used. */
  at(address: Address, now: number): Cell {
    const name = nameOf(address);
    let cell = this.#cells.get(name);
    if (cell === undefined) {
      cell = {
        address,
        core: null,
        peers: new Set(),
        recent: new Map(),
        untold: [],
        asks: new Map(),
        timer: null,
        calls: 0,
        unsettled: 0,
        usedAt: now,
        failedAt: 0,
      };
      this.#cells.set(name, cell);
    }
    cell.usedAt = now;
    return cell;
  }

  /** Something happens to a connection. */
  touch(cell: Cell, peer: Peer, now: number): void {
    cell.recent.delete(peer);
    cell.recent.set(peer, now);
    // In a core that never rests, those who come and go must not pile up.
    for (const [oldest, at] of cell.recent) {
      if (at >= now - RECENT_MS) break;
      this.#forget(cell, oldest);
    }
  }

  /** All that has happened to its connections is stored or kept. */
  rest(cell: Cell): void {
    for (const peer of cell.recent.keys()) this.#forget(cell, peer);
  }

  #forget(cell: Cell, peer: Peer): void {
    cell.recent.delete(peer);
    if (!peer.isHere) cell.peers.delete(peer);
  }

  opened(cell: Cell, core: Core, now: number): void {
    cell.core = core;
    this.#open++;
    if (this.#open > this.#lookAt) this.sweep(now);
  }

  /** Of its core nothing remains but what is stored and kept. */
  close(cell: Cell): void {
    if (cell.core !== null) this.#open--;
    cell.core = null;
    cell.calls = 0;
    if (cell.timer !== null) clearTimeout(cell.timer.handle);
    cell.timer = null;
    const name = nameOf(cell.address);
    const isEmpty = cell.peers.size === 0 && cell.asks.size === 0;
    if (isEmpty && this.#cells.get(name) === cell) this.#cells.delete(name);
  }

  /** Closes those in which nothing has waited for a while, and more if need be. */
  sweep(now: number): void {
    for (const cell of this.#cells.values())
      if (
        cell.peers.size === 0 &&
        cell.usedAt <= now - SILENCE_MS &&
        isAtRest(cell)
      )
        this.close(cell);
    const excess = this.#open - this.#max;
    if (excess > 0) {
      const idle = [...this.#cells.values()]
        .filter((cell) => cell.core !== null && isAtRest(cell))
        .sort((a, b) => a.usedAt - b.usedAt);
      for (const cell of idle.slice(0, excess + this.#max * SHARE))
        this.close(cell);
    }
    this.#lookAt = Math.max(this.#max, this.#open * (1 + SHARE));
  }
}

/** What is in memory alone can go: nothing waits for it. */
export function isAtRest(cell: Cell): boolean {
  return (
    cell.timer === null &&
    cell.asks.size === 0 &&
    cell.calls === 0 &&
    cell.unsettled === 0
  );
}

function nameOf({ kind, name }: Address): string {
  return `${kind} ${name}`;
}
