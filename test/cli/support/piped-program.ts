// Piped program: runs the program as a script does, with lines in and out of pipes.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import {
  atFileEnd,
  CHAT,
  programEnvironment,
  serverUrl,
  temporaryConfig,
} from "./terminal-session.ts";

const WAIT_TIMEOUT_MS = 30_000;

export interface PipedProgramOptions {
  readonly config?: string;
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class PipedProgram {
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly #child;
  readonly #exit: Promise<number | null>;
  #wake: () => void = () => {};

  constructor(args: readonly string[], options: PipedProgramOptions = {}) {
    const { config = temporaryConfig(), url = serverUrl(), env } = options;
    const [file = "", ...first] = CHAT;
    this.#child = spawn(file, [...first, ...args, "--url", url], {
      env: programEnvironment(config, env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr } = this.#child;
    // The program may end before it has read everything.
    stdin.on("error", () => {});
    for (const [stream, lines] of [
      [stdout, this.out],
      [stderr, this.err],
    ] as const)
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        this.#wake();
      });
    this.#exit = new Promise((resolve) => this.#child.on("close", resolve));
    atFileEnd(() => this.#child.kill("SIGKILL"));
  }

  writeLines(...lines: string[]): this {
    for (const line of lines) this.write(`${line}\n`);
    return this;
  }

  /** Writes the input as it is, without a line feed. */
  write(input: string | Uint8Array): this {
    this.#child.stdin.write(input);
    return this;
  }

  /** Ends the input. */
  endInput(): this {
    this.#child.stdin.end();
    return this;
  }

  /** Reads no more of the output. */
  closeOutput(): this {
    this.#child.stdout.destroy();
    return this;
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** The lines of the output, parsed as JSON. */
  get objects(): Record<string, unknown>[] {
    return this.out.map((line) => JSON.parse(line));
  }

  /** Waits for a line that contains the text. */
  async waitForLine(what: string): Promise<void> {
    const deadline = Date.now() + WAIT_TIMEOUT_MS;
    const isHeard = () => this.out.some((line) => line.includes(what));
    while (!isHeard()) {
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(
          `Timed out: a line with ${what}. The output: ${[...this.out, ...this.err].join("\n")}`,
        );
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, left);
        this.#wake = () => {
          clearTimeout(timer);
          wake();
        };
      });
    }
  }

  /** The exit code, after all output is read. */
  exitCode(): Promise<number | null> {
    return this.#exit;
  }
}
