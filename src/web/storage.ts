// Where the SDK keeps what must outlive the page: IndexedDB, one database for each site that embeds the page.
import {
  type ChatStorage,
  indexedDbStorage,
  memoryStorage,
} from "../client/index.ts";
import { embedder } from "./embedding.ts";

export const storage: ChatStorage =
  embedder === null
    ? memoryStorage()
    : indexedDbStorage(embedder === "" ? undefined : `edge-chat ${embedder}`);

/** Resolves when what was handed over before is written: writes keep their order. */
export async function written(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  try {
    await storage.get("");
  } catch {
    // What cannot be read cannot be waited for.
  }
}
