// A storage that can be waited for: this program ends by itself, and not before all it was given is on the disk.
import type { ChatStorage } from "../client/index.ts";

export interface WrittenStorage extends ChatStorage {
  /** Resolves when nothing is being written any more, or after 5 s. */
  written(): Promise<void>;
}

/** A disk that has not answered by then will not. */
const PATIENCE_MS = 5000;

export function writtenStorage(storage: ChatStorage): WrittenStorage {
  const writing = new Set<Promise<unknown>>();
  function follow<T>(write: Promise<T>): Promise<T> {
    writing.add(write);
    const forget = () => writing.delete(write);
    write.then(forget, forget);
    return write;
  }
  async function all(): Promise<void> {
    while (writing.size > 0) await Promise.allSettled(writing);
  }
  return {
    ...storage,
    set: (key, value) => follow(storage.set(key, value)),
    claim: (key, value) => follow(storage.claim(key, value)),
    remove: (key) => follow(storage.remove(key)),
    written: () => Promise.race([all(), patience()]),
  };
}

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
}
