// Chat storage: gives the SDK a database in IndexedDB, a separate one for each embedding site.
import { indexedDbStorage } from "../client/indexed-db.ts";
import { type ChatStorage, memoryStorage } from "../client/storage.ts";
import { embedder } from "./embedder.ts";

export const storage: ChatStorage =
  embedder === null
    ? memoryStorage()
    : indexedDbStorage(embedder === "" ? undefined : `edge-chat ${embedder}`);

/** A database that has not answered after this time may never answer. */
const FLUSH_TIMEOUT_MS = 5000;

/**
 * Resolves when all earlier writes are done, since writes keep their order. It
 * resolves after `FLUSH_TIMEOUT_MS` at the latest; the data is then in memory
 * only.
 */
export async function flushStorage(): Promise<void> {
  await sleep(0);
  // A failed read ends the wait as well.
  const read = storage.get("").catch(() => {});
  await Promise.race([read, sleep(FLUSH_TIMEOUT_MS)]);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
