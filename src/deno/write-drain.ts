// Write drain: hands queued frames to slow sockets bit by bit, so that the queue stays here and can be dropped.
import type { Peer } from "./peer.ts";

/** Between two looks at the waiting peers. */
const POLL_MS = 20;

export class WriteDrain {
  readonly #peers = new Set<Peer>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Adds a peer whose socket takes no frames at present. */
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
