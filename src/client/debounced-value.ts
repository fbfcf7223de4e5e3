// One value in the storage that changes often: written now and then, and at the end.
import type { Cancel, Environment } from "./environment.ts";
import type { ChatStorage } from "./storage.ts";

/** A crash sets it back by so much at most. */
const DEBOUNCE_MS = 1000;

export class DebouncedValue {
  readonly #storage: ChatStorage;
  readonly #environment: Environment;
  readonly #key: string;
  #value: unknown;
  /** Set while something is not written yet. */
  #cancel: Cancel | null = null;

  constructor(storage: ChatStorage, environment: Environment, key: string) {
    this.#storage = storage;
    this.#environment = environment;
    this.#key = key;
  }

  /** What is kept; undefined if nothing is, or it can't be read. */
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

  /** Writes what is not written yet. Never rejects. */
  async flush(): Promise<void> {
    if (this.#cancel === null) return;
    this.#cancel();
    this.#cancel = null;
    try {
      await this.#storage.set(this.#key, this.#value);
    } catch {
      // Then more is shown again after the next start.
    }
  }
}
