// What a chat needs of the place it runs in: sockets, time, chance, locks, and word of waking up.
import { wordsOf } from "./chat-error.ts";
import { check } from "./check-arguments.ts";
import { has } from "./wire.ts";

/** As much of a WebSocket as is used. */
export interface Socket {
  readonly protocol: string;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open", hear: () => void): void;
  addEventListener(
    type: "message",
    hear: (event: { data: unknown }) => void,
  ): void;
  addEventListener(
    type: "close",
    hear: (event: { code: number; reason: string }) => void,
  ): void;
  addEventListener(
    type: "error",
    hear: (event: { message?: string }) => void,
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
  alone(name: string, act: () => Promise<void>): Promise<void>;
}

export interface Probe {
  /** Of the problem with which it is answered, if it is one. */
  readonly code?: string;
  /** For people: the status, or why there is none. */
  readonly words: string;
}

export interface Environment {
  open(url: string, protocols: string[]): Socket;
  /** Milliseconds since 1970, by a clock that people and networks set. */
  now(): number;
  /** Milliseconds of a clock that nobody sets: for all that lasts. */
  uptime(): number;
  /** At most `WAIT_MAX_MS`. */
  after(ms: number, act: () => void): Cancel;
  /** From 0 to 1. */
  random(): number;
  /** 128 random bits in 32 characters. */
  secret(): string;
  /** Calls back when the network or the page is back. */
  onWake(act: () => void): Cancel;
  /** null where there are none: then ids alone keep messages from doubling. */
  readonly locks: Locks | null;
  /** What answers a GET there. Never rejects. */
  probe(url: string): Promise<Probe>;
}

/**
 * Whatever a server asks for, it is worth another try then. A timer for more
 * than 2^31 ms would fire at once.
 */
export const WAIT_MAX_MS = 600_000;

/** @internal The place we are in, by its globals. */
export function environment(
  sockets?: SocketClass,
  locks: Locks | null = locksHere(),
): Environment {
  const Sockets = sockets ?? globalThis.WebSocket;
  check(typeof Sockets === "function", "No WebSocket here.");
  check(globalThis.crypto?.getRandomValues, "No crypto.getRandomValues here.");
  return {
    open: (url, protocols) => new Sockets(url, protocols),
    now: () => Date.now(),
    uptime: () => performance.now(),
    after: (ms, act) => {
      const timer = setTimeout(act, Math.min(ms, WAIT_MAX_MS));
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    secret,
    onWake,
    locks,
    probe,
  };
}

/** 128 bits in hex. */
function secret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** As much as is used of `window` and `document`, where they are. */
interface Page {
  addEventListener?: (
    type: string,
    hear: () => void,
    options: { signal: AbortSignal },
  ) => void;
  readonly document?: Page & { readonly visibilityState: string };
}

function onWake(act: () => void): Cancel {
  const page: Page = globalThis;
  const { document } = page;
  const stop = new AbortController();
  page.addEventListener?.("online", act, stop);
  const look = () => {
    if (document?.visibilityState === "visible") act();
  };
  document?.addEventListener?.("visibilitychange", look, stop);
  return () => stop.abort();
}

function locksHere(): Locks | null {
  return globalThis.navigator?.locks ? webLocks(navigator.locks) : null;
}

function webLocks(locks: LockManager): Locks {
  return {
    hold: (name) => {
      let letGo = () => {};
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      locks.request(name, () => held).catch(() => {});
      return letGo;
    },
    held: async () => {
      const { held = [], pending = [] } = await locks.query();
      return new Set([...held, ...pending].map(({ name }) => name ?? ""));
    },
    alone: async (name, act) => {
      await locks.request(name, act);
    },
  };
}

async function probe(url: string): Promise<Probe> {
  let words = "";
  try {
    const response = await fetch(url);
    words = `HTTP ${response.status}`;
    const answer: unknown = await response.json();
    return has(answer, "code")
      ? { code: String(answer.code), words }
      : { words };
  } catch (error) {
    return { words: words || causeOf(error) };
  }
}

/** Node and Deno put what a person wants to know below. */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ?? wordsOf(cause ?? error);
}
