// Flushable storage: waits for pending writes, so that the program does not exit before they are on the disk.
import type { ChatStorage } from "../client/index.ts";

export interface FlushableStorage extends ChatStorage {
  /** @returns when no write is pending, or after 5 s */
  flush(): Promise<void>;
}

/** A disk that has not answered by then will not. */
const FLUSH_TIMEOUT_MS = 5000;

export function flushableStorage(storage: ChatStorage): FlushableStorage {
  const writes = new Set<Promise<unknown>>();
  function track<T>(write: Promise<T>): Promise<T> {
    writes.add(write);
    const forget = () => writes.delete(write);
    write.then(forget, forget);
    return write;
  }
  async function allWrites(): Promise<void> {
    while (writes.size > 0) await Promise.allSettled(writes);
  }
  return {
    ...storage,
    set: (key, value) => track(storage.set(key, value)),
    claim: (key, value) => track(storage.claim(key, value)),
    remove: (key) => track(storage.remove(key)),
    flush: () => Promise.race([allWrites(), timeout()]),
  };
}

function timeout(): Promise<void> {
  return new Promise((resolve) =>
    setTimeout(resolve, FLUSH_TIMEOUT_MS).unref(),
  );
}
