// Mortal storage: the storage of a process that may end at any moment.
import type { ChatStorage } from "../../../src/client/storage.ts";

/** What a dead process writes is not written, and it hears of nothing. */
export function crashableStorage(
  storage: ChatStorage,
  hasCrashed: () => boolean,
): ChatStorage {
  const unlessCrashed = async <T>(call: () => Promise<T>): Promise<T> => {
    if (hasCrashed()) await new Promise(() => {});
    const result = await call();
    if (hasCrashed()) await new Promise(() => {});
    return result;
  };
  return {
    get: (key) => unlessCrashed(() => storage.get(key)),
    set: (key, value) => unlessCrashed(() => storage.set(key, value)),
    claim: (key, value) => unlessCrashed(() => storage.claim(key, value)),
    remove: (key) => unlessCrashed(() => storage.remove(key)),
    list: (prefix) => unlessCrashed(() => storage.list(prefix)),
  };
}
