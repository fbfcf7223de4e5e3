// Core recovery: drops a room or directory that has failed, and closes the connections whose state may be lost with it.
import type { Event } from "../core/shared/contract.ts";
import type { CoreRegistry, CoreSlot, PendingReply } from "./core-registry.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Peer } from "./peer.ts";

/** The delay before closed connections are reported to a core that failed twice. */
const RESTART_RETRY_MS = 1000;

export interface CoreRecoveryOptions {
  readonly registry: CoreRegistry;
  readonly groupCommit: GroupCommit;
  /** Runs an event of the slot's core. */
  run(slot: CoreSlot, event: Event): void;
}

export class CoreRecovery {
  readonly #options: CoreRecoveryOptions;
  #isStopped = false;

  constructor(options: CoreRecoveryOptions) {
    this.#options = options;
  }

  /** Reports nothing any more. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Drops a core after a bug or a storage error. The next core reads the
   * attachments, as after a sleep. Only connections with recent events are
   * closed, since their state may be lost with the memory.
   */
  restart(slot: CoreSlot, failedAt: number): void {
    const { groupCommit } = this.#options;
    const lost = [...slot.recentPeers.keys()];
    const others = slot.peers.size - lost.length;
    if (others <= 0) {
      this.drop(slot);
      return;
    }
    for (const peer of lost) peer.isAttached = false;
    slot.unreportedPeers = lost;
    const asks = this.#closeCore(slot);
    const isAgain = slot.failedAt > failedAt - RESTART_RETRY_MS;
    slot.failedAt = failedAt;
    const goOn = () => {
      if (!this.#isStopped) this.reportClosed(slot);
    };
    groupCommit.afterCommit(() => {
      closeRestarted(lost, asks);
      if (isAgain) setTimeout(goOn, RESTART_RETRY_MS);
      else groupCommit.enqueue(goOn);
    });
  }

  /**
   * The core after a failed one counts these connections as open until this is
   * reported.
   */
  reportClosed(slot: CoreSlot): void {
    for (const conn of slot.unreportedPeers.splice(0))
      this.#options.run(slot, { kind: "closed", conn, code: 1000 });
  }

  /** Drops a core and closes all of its connections. */
  drop(slot: CoreSlot): void {
    const peers = [...slot.peers];
    for (const peer of peers) peer.isAttached = false;
    slot.peers.clear();
    slot.recentPeers.clear();
    slot.unreportedPeers = [];
    const asks = this.#closeCore(slot);
    this.#options.groupCommit.afterCommit(() => closeRestarted(peers, asks));
  }

  /** @returns the open questions to the core */
  #closeCore(slot: CoreSlot): PendingReply[] {
    const asks = [...slot.pendingReplies.values()];
    slot.pendingReplies.clear();
    this.#options.registry.close(slot);
    return asks;
  }
}

/** Runs after the effects of earlier events. */
function closeRestarted(
  peers: readonly Peer[],
  asks: readonly PendingReply[],
): void {
  for (const peer of peers) peer.close("restarted", Date.now());
  for (const { reject } of asks) reject();
}
