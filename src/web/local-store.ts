// Local store: keeps strings by key in the browser's storage, for the device or for one tab, separate for each embedding site.

import { embedder } from "./embedder.ts";
import { serverPath } from "./server-url.ts";

/** A server at another path of the site has other users. */
const PREFIX = [
  "edge-chat",
  ...(serverPath === "/" ? [] : [serverPath]),
  ...(embedder ? [embedder] : []),
  "",
].join(":");

export interface LocalStore {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** All keys that are stored. */
  keys(): string[];
}

/**
 * A browser may refuse storage or run out of space. Values then stay in memory
 * until the page is closed.
 */
function openStore(open: () => Storage): LocalStore {
  const fallback = new Map<string, string>();
  const attempt = <T>(act: (storage: Storage) => T, onFailure: T): T => {
    if (embedder === null) return onFailure;
    try {
      return act(open());
    } catch {
      return onFailure;
    }
  };
  return {
    get: (key) =>
      fallback.get(key) ??
      attempt((storage) => storage.getItem(PREFIX + key), null),
    set: (key, value) => {
      fallback.delete(key);
      const isStored = attempt((storage) => {
        storage.setItem(PREFIX + key, value);
        return true;
      }, false);
      if (!isStored) fallback.set(key, value);
    },
    remove: (key) => {
      fallback.delete(key);
      attempt((storage) => storage.removeItem(PREFIX + key), undefined);
    },
    keys: () => [
      ...fallback.keys(),
      ...attempt((storage) => Object.keys(storage), [])
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => key.slice(PREFIX.length)),
    ],
  };
}

/** Shared by all tabs, until it is removed. */
export const deviceStore: LocalStore = openStore(() => window.localStorage);

/** Survives a reload of this tab. */
export const tabStore: LocalStore = openStore(() => window.sessionStorage);

/** Calls `act` when another tab has changed the value of a key. */
export function onOtherTabChange(act: (key: string) => void): void {
  window.addEventListener("storage", ({ key }) => {
    if (key?.startsWith(PREFIX)) act(key.slice(PREFIX.length));
  });
}

/** Reads a list of strings from JSON; an empty list if it is damaged. */
export function parseStringList(json: string | null): string[] {
  try {
    const list: unknown = JSON.parse(json ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.filter((one) => typeof one === "string");
  } catch {
    return [];
  }
}
