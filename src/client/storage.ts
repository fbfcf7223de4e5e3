// Where a chat keeps what must outlive it: its secret, its cursors, and what was written but not acked.
import type { Locks } from "./environment.ts";

/**
 * Keys are strings, values whatever JSON can hold. Several chats may share
 * one, also in other tabs or processes. A method that rejects costs the
 * safety it would have given, nothing else.
 */
export interface ChatStorage {
  /** What is kept under the key; undefined if nothing is. */
  get(key: string): Promise<unknown>;
  /** Resolves once a crash would not lose it. */
  set(key: string, value: unknown): Promise<void>;
  /**
   * Keeps the value unless there is one already, in one step that nobody who
   * shares the storage can come between.
   *
   * @returns what is kept now
   */
  claim(key: string, value: unknown): Promise<unknown>;
  remove(key: string): Promise<void>;
  /** All that is kept under keys that begin so, ascending by key. */
  list(prefix: string): Promise<[key: string, value: unknown][]>;
  /**
   * Between all who share it, so that none sends what another one still will.
   * Without, those of the place: the Web Locks of a browser's tabs.
   */
  readonly locks?: Locks;
}

/** Kept as long as the object lives. */
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
