// Core registry: keeps the cores that are in memory, and closes those that are idle.
import type { Address, Core, ReplyHandle } from "../core/shared/contract.ts";
import type { Reply } from "../core/shared/rpc.ts";
import { OneShotTimer } from "../hosting/one-shot-timer.ts";
import type { EffectTarget } from "../hosting/perform-effects.ts";
import type { Peer } from "./peer.ts";

/** A question that has no answer yet. */
export interface PendingReply {
  /**
   * The question comes from another core, which gets the answer in the same
   * commit.
   */
  readonly isCore: boolean;
  resolve(replies: readonly Reply[]): void;
  reject(): void;
}

/** The place of one core, which may be out of memory at present. */
export interface CoreSlot {
  readonly address: Address;
  core: Core | null;
  /** Performs the effects of that core. */
  effectTarget: EffectTarget | null;
  /** Includes closed ones while they are in `recentPeers`. */
  readonly peers: Set<Peer>;
  /**
   * Connections with an event since the core was last idle, oldest first, with
   * the time of the newest event, ms since 1970. Their state may be in the
   * core's memory only.
   */
  readonly recentPeers: Map<Peer, number>;
  /** Closed since the last core failed. They are reported to the next core first. */
  unreportedPeers: Peer[];
  readonly pendingReplies: Map<ReplyHandle, PendingReply>;
  readonly timer: OneShotTimer;
  /** Calls of this core that have no answer yet. */
  openCalls: number;
  /** Users in the room when its core was last in memory. */
  memberCount: number;
  /** Events whose effects wait for the commit. */
  uncommittedEvents: number;
  usedAt: number;
  /** When the core last failed, ms since 1970. */
  failedAt: number;
}

/** A core without connections is closed after this time without an event. */
const IDLE_MS = 10_000;
/**
 * Longer than any work of a core for a closed connection, such as its presence
 * grace and calls about it.
 */
const RECENT_MS = 120_000;
/** Above the limit this share of the cores is closed at once. */
const EVICTED_SHARE = 0.1;

export class CoreRegistry {
  readonly #max: number;
  /** By kind and name: a key of both would be a new string for each event. */
  readonly #slots = {
    room: new Map<string, CoreSlot>(),
    directory: new Map<string, CoreSlot>(),
    service: new Map<string, CoreSlot>(),
  };
  #openCount = 0;
  /** A sweep starts when more cores than this are open. */
  #sweepAbove: number;

  readonly #onTimer: (address: Address) => void;

  /**
   * @param max cores in memory, unless more of them are busy at once
   * @param onTimer runs when the timer of a core fires
   */
  constructor(max: number, onTimer: (address: Address) => void) {
    this.#max = max;
    this.#onTimer = onTimer;
    this.#sweepAbove = max;
  }

  get openCount(): number {
    return this.#openCount;
  }

  /** Users in rooms, also in those that are out of memory with open connections. */
  get memberCount(): number {
    let count = 0;
    for (const { core, memberCount } of this)
      count += core?.memberCount ?? memberCount;
    return count;
  }

  *[Symbol.iterator](): Generator<CoreSlot> {
    for (const slots of Object.values(this.#slots)) yield* slots.values();
  }

  /** Returns the slot of an address, which is about to be used. */
  slotFor(address: Address, now: number): CoreSlot {
    const slots = this.#slots[address.kind];
    let slot = slots.get(address.name);
    if (slot === undefined) {
      slot = {
        address,
        core: null,
        effectTarget: null,
        peers: new Set(),
        recentPeers: new Map(),
        unreportedPeers: [],
        pendingReplies: new Map(),
        timer: new OneShotTimer(() => this.#onTimer(address)),
        openCalls: 0,
        memberCount: 0,
        uncommittedEvents: 0,
        usedAt: now,
        failedAt: 0,
      };
      slots.set(address.name, slot);
    }
    slot.usedAt = now;
    return slot;
  }

  /** Notes an event of a connection. */
  touch(slot: CoreSlot, peer: Peer, now: number): void {
    slot.recentPeers.delete(peer);
    slot.recentPeers.set(peer, now);
    // A busy core may never be idle, so old entries are dropped here too.
    for (const [oldest, at] of slot.recentPeers) {
      if (at >= now - RECENT_MS) break;
      this.#removeRecent(slot, oldest);
    }
  }

  /**
   * Forgets the recent connections: their state is stored or in attachments.
   */
  settle(slot: CoreSlot): void {
    for (const peer of slot.recentPeers.keys()) this.#removeRecent(slot, peer);
  }

  #removeRecent(slot: CoreSlot, peer: Peer): void {
    slot.recentPeers.delete(peer);
    if (!peer.isAttached) slot.peers.delete(peer);
  }

  markOpen(
    slot: CoreSlot,
    core: Core,
    effectTarget: EffectTarget,
    now: number,
  ): void {
    slot.core = core;
    slot.effectTarget = effectTarget;
    this.#openCount++;
    if (this.#openCount > this.#sweepAbove) this.sweep(now);
  }

  /** Drops the core. Its stored data and the attachments remain. */
  close(slot: CoreSlot): void {
    if (slot.core !== null) this.#openCount--;
    slot.memberCount = slot.core?.memberCount ?? slot.memberCount;
    slot.core = null;
    slot.effectTarget = null;
    slot.openCalls = 0;
    slot.timer.clear();
    const { kind, name } = slot.address;
    const slots = this.#slots[kind];
    const isEmpty = slot.peers.size === 0 && slot.pendingReplies.size === 0;
    if (isEmpty && slots.get(name) === slot) slots.delete(name);
  }

  /**
   * Closes cores that were idle for a while, and more if there are too many.
   */
  sweep(now: number): void {
    for (const slot of this)
      if (slot.peers.size === 0 && slot.usedAt <= now - IDLE_MS && isIdle(slot))
        this.close(slot);
    const excess = this.#openCount - this.#max;
    if (excess > 0) {
      const idle = [...this]
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

/** Nothing waits for the core, so it may leave memory. */
export function isIdle(slot: CoreSlot): boolean {
  return (
    slot.timer.at === null &&
    slot.pendingReplies.size === 0 &&
    slot.openCalls === 0 &&
    slot.uncommittedEvents === 0
  );
}
