// Outbox keys: give each stored message a storage key after all existing ones, even if the clock is set back.
import type { StoredMessage } from "./outbox-item.ts";
import type { ChatStorage } from "./storage.ts";

export class OutboxKeys {
  /** Every key begins with it. */
  readonly keyPrefix: string;
  #count = 0;
  /** The time in the last key. It never goes back. */
  #lastTime = 0;
  #scan: Promise<void> | undefined;

  constructor(keyPrefix: string) {
    this.keyPrefix = keyPrefix;
  }

  /** A key after all existing keys. */
  nextKey({ id, at }: StoredMessage): string {
    this.#lastTime = Math.max(this.#lastTime, at);
    const first = this.#lastTime.toString(36).padStart(9, "0");
    const count = (this.#count++).toString(36).padStart(6, "0");
    return `${this.keyPrefix}${first}-${count}-${id}`;
  }

  /**
   * Reads the existing keys once, before the first write, so that stored
   * messages keep their place before new ones. Never rejects: without them the
   * clock alone decides the order.
   *
   * @param onScanned gives new messages their keys again
   */
  scanKeys(storage: ChatStorage, onScanned: () => void): Promise<void> {
    this.#scan ??= storage
      .list(this.keyPrefix)
      .then((stored) => {
        for (const [key] of stored) {
          const at = Number.parseInt(key.slice(this.keyPrefix.length), 36);
          this.#lastTime = Math.max(this.#lastTime, at + 1 || 0);
        }
        onScanned();
      })
      .catch(() => {});
    return this.#scan;
  }
}
