// Publisher: a backend in the load, which sends messages to a room by HTTP, one request after the other on each of its connections.
import { Agent, request } from "node:http";
import { pause } from "../machine/process-tree.ts";
import type { LoadContext } from "./member.ts";
import { timestampedText } from "./timestamped-text.ts";

/** Patience with the answers of a publisher that was stopped. */
const STOP_MS = 60_000;

export interface PublisherOptions {
  readonly room: string;
  /** The bearer token. */
  readonly key: string;
  /** Messages in a request; 1: the request is no batch. */
  readonly batch: number;
  /** Requests that are open at the same time. */
  readonly connections: number;
}

export class Publisher {
  readonly #context: Pick<LoadContext, "port" | "tally">;
  readonly #options: PublisherOptions;
  readonly #agent: Agent;
  #isRunning = false;
  #open = 0;
  #nextId = 1;

  /** Counts stored messages as acks, and all else as errors. */
  constructor(
    context: Pick<LoadContext, "port" | "tally">,
    options: PublisherOptions,
  ) {
    this.#context = context;
    this.#options = options;
    const { connections: maxSockets } = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets });
  }

  /** Each connection sends the next request when the last one is answered. */
  start(): void {
    this.#isRunning = true;
    for (let i = 0; i < this.#options.connections; i++) void this.#loop();
  }

  /** Sends no more, and resolves when all answers are there. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    const deadline = performance.now() + STOP_MS;
    while (this.#open > 0) {
      if (performance.now() > deadline)
        throw new Error(`${this.#open} answers did not come.`);
      await pause(20);
    }
    this.#agent.destroy();
  }

  /** Sends one request. @returns its status */
  async send(): Promise<number> {
    const { tally } = this.#context;
    const { batch } = this.#options;
    const at = performance.now();
    const status = await this.#post(this.#body());
    // A batch is answered as a whole by 200, and one message by 201.
    if (status === (batch === 1 ? 201 : 200)) tally.acks += batch;
    else tally.errors++;
    if (tally.isTimed) tally.time(performance.now() - at);
    return status;
  }

  async #loop(): Promise<void> {
    const { tally } = this.#context;
    this.#open++;
    while (this.#isRunning) {
      try {
        await this.send();
      } catch {
        tally.closes++;
        break;
      }
    }
    this.#open--;
  }

  #body(): string {
    const { batch } = this.#options;
    const as = { id: "bench", username: "bench" };
    const message = () => ({
      text: timestampedText(),
      id: `p-${this.#nextId++}`,
    });
    return JSON.stringify(
      batch === 1
        ? { as, ...message() }
        : { as, messages: Array.from({ length: batch }, message) },
    );
  }

  #post(body: string): Promise<number> {
    const { room, key } = this.#options;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ host: "127.0.0.1", port: this.#context.port, method: "POST" },
          ...{ path: `/rooms/${room}/messages`, agent: this.#agent },
          headers: {
            Authorization: `Bearer ${key}`,
            "Content-Type": "application/json",
            "Content-Length": Buffer.byteLength(body),
          },
        },
        (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode ?? 0));
          response.on("error", reject);
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }
}
