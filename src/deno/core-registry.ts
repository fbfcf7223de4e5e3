// The places of rooms and names: which of them are open, and which are closed again when nothing waits in them.
import type { Address, Core, ReplyHandle } from "../core/shared/contract.ts";
import type { Reply } from "../core/shared/rpc.ts";
import type { Peer } from "./peer.ts";

/** Somebody's question, until it is answered. */
export interface PendingReply {
  /** Another core asks: it hears the answer in the same turn. */
  readonly isCore: boolean;
  resolve(replies: readonly Reply[]): void;
  reject(): void;
}

/** The place of one core, which may be closed at present. */
export interface CoreSlot {
  readonly address: Address;
  core: Core | null;
  /** Also those that have gone, as long as they are in `recent`. */
  readonly peers: Set<Peer>;
  /**
   * Connections that had an event since the core was last at rest, with the
   * time of the newest, ms since 1970, oldest first. Something of theirs may
   * be in the core's memory alone.
   */
  readonly recentPeers: Map<Peer, number>;
  /** Gone since the last core failed; the next one is to hear of it first. */
  unreportedPeers: Peer[];
  readonly pendingReplies: Map<ReplyHandle, PendingReply>;
  timer: { readonly at: number; handle: ReturnType<typeof setTimeout> } | null;
  /** Questions of its own that are not answered. */
  openCalls: number;
  /** Events whose effects wait for the end of the turn. */
  uncommittedEvents: number;
  usedAt: number;
  /** When its core last failed, ms since 1970. */
  failedAt: number;
}

/** A core without connections is closed after so long a silence, in ms. */
const IDLE_MS = 10_000;
/**
 * Longer than a core goes on with anything for a connection: the grace of one
 * that has gone, and calls about it.
 */
const RECENT_MS = 120_000;
/** When there are too many, this share of them is closed at once. */
const EVICTED_SHARE = 0.1;

export class CoreRegistry {
  readonly #max: number;
  readonly #slots = new Map<string, CoreSlot>();
  #openCount = 0;
  /** At so many open ones it is worth looking for some to close. */
  #sweepAbove: number;

  /** @param max open cores, unless more of them are at work at once */
  constructor(max: number) {
    this.#max = max;
    this.#sweepAbove = max;
  }

  get openCount(): number {
    return this.#openCount;
  }

  [Symbol.iterator](): Iterator<CoreSlot> {
    return this.#slots.values();
  }

  /** The cell of an address, about to be used. */
  slotFor(address: Address, now: number): CoreSlot {
    const name = keyOf(address);
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      slot = {
        address,
        core: null,
        peers: new Set(),
        recentPeers: new Map(),
        unreportedPeers: [],
        pendingReplies: new Map(),
        timer: null,
        openCalls: 0,
        uncommittedEvents: 0,
        usedAt: now,
        failedAt: 0,
      };
      this.#slots.set(name, slot);
    }
    slot.usedAt = now;
    return slot;
  }

  /** Something happens to a connection. */
  touch(slot: CoreSlot, peer: Peer, now: number): void {
    slot.recentPeers.delete(peer);
    slot.recentPeers.set(peer, now);
    // In a core that never rests, those who come and go must not pile up.
    for (const [oldest, at] of slot.recentPeers) {
      if (at >= now - RECENT_MS) break;
      this.#removeRecent(slot, oldest);
    }
  }

  /** All that has happened to its connections is stored or kept. */
  settle(slot: CoreSlot): void {
    for (const peer of slot.recentPeers.keys()) this.#removeRecent(slot, peer);
  }

  #removeRecent(slot: CoreSlot, peer: Peer): void {
    slot.recentPeers.delete(peer);
    if (!peer.isAttached) slot.peers.delete(peer);
  }

  markOpen(slot: CoreSlot, core: Core, now: number): void {
    slot.core = core;
    this.#openCount++;
    if (this.#openCount > this.#sweepAbove) this.sweep(now);
  }

  /** Of its core nothing remains but what is stored and kept. */
  close(slot: CoreSlot): void {
    if (slot.core !== null) this.#openCount--;
    slot.core = null;
    slot.openCalls = 0;
    if (slot.timer !== null) clearTimeout(slot.timer.handle);
    slot.timer = null;
    const name = keyOf(slot.address);
    const isEmpty = slot.peers.size === 0 && slot.pendingReplies.size === 0;
    if (isEmpty && this.#slots.get(name) === slot) this.#slots.delete(name);
  }

  /** Closes those in which nothing has waited for a while, and more if need be. */
  sweep(now: number): void {
    for (const slot of this.#slots.values())
      if (slot.peers.size === 0 && slot.usedAt <= now - IDLE_MS && isIdle(slot))
        this.close(slot);
    const excess = this.#openCount - this.#max;
    if (excess > 0) {
      const idle = [...this.#slots.values()]
        .filter((slot) => slot.core !== null && isIdle(slot))
        .sort((a, b) => a.usedAt - b.usedAt);
      for (const slot of idle.slice(0, excess + this.#max * EVICTED_SHARE))
        this.close(slot);
    }
    this.#sweepAbove = Math.max(
      this.#max,
      this.#openCount * (1 + EVICTED_SHARE),
    );
  }
}

/** What is in memory alone can go: nothing waits for it. */
export function isIdle(slot: CoreSlot): boolean {
  return (
    slot.timer === null &&
    slot.pendingReplies.size === 0 &&
    slot.openCalls === 0 &&
    slot.uncommittedEvents === 0
  );
}

function keyOf({ kind, name }: Address): string {
  return `${kind} ${name}`;
}
