// Hands frames to sockets as these take them, so that what waits for a slow client waits here and can be let go.
import type { Peer } from "./peer.ts";

/** Between two looks at those who wait, in ms. */
const LOOK_MS = 20;

export class Pump {
  readonly #waiting = new Set<Peer>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** It has frames that its socket does not take yet. */
  add(peer: Peer): void {
    this.#waiting.add(peer);
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MS);
  }

  #look(): void {
    this.#timer = null;
    const now = Date.now();
    for (const peer of this.#waiting)
      if (peer.pump(now)) this.#waiting.delete(peer);
    if (this.#waiting.size > 0)
      this.#timer = setTimeout(() => this.#look(), LOOK_MS);
  }
}
