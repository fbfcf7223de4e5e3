// What a chat needs of the place it runs in: sockets, time, chance, locks, and word of waking up.
import { messageOf } from "./chat-error.ts";
import { check } from "./check-arguments.ts";
import { hasFields } from "./parse-frame.ts";

/** As much of a WebSocket as is used. */
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

/** The `WebSocket` of browsers, Node 22, Deno, Bun, Workers, or package `ws`. */
export type SocketClass = new (url: string, protocols: string[]) => Socket;

/** Ends what it came from: a timer, a subscription, a lock. */
export type Cancel = () => void;

/** Locks between the tabs of a site, or the processes of a user. */
export interface Locks {
  /** Holds a lock until it is let go, or the tab or process dies. */
  hold(name: string): Cancel;
  /** The names that anybody holds. */
  held(): Promise<ReadonlySet<string>>;
  /** While `act` runs, nobody else's `act` under that name does. */
  runExclusive(name: string, callback: () => Promise<void>): Promise<void>;
}

export interface ProbeResult {
  /** Of the problem with which it is answered, if it is one. */
  readonly code?: string;
  /** For people: the status, or why there is none. */
  readonly description: string;
}

export interface Environment {
  open(url: string, protocols: string[]): Socket;
  /** Milliseconds since 1970, by a clock that people and networks set. */
  now(): number;
  /** Milliseconds of a clock that nobody sets: for all that lasts. */
  uptime(): number;
  /** At most `WAIT_MAX_MS`. */
  after(ms: number, callback: () => void): Cancel;
  /** From 0 to 1. */
  random(): number;
  /** 128 random bits in 32 characters. */
  createSecret(): string;
  /** Calls back when the network or the page is back. */
  onWake(callback: () => void): Cancel;
  /** null where there are none: then ids alone keep messages from doubling. */
  readonly locks: Locks | null;
  /** What answers a GET there. Never rejects. */
  probe(url: string): Promise<ProbeResult>;
}

/**
 * Whatever a server asks for, it is worth another try then. A timer for more
 * than 2^31 ms would fire at once.
 */
export const TIMER_MAX_MS = 600_000;

/** @internal The place we are in, by its globals. */
export function createEnvironment(
  socketClass?: SocketClass,
  locks: Locks | null = defaultLocks(),
): Environment {
  const WebSocketClass = socketClass ?? globalThis.WebSocket;
  check(typeof WebSocketClass === "function", "No WebSocket here.");
  check(globalThis.crypto?.getRandomValues, "No crypto.getRandomValues here.");
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
    probe,
  };
}

/** 128 bits in hex. */
function createSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** As much as is used of `window` and `document`, where they are. */
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

async function probe(url: string): Promise<ProbeResult> {
  let description = "";
  try {
    const response = await fetch(url);
    description = `HTTP ${response.status}`;
    const problem: unknown = await response.json();
    return hasFields(problem, "code")
      ? { code: String(problem.code), description }
      : { description };
  } catch (error) {
    return { description: description || causeMessage(error) };
  }
}

/** Node and Deno put what a person wants to know below. */
function causeMessage(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ?? messageOf(cause ?? error);
}
