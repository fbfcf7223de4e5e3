// Mortal storage: the storage of a process that may end at any moment.
import type { ChatStorage } from "../../src/client/storage.ts";

/** What a dead process writes is not written, and it hears of nothing. */
export function mortalStorage(
  storage: ChatStorage,
  isDead: () => boolean,
): ChatStorage {
  const alive = async <T>(act: () => Promise<T>): Promise<T> => {
    if (isDead()) await new Promise(() => {});
    const result = await act();
    if (isDead()) await new Promise(() => {});
    return result;
  };
  return {
    get: (key) => alive(() => storage.get(key)),
    set: (key, value) => alive(() => storage.set(key, value)),
    claim: (key, value) => alive(() => storage.claim(key, value)),
    remove: (key) => alive(() => storage.remove(key)),
    list: (prefix) => alive(() => storage.list(prefix)),
  };
}
