// Server: starts one server on its CPU core, and reads its address, CPU time and memory.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onServerCore } from "./cores.ts";
import {
  cpuSeconds,
  endTree,
  memoryBytes,
  pause,
  processTree,
} from "./process-tree.ts";

export interface Command {
  /** @param data a folder for the server's data */
  readonly command: (data: string) => readonly string[];
  readonly env?: (data: string) => Readonly<Record<string, string>>;
}

/** The server is idle below this share of a core. */
const QUIET = 0.06;
const START_MS = 60_000;
const running = new Set<Server>();
/**
 * The folders of stopped servers. They stay until the end: on ext4 without a
 * journal, files are made 2 to 3 ms slower each for some seconds after 6,000
 * others were removed, which the next server would pay.
 */
const stale = new Set<string>();

/** Stops all servers that still run, and removes the data of all. */
export async function stopAll(): Promise<void> {
  for (const server of running) await server.stop();
  for (const data of stale) rmSync(data, { recursive: true, force: true });
  stale.clear();
}

export class Server {
  readonly #command: Command;
  #child: ChildProcess;
  readonly #data: string;
  readonly #removeData: boolean;
  #pids: number[] = [];
  /** The facts that the server reported: `url`, and more for some servers. */
  report: Readonly<Record<string, string>> = {};

  private constructor(command: Command, data: string, removeData: boolean) {
    this.#command = command;
    this.#data = data;
    this.#removeData = removeData;
    this.#child = spawnServer(command, data);
  }

  /**
   * Starts the server. It reports its address in a line `listening
   * {"url":...}`.
   */
  static async start(command: Command, folder?: string): Promise<Server> {
    const data = folder ?? mkdtempSync(join(tmpdir(), "edge-chat-bench-"));
    const server = new Server(command, data, folder === undefined);
    running.add(server);
    try {
      await server.#begin();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /**
   * Ends the process and starts it again, with the same data. The port changes.
   *
   * @returns ms from the start of the process until it listens
   */
  async restart(): Promise<number> {
    await endTree(this.#pid);
    const at = performance.now();
    this.#child = spawnServer(this.#command, this.#data);
    await this.#begin();
    return performance.now() - at;
  }

  get port(): number {
    return Number(new URL(this.report.url ?? "").port);
  }

  cpuSeconds(): number {
    return cpuSeconds(this.#pids);
  }

  memoryBytes(): number {
    return memoryBytes(this.#pids);
  }

  /**
   * Waits until the server is idle.
   *
   * @returns false if it never was
   */
  async settles(patienceMs = 10_000): Promise<boolean> {
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      const [cpu, at] = [this.cpuSeconds(), performance.now()];
      await pause(200);
      const share =
        (this.cpuSeconds() - cpu) / ((performance.now() - at) / 1000);
      if (share < QUIET) return true;
    }
    return false;
  }

  /** Sends a request to the server's own process, such as an eviction. */
  ask(what: Readonly<Record<string, string>>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#child.once("message", resolve);
      this.#child.send(what, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  async stop(): Promise<void> {
    running.delete(this);
    await endTree(this.#pid);
    if (this.#removeData) stale.add(this.#data);
  }

  async #begin(): Promise<void> {
    this.report = await this.#listening();
    this.#pids = processTree(this.#pid);
  }

  get #pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("The server did not start.");
    return pid;
  }

  #listening(): Promise<Record<string, string>> {
    const { stdout } = this.#child;
    return new Promise((resolve, reject) => {
      let output = "";
      const fail = () => reject(new Error(`No server came up:\n${output}`));
      const timeout = setTimeout(fail, START_MS);
      this.#child.once("exit", fail);
      this.#child.once("error", reject);
      stdout?.setEncoding("utf8").on("data", (text: string) => {
        output = (output + text).slice(-10_000);
        const line = /^listening (\{.*\})$/m.exec(output);
        const url = /https?:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(output);
        if (line === null && url === null) return;
        clearTimeout(timeout);
        this.#child.off("exit", fail);
        resolve(line === null ? { url: url?.[0] } : JSON.parse(line[1] ?? ""));
      });
    });
  }
}

function spawnServer({ command, env }: Command, data: string): ChildProcess {
  const [program = "", ...args] = onServerCore(command(data));
  return spawn(program, args, {
    env: { ...process.env, NO_COLOR: "1", ...env?.(data) },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
}
