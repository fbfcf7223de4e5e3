// Environment: gives the SDK the sockets, clocks, random numbers, locks and wake events of its runtime.
import { check } from "./check-arguments.ts";
import type { ProbeResult } from "./probe.ts";

/** The part of the WebSocket API that is used. */
export interface Socket {
  readonly protocol: string;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(
    type: "message",
    listener: (event: { data: unknown }) => void,
  ): void;
  addEventListener(
    type: "close",
    listener: (event: { code: number; reason: string }) => void,
  ): void;
  addEventListener(
    type: "error",
    listener: (event: { message?: string }) => void,
  ): void;
}

/**
 * The `WebSocket` of browsers, Node 22, Deno, Bun and Workers, or of the
 * package `ws`.
 */
export type SocketClass = new (url: string, protocols: string[]) => Socket;

/** Cancels a timer, ends a subscription, or releases a lock. */
export type Cancel = () => void;

/** Locks between the tabs of a site, or the processes of a user. */
export interface Locks {
  /** Holds a lock until it is released, or the tab or process ends. */
  hold(name: string): Cancel;
  /** The names of all locks that are held. */
  held(): Promise<ReadonlySet<string>>;
  /** Runs the callback while no other callback of that name runs. */
  runExclusive(name: string, callback: () => Promise<void>): Promise<void>;
}

export interface Environment {
  open(url: string, protocols: string[]): Socket;
  /** Milliseconds since 1970, by a clock that people and networks set. */
  now(): number;
  /** Milliseconds of a monotonic clock, for all durations. */
  uptime(): number;
  /** Calls back after that time, at most `TIMER_MAX_MS`. */
  after(ms: number, callback: () => void): Cancel;
  /** From 0 to 1. */
  random(): number;
  /** 128 random bits as 32 hexadecimal digits. */
  createSecret(): string;
  /** Calls back when the network or the page is back. */
  onWake(callback: () => void): Cancel;
  /**
   * null where the runtime has none: then only message ids prevent duplicates.
   */
  readonly locks: Locks | null;
  /**
   * Requests the URL by GET, to learn why no WebSocket opens. Never rejects.
   */
  probe(url: string): Promise<ProbeResult>;
}

/**
 * The upper limit of a wait, whatever a server asks for. A timer above 2^31 ms
 * would fire at once.
 */
export const TIMER_MAX_MS = 600_000;

/** @internal The environment of this runtime, from its globals. */
export function createEnvironment(
  socketClass?: SocketClass,
  locks: Locks | null = defaultLocks(),
): Environment {
  const WebSocketClass = socketClass ?? globalThis.WebSocket;
  check(typeof WebSocketClass === "function", "WebSocket is missing.");
  check(
    globalThis.crypto?.getRandomValues,
    "crypto.getRandomValues is missing.",
  );
  return {
    open: (url, protocols) => new WebSocketClass(url, protocols),
    now: () => Date.now(),
    uptime: () => performance.now(),
    after: (ms, callback) => {
      const timer = setTimeout(callback, Math.min(ms, TIMER_MAX_MS));
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    createSecret,
    onWake,
    locks,
    // A file of its own: most clients never need it.
    probe: async (url) => {
      try {
        const { probeUrl } = await import("./probe.ts");
        return await probeUrl(url);
      } catch {
        return { description: "" };
      }
    },
  };
}

/** 128 bits in hexadecimal digits. */
function createSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** The parts of `window` and `document` that are used, if there are any. */
interface PageGlobals {
  addEventListener?: (
    type: string,
    listener: () => void,
    options: { signal: AbortSignal },
  ) => void;
  readonly document?: PageGlobals & { readonly visibilityState: string };
}

function onWake(callback: () => void): Cancel {
  const page: PageGlobals = globalThis;
  const { document } = page;
  const stop = new AbortController();
  page.addEventListener?.("online", callback, stop);
  const onVisibilityChange = () => {
    if (document?.visibilityState === "visible") callback();
  };
  document?.addEventListener?.("visibilitychange", onVisibilityChange, stop);
  return () => stop.abort();
}

function defaultLocks(): Locks | null {
  return globalThis.navigator?.locks ? webLocks(navigator.locks) : null;
}

function webLocks(locks: LockManager): Locks {
  return {
    hold: (name) => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      locks.request(name, () => held).catch(() => {});
      return release;
    },
    held: async () => {
      const { held = [], pending = [] } = await locks.query();
      return new Set([...held, ...pending].map(({ name }) => name ?? ""));
    },
    runExclusive: async (name, callback) => {
      await locks.request(name, callback);
    },
  };
}
