// Storage: defines the interface for data that outlives a chat (secret, cursors, outbox), and a storage in memory.
import type { Locks } from "./environment.ts";

/**
 * Keys are strings, and values are JSON. Several chats may share one storage,
 * also in other tabs or processes. If a method rejects, the chat goes on in
 * memory.
 */
export interface ChatStorage {
  /** The stored value; undefined if there is none. */
  get(key: string): Promise<unknown>;
  /** Resolves once the value survives a crash. */
  set(key: string, value: unknown): Promise<void>;
  /**
   * Stores the value unless the key has one, in one atomic step for all
   * chats that share the storage.
   *
   * @returns the value that is stored now
   */
  claim(key: string, value: unknown): Promise<unknown>;
  remove(key: string): Promise<void>;
  /** All values whose keys begin with the prefix, ascending by key. */
  list(prefix: string): Promise<[key: string, value: unknown][]>;
  /**
   * Locks between all chats of the storage, so that no two send the same
   * message. Default: the Web Locks of a browser's tabs.
   */
  readonly locks?: Locks;
}

/** Values last as long as the object. */
export function memoryStorage(): ChatStorage {
  const values = new Map<string, string>();
  const read = (key: string): unknown => {
    const json = values.get(key);
    return json === undefined ? undefined : JSON.parse(json);
  };
  const write = (key: string, value: unknown) => {
    values.set(key, JSON.stringify(value));
  };
  return {
    get: async (key) => read(key),
    set: async (key, value) => write(key, value),
    claim: async (key, value) => {
      if (!values.has(key)) write(key, value);
      return read(key);
    },
    remove: async (key) => {
      values.delete(key);
    },
    list: async (prefix) =>
      [...values.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .map((key) => [key, read(key)]),
  };
}
