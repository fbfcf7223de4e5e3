// A storage that can be waited for: this program ends by itself, and not before all it was given is on the disk.
import type { ChatStorage } from "../client/index.ts";

export interface WrittenStorage extends ChatStorage {
  /** Resolves when nothing is being written any more. */
  written(): Promise<void>;
}

export function writtenStorage(storage: ChatStorage): WrittenStorage {
  const writing = new Set<Promise<unknown>>();
  function follow<T>(write: Promise<T>): Promise<T> {
    writing.add(write);
    const forget = () => writing.delete(write);
    write.then(forget, forget);
    return write;
  }
  return {
    ...storage,
    set: (key, value) => follow(storage.set(key, value)),
    claim: (key, value) => follow(storage.claim(key, value)),
    remove: (key) => follow(storage.remove(key)),
    written: async () => {
      while (writing.size > 0) await Promise.allSettled(writing);
    },
  };
}
