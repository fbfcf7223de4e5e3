// The life of a client's process in a test: this place, but faster, and ending when it is told to.

import { PONG_MS, WELCOME_MS } from "../../../src/client/connection.ts";
import { environment, type Socket } from "../../../src/client/environment.ts";
import type { Process } from "../participant.ts";
import type { Tab } from "../tabs.ts";

/** How long the server may take: it is no faster here than in life. */
const PATIENCE = new Set([PONG_MS, WELCOME_MS]);

/** All clocks go on from here: they agree. */
const START = Date.now();

export class Life implements Process {
  readonly locks: Tab;
  readonly #place = environment();
  readonly #speed: number;
  readonly #server: string;
  #wake = () => {};
  isDead = false;
  /** What happened, and after how many ms of this test: for a complaint. */
  readonly notes: string[] = [];

  /** @param server where every connection goes, whatever its URL says */
  constructor(speed: number, tab: Tab, server: string) {
    this.#speed = speed;
    this.locks = tab;
    this.#server = server.replace(/^http/, "ws");
  }

  open(url: string, protocols: string[]) {
    const there = new URL(new URL(url).pathname, this.#server);
    return new LivingSocket(this, new WebSocket(there, protocols));
  }

  uptime(): number {
    return performance.now() * this.#speed;
  }

  now(): number {
    return START + (Date.now() - START) * this.#speed;
  }

  after(ms: number, act: () => void) {
    const speed = PATIENCE.has(ms) ? 1 : this.#speed;
    return this.#place.after(ms / speed, () => {
      if (!this.isDead) act();
    });
  }

  random(): number {
    return Math.random();
  }

  secret(): string {
    return this.#place.secret();
  }

  onWake(act: () => void) {
    this.#wake = act;
    return () => {};
  }

  probe() {
    return Promise.resolve({ words: "not asked" });
  }

  note(what: string): void {
    this.notes.push(`${Date.now() - START} ${what}`);
  }

  wake(): void {
    this.#wake();
  }

  /** At once, in the middle of whatever it does. */
  end(): void {
    this.isDead = true;
    this.locks.dies();
  }
}

/** Says nothing, and hears nothing, once its process is dead. */
class LivingSocket implements Socket {
  readonly #life: Life;
  readonly #socket: WebSocket;

  constructor(life: Life, socket: WebSocket) {
    this.#life = life;
    this.#socket = socket;
    socket.addEventListener("open", () => life.note("opened"));
    socket.addEventListener("close", ({ code, reason }) =>
      life.note(`closed ${code} ${reason}`),
    );
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  send(data: string): void {
    if (!this.#life.isDead) this.#socket.send(data);
  }

  close(code?: number): void {
    this.#socket.close(code);
  }

  addEventListener(type: string, hear: (event: never) => void): void {
    this.#socket.addEventListener(type, (event) => {
      if (!this.#life.isDead) hear(event as never);
    });
  }
}
