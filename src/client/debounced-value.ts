// Debounced value: writes one stored value that changes often at intervals, and at the end.
import type { Cancel, Environment } from "./environment.ts";
import type { ChatStorage } from "./storage.ts";

/** A crash loses the changes of this time at most. */
const DEBOUNCE_MS = 1000;

export class DebouncedValue {
  readonly #storage: ChatStorage;
  readonly #environment: Environment;
  readonly #key: string;
  #value: unknown;
  /** The timer of the next write; null: everything is written. */
  #cancel: Cancel | null = null;

  constructor(storage: ChatStorage, environment: Environment, key: string) {
    this.#storage = storage;
    this.#environment = environment;
    this.#key = key;
  }

  /** The stored value; undefined if there is none, or it cannot be read. */
  async get(): Promise<unknown> {
    try {
      return await this.#storage.get(this.#key);
    } catch {
      return undefined;
    }
  }

  set(value: unknown): void {
    this.#value = value;
    this.#cancel ??= this.#environment.after(DEBOUNCE_MS, () => this.flush());
  }

  /** Writes a change that is not written yet. Never rejects. */
  async flush(): Promise<void> {
    if (this.#cancel === null) return;
    this.#cancel();
    this.#cancel = null;
    try {
      await this.#storage.set(this.#key, this.#value);
    } catch {
      // The next start shows some messages again.
    }
  }
}
