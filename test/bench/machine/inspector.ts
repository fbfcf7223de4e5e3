// Inspector: reads the heap size and CPU profiles of our isolate from workerd.
import { WebSocket } from "ws";
import type { Server } from "./server.ts";

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  /** Samples by line, counted from 1. */
  readonly positionTicks?: readonly {
    readonly line: number;
    readonly ticks: number;
  }[];
}

export interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** Microseconds between two samples. */
const SAMPLE_US = 200;

export class Inspector {
  readonly #socket: WebSocket;
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Connects to a server that was started with `inspect`. */
  static async attach(server: Server): Promise<Inspector> {
    const { inspector, name } = server.report;
    const socket = new WebSocket(`${inspector}core:user:${name}`, {
      maxPayload: 1 << 30,
    });
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new Inspector(socket);
  }

  /** Used bytes of the heap after a garbage collection. */
  async heapBytes(): Promise<number> {
    // workerd never answers `collectGarbage`, but a snapshot starts with one.
    await this.#ask("HeapProfiler.takeHeapSnapshot");
    const { usedSize } = await this.#ask("Runtime.getHeapUsage");
    return Number(usedSize);
  }

  async profile<T>(
    during: () => Promise<T>,
  ): Promise<{ result: T; profile: Profile }> {
    await this.#ask("Profiler.enable");
    await this.#ask("Profiler.setSamplingInterval", { interval: SAMPLE_US });
    await this.#ask("Profiler.start");
    const result = await during();
    const { profile } = await this.#ask("Profiler.stop");
    return { result, profile: profile as Profile };
  }

  close(): void {
    this.#socket.close();
  }

  #ask(
    method: string,
    params: object = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const heard = (data: unknown) => {
        const answer = JSON.parse(String(data));
        if (answer.id !== id) return;
        this.#socket.off("message", heard);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new Error(`${method}: ${answer.error.message}`));
      };
      this.#socket.on("message", heard);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
