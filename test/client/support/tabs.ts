// Tabs: fake the locks that the tabs of one browser share, which end with their tab.
import type { Locks } from "../../../src/client/environment.ts";

export class Tabs {
  readonly #held = new Map<string, Tab>();
  #last: Promise<unknown> = Promise.resolve();

  open(): Tab {
    return new Tab(this.#held, (callback) => {
      const run = this.#last.then(callback);
      this.#last = run.catch(() => {});
      return run;
    });
  }
}

export class Tab implements Locks {
  readonly #held: Map<string, Tab>;
  readonly #runInTurn: (callback: () => Promise<void>) => Promise<void>;

  constructor(
    held: Map<string, Tab>,
    runInTurn: (callback: () => Promise<void>) => Promise<void>,
  ) {
    this.#held = held;
    this.#runInTurn = runInTurn;
  }

  hold(name: string): () => void {
    this.#held.set(name, this);
    return () => this.#held.delete(name);
  }

  held(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(this.#held.keys()));
  }

  runExclusive(_name: string, callback: () => Promise<void>): Promise<void> {
    return this.#runInTurn(callback);
  }

  /** The tab crashes, or is closed. */
  crash(): void {
    for (const [name, tab] of this.#held)
      if (tab === this) this.#held.delete(name);
  }
}
