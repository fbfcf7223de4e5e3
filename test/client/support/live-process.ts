// The life of a client's process in a test: this place, but faster, and ending when it is told to.

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

/** How long the server may take: it is no faster here than in life. */
const UNSCALED_WAITS_MS = new Set([PONG_TIMEOUT_MS, WELCOME_TIMEOUT_MS]);

/** All clocks go on from here: they agree. */
const START_MS = Date.now();

export class LiveProcess implements ClientProcess {
  readonly locks: Tab;
  readonly #environment = createEnvironment();
  readonly #speed: number;
  readonly #server: string;
  #wake = () => {};
  hasCrashed = false;
  /** What happened, and after how many ms of this test: for a complaint. */
  readonly logLines: string[] = [];

  /** @param server where every connection goes, whatever its URL says */
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

  /** At once, in the middle of whatever it does. */
  crash(): void {
    this.hasCrashed = true;
    this.locks.crash();
  }
}

/** Says nothing, and hears nothing, once its process is dead. */
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
