// Crashable storage: wraps the storage of a process that may crash at any moment.
import type { ChatStorage } from "../../../src/client/storage.ts";

/** A crashed process writes nothing, and gets no answers. */
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
