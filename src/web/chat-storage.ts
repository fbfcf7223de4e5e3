// Where the SDK keeps what must outlive the page: IndexedDB, one database for each site that embeds the page.
import {
  type ChatStorage,
  indexedDbStorage,
  memoryStorage,
} from "../client/index.ts";
import { embedder } from "./embedder.ts";

export const storage: ChatStorage =
  embedder === null
    ? memoryStorage()
    : indexedDbStorage(embedder === "" ? undefined : `edge-chat ${embedder}`);

/** A database that has not answered by then may never do. */
const FLUSH_TIMEOUT_MS = 5000;

/**
 * Resolves when what was handed over before is written: writes keep their
 * order. After `FLUSH_TIMEOUT_MS` at the latest, and then it is in memory alone.
 */
export async function flushStorage(): Promise<void> {
  await sleep(0);
  // What cannot be read cannot be waited for.
  const read = storage.get("").catch(() => {});
  await Promise.race([read, sleep(FLUSH_TIMEOUT_MS)]);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
