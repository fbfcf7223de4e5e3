// Storage health: knows whether the storage works, and reports each outage once.
import { type ChatError, storageError } from "./chat-error.ts";

export class StorageHealth {
  /** Set while the storage fails: stored data may be lost. */
  error: ChatError | null = null;
  /** The storage method that failed; empty while the storage works. */
  #failingMethod = "";
  readonly #onChange: (error: ChatError | null) => void;

  constructor(onChange: (error: ChatError | null) => void) {
    this.#onChange = onChange;
  }

  /**
   * A call to the storage, or to its locks, has ended.
   *
   * @param error null: it worked
   */
  onResult(method: string, error: unknown): void {
    // An outage is reported once, for the first method that fails.
    const expected = error === null ? method : "";
    if (this.#failingMethod !== expected) return;
    this.#failingMethod = error === null ? "" : method;
    this.error = error === null ? null : storageError(method, error);
    this.#onChange(this.error);
  }
}
