// What the page keeps on this device: strings by name, for all tabs or for this one, apart for each site that embeds it.

import { embedder } from "./embedding.ts";
import { serverPath } from "./server-url.ts";

/** Another path of the site may be another server, with other people. */
const PREFIX = [
  "edge-chat",
  ...(serverPath === "/" ? [] : [serverPath]),
  ...(embedder ? [embedder] : []),
  "",
].join(":");

export interface Kept {
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
  /** All names that are kept. */
  names(): string[];
}

/**
 * Browsers may refuse storage altogether, or be out of it: then it is
 * remembered as long as the page is open.
 */
function kept(open: () => Storage): Kept {
  const instead = new Map<string, string>();
  const attempt = <T>(act: (storage: Storage) => T, otherwise: T): T => {
    if (embedder === null) return otherwise;
    try {
      return act(open());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (name) =>
      instead.get(name) ??
      attempt((storage) => storage.getItem(PREFIX + name), null),
    set: (name, value) => {
      instead.delete(name);
      const isKept = attempt((storage) => {
        storage.setItem(PREFIX + name, value);
        return true;
      }, false);
      if (!isKept) instead.set(name, value);
    },
    remove: (name) => {
      instead.delete(name);
      attempt((storage) => storage.removeItem(PREFIX + name), undefined);
    },
    names: () => [
      ...instead.keys(),
      ...attempt((storage) => Object.keys(storage), [])
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => key.slice(PREFIX.length)),
    ],
  };
}

/** For every tab, until it is removed. */
export const device: Kept = kept(() => window.localStorage);

/** For this tab, over reloads. */
export const tab: Kept = kept(() => window.sessionStorage);

/** Calls back when another tab has changed what is kept under a name. */
export function onOtherTab(act: (name: string) => void): void {
  window.addEventListener("storage", ({ key }) => {
    if (key?.startsWith(PREFIX)) act(key.slice(PREFIX.length));
  });
}

/** A list of strings that was kept as JSON; empty if it is damaged. */
export function readList(json: string | null): string[] {
  try {
    const list: unknown = JSON.parse(json ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.filter((one) => typeof one === "string");
  } catch {
    return [];
  }
}
