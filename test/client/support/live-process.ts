// Live process: the environment of a client whose clock runs faster, and which can crash.

import {
  PONG_TIMEOUT_MS,
  WELCOME_TIMEOUT_MS,
} from "../../../src/client/connection.ts";
import {
  createEnvironment,
  type Socket,
} from "../../../src/client/environment.ts";
import type { ClientProcess } from "./participant.ts";
import type { Tab } from "./tabs.ts";

/** Waits for the server, which is no faster than in real time. */
const UNSCALED_WAITS_MS = new Set([PONG_TIMEOUT_MS, WELCOME_TIMEOUT_MS]);

/** All clocks start here, so that they agree. */
const START_MS = Date.now();

export class LiveProcess implements ClientProcess {
  readonly locks: Tab;
  readonly #environment = createEnvironment();
  readonly #speed: number;
  readonly #server: string;
  #wake = () => {};
  hasCrashed = false;
  /**
   * Log lines with their milliseconds since the start, for failure messages.
   */
  readonly logLines: string[] = [];

  /** @param server receives every connection, whatever its URL says */
  constructor(speed: number, tab: Tab, server: string) {
    this.#speed = speed;
    this.locks = tab;
    this.#server = server.replace(/^http/, "ws");
  }

  open(url: string, protocols: string[]) {
    const there = new URL(new URL(url).pathname, this.#server);
    return new ProcessSocket(this, new WebSocket(there, protocols));
  }

  uptime(): number {
    return performance.now() * this.#speed;
  }

  now(): number {
    return START_MS + (Date.now() - START_MS) * this.#speed;
  }

  after(ms: number, callback: () => void) {
    const speed = UNSCALED_WAITS_MS.has(ms) ? 1 : this.#speed;
    return this.#environment.after(ms / speed, () => {
      if (!this.hasCrashed) callback();
    });
  }

  random(): number {
    return Math.random();
  }

  createSecret(): string {
    return this.#environment.createSecret();
  }

  onWake(callback: () => void) {
    this.#wake = callback;
    return () => {};
  }

  probe() {
    return Promise.resolve({ description: "not asked" });
  }

  log(what: string): void {
    this.logLines.push(`${Date.now() - START_MS} ${what}`);
  }

  wake(): void {
    this.#wake();
  }

  /** The process crashes. */
  crash(): void {
    this.hasCrashed = true;
    this.locks.crash();
  }
}

/** A socket that is silent once its process has crashed. */
class ProcessSocket implements Socket {
  readonly #process: LiveProcess;
  readonly #socket: WebSocket;

  constructor(process: LiveProcess, socket: WebSocket) {
    this.#process = process;
    this.#socket = socket;
    socket.addEventListener("open", () => process.log("opened"));
    socket.addEventListener("close", ({ code, reason }) =>
      process.log(`closed ${code} ${reason}`),
    );
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  send(data: string): void {
    if (!this.#process.hasCrashed) this.#socket.send(data);
  }

  close(code?: number): void {
    this.#socket.close(code);
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#socket.addEventListener(type, (event) => {
      if (!this.#process.hasCrashed) listener(event as never);
    });
  }
}
