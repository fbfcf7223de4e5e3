// IndexedDB storage: stores keys in one object store of a browser, shared by the tabs of a site.
import type { ChatStorage } from "./storage.ts";

const OBJECT_STORE = "kept";

interface StoredValue {
  readonly key: string;
  readonly value: unknown;
}

/**
 * The database is opened at the first call. A write resolves once it survives a
 * crash of the tab or the browser.
 *
 * @param name of the database
 */
export function indexedDbStorage(name = "edge-chat"): ChatStorage {
  let opened: Promise<IDBDatabase> | null = null;

  /**
   * Runs one transaction. `use` returns a function that reads the result at its
   * end.
   */
  async function transact<T>(
    mode: IDBTransactionMode,
    use: (table: IDBObjectStore) => () => T,
  ): Promise<T> {
    opened ??= openDatabase(name, () => {
      opened = null;
    });
    const database = await opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(OBJECT_STORE, mode);
      const result = use(transaction.objectStore(OBJECT_STORE));
      transaction.oncomplete = () => resolve(result());
      transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    get: (key) =>
      transact("readonly", (table) => {
        const request: IDBRequest<StoredValue | undefined> = table.get(key);
        return () => request.result?.value;
      }),
    set: (key, value) =>
      transact("readwrite", (table) => {
        table.put({ key, value });
        return () => undefined;
      }),
    claim: (key, value) =>
      transact("readwrite", (table) => {
        const request: IDBRequest<StoredValue | undefined> = table.get(key);
        request.onsuccess = () => {
          if (request.result === undefined) table.add({ key, value });
        };
        return () => request.result?.value ?? value;
      }),
    remove: (key) =>
      transact("readwrite", (table) => {
        table.delete(key);
        return () => undefined;
      }),
    list: (prefix) =>
      transact("readonly", (table) => {
        const request: IDBRequest<StoredValue[]> = table.getAll(
          IDBKeyRange.bound(prefix, `${prefix}\uffff`),
        );
        return () => request.result.map(({ key, value }) => [key, value]);
      }),
  };
}

/** @param onClosed called when the database must be opened again */
function openDatabase(
  name: string,
  onClosed: () => void,
): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(OBJECT_STORE, { keyPath: "key" });
    request.onerror = () => {
      onClosed();
      reject(request.error);
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = onClosed;
      // A newer version of the SDK in another tab need not wait for this one.
      database.onversionchange = () => {
        database.close();
        onClosed();
      };
      resolve(database);
    };
  });
}
