// Hands frames to sockets as these take them, so that what waits for a slow client waits here and can be let go.
import type { Peer } from "./peer.ts";

/** Between two looks at those who wait, in ms. */
const POLL_MS = 20;

export class WriteDrain {
  readonly #peers = new Set<Peer>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** It has frames that its socket does not take yet. */
  add(peer: Peer): void {
    this.#peers.add(peer);
    this.#timer ??= setTimeout(() => this.#drainAll(), POLL_MS);
  }

  #drainAll(): void {
    this.#timer = null;
    const now = Date.now();
    for (const peer of this.#peers)
      if (peer.drain(now)) this.#peers.delete(peer);
    if (this.#peers.size > 0)
      this.#timer = setTimeout(() => this.#drainAll(), POLL_MS);
  }
}
