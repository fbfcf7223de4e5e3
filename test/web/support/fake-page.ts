// Fake page: stands for the window, the document and the storage of a page that is embedded nowhere.
import { vi } from "vitest";

export interface FakePage {
  /** What the device and the tab have stored. */
  readonly stored: Map<string, string>;
  /** Another tab has changed the value of this key. */
  changeElsewhere(key: string, value: string): void;
  /** The user comes to the tab, or goes to another one. */
  show(state: "visible" | "hidden"): void;
}

/**
 * Begins a test file, before the page is imported:
 * `await vi.hoisted(async () => (await import("./support/fake-page.ts")).openFakePage())`
 */
export function openFakePage(): FakePage {
  // The files of a worker share their modules, which know another window.
  vi.resetModules();
  const stored = new Map<string, string>();
  const storage = fakeStorage(stored);
  const window = Object.assign(new EventTarget(), {
    ...{ location: { hash: "" }, parent: {} as object },
    ...{ localStorage: storage, sessionStorage: storage },
  });
  window.parent = window;
  const document = Object.assign(new EventTarget(), {
    ...{ documentElement: { dataset: {} }, hasFocus: () => true },
    visibilityState: "visible",
  });
  vi.stubGlobal("window", window);
  vi.stubGlobal("document", document);
  return {
    stored,
    changeElsewhere: (key, value) => {
      stored.set(key, value);
      window.dispatchEvent(Object.assign(new Event("storage"), { key }));
    },
    show: (visibilityState) => {
      Object.assign(document, { visibilityState });
      document.dispatchEvent(new Event("visibilitychange"));
    },
  };
}

/** Its own keys are those that are stored, as in a browser. */
function fakeStorage(stored: Map<string, string>): object {
  return new Proxy(
    {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    },
    {
      ownKeys: () => [...stored.keys()],
      getOwnPropertyDescriptor: () => ({
        configurable: true,
        enumerable: true,
      }),
    },
  );
}
