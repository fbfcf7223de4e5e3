// What the page keeps on this device: strings by name, for all tabs or for this one, apart for each site that embeds it.

import { embedder } from "./embedder.ts";
import { serverPath } from "./server-url.ts";

/** Another path of the site may be another server, with other people. */
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
  /** All names that are kept. */
  keys(): string[];
}

/**
 * Browsers may refuse storage altogether, or be out of it: then it is
 * remembered as long as the page is open.
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

/** For every tab, until it is removed. */
export const deviceStore: LocalStore = openStore(() => window.localStorage);

/** For this tab, over reloads. */
export const tabStore: LocalStore = openStore(() => window.sessionStorage);

/** Calls back when another tab has changed what is kept under a name. */
export function onOtherTabChange(act: (key: string) => void): void {
  window.addEventListener("storage", ({ key }) => {
    if (key?.startsWith(PREFIX)) act(key.slice(PREFIX.length));
  });
}

/** A list of strings that was kept as JSON; empty if it is damaged. */
export function parseStringList(json: string | null): string[] {
  try {
    const list: unknown = JSON.parse(json ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.filter((one) => typeof one === "string");
  } catch {
    return [];
  }
}
