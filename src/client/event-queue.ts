// Event queue: emits the events of the client and of all its rooms in the order in which they happened.
import type { Emitter } from "./emitter.ts";

interface Target {
  invalidate(): void;
  notify(): void;
}

export class EventQueue {
  #calls: (() => void)[] = [];
  #targets = new Set<Target>();
  #isFlushing = false;

  /** Emits the event at the next flush, when the present frame is handled. */
  push<Event extends { readonly type: string }>(
    target: Emitter<Event, unknown>,
    event: Event,
  ): void {
    this.touch(target);
    this.#calls.push(() => target.emit(event));
  }

  /** The snapshot has changed. */
  touch(target: Target): void {
    target.invalidate();
    this.#targets.add(target);
  }

  /** A call from within a listener leaves its events to the outer one. */
  flush(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    while (this.#targets.size > 0) {
      const targets = this.#targets;
      this.#targets = new Set();
      for (const target of targets) target.invalidate();
      for (const call of this.#calls.splice(0)) call();
      for (const target of targets) target.notify();
    }
    this.#isFlushing = false;
  }
}
