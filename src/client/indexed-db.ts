// The storage of a browser: one table in IndexedDB, shared by the tabs of a site.
import type { ChatStorage } from "./storage.ts";

const TABLE = "kept";

interface Kept {
  readonly key: string;
  readonly value: unknown;
}

/**
 * Opened when it is first used. A write resolves once it survives a crash of
 * the tab or the browser.
 *
 * @param name of the database
 */
export function indexedDbStorage(name = "edge-chat"): ChatStorage {
  let opened: Promise<IDBDatabase> | null = null;

  /** One transaction; `act` returns how to read the result once it is over. */
  async function run<T>(
    mode: IDBTransactionMode,
    act: (table: IDBObjectStore) => () => T,
  ): Promise<T> {
    opened ??= open(name, () => {
      opened = null;
    });
    const database = await opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(TABLE, mode);
      const result = act(transaction.objectStore(TABLE));
      transaction.oncomplete = () => resolve(result());
      transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    get: (key) =>
      run("readonly", (table) => {
        const request: IDBRequest<Kept | undefined> = table.get(key);
        return () => request.result?.value;
      }),
    set: (key, value) =>
      run("readwrite", (table) => {
        table.put({ key, value });
        return () => undefined;
      }),
    claim: (key, value) =>
      run("readwrite", (table) => {
        const request: IDBRequest<Kept | undefined> = table.get(key);
        request.onsuccess = () => {
          if (request.result === undefined) table.add({ key, value });
        };
        return () => request.result?.value ?? value;
      }),
    remove: (key) =>
      run("readwrite", (table) => {
        table.delete(key);
        return () => undefined;
      }),
    list: (prefix) =>
      run("readonly", (table) => {
        const request: IDBRequest<Kept[]> = table.getAll(
          IDBKeyRange.bound(prefix, `${prefix}\uffff`),
        );
        return () => request.result.map(({ key, value }) => [key, value]);
      }),
  };
}

/** @param lost called when it must be opened anew */
function open(name: string, lost: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(TABLE, { keyPath: "key" });
    request.onerror = () => {
      lost();
      reject(request.error);
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = lost;
      // A newer version of us, in another tab, need not wait for this one.
      database.onversionchange = () => {
        database.close();
        lost();
      };
      resolve(database);
    };
  });
}
