// Terminal session: runs a program in a pseudo-terminal, whose screen an emulator draws.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { IPty } from "@lydell/node-pty";
import { afterAll } from "vitest";
import { Emulator } from "./emulator.ts";

const WAIT_TIMEOUT_MS = 30_000;

/** The command of `npm run chat --`, with the node of this process. */
export const CHAT: readonly string[] = [
  process.execPath,
  resolve("src/cli/main.ts"),
];

export interface TerminalSessionOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

export const keys = {
  enter: "\r",
  tab: "\t",
  left: "\u001b[D",
  up: "\u001b[A",
  ctrlC: "\u0003",
  ctrlD: "\u0004",
  backspace: "\u007f",
};

const cleanups: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of cleanups.splice(0).reverse()) await end();
});

/** Runs at the end of the test file: its tests run at the same time. */
export function atFileEnd(end: () => unknown): void {
  cleanups.push(end);
}

/** A folder for secrets, which is removed at the end of the file. */
export function temporaryConfig(): string {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-config-"));
  atFileEnd(() =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  );
  return folder;
}

/** The environment of a program under test. */
export function programEnvironment(
  config: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { PATH = "", SYSTEMROOT } = process.env;
  return {
    PATH,
    ...(SYSTEMROOT && { SYSTEMROOT }),
    HOME: config,
    XDG_CONFIG_HOME: config,
    APPDATA: config,
    TERM: "xterm-256color",
    // The program starts many times, and is compiled once.
    NODE_COMPILE_CACHE: resolve("node_modules/.cache/edge-chat"),
    ...more,
  };
}

export class TerminalSession {
  readonly screen: Emulator;
  readonly #pty: IPty;
  readonly #exit = Promise.withResolvers<number>();
  #hasExited = false;
  #wake: () => void = () => {};

  private constructor(pty: IPty, screen: Emulator) {
    this.#pty = pty;
    this.screen = screen;
    pty.onData(async (data) => {
      screen.write(data);
      await screen.settled();
      this.#wake();
    });
    pty.onExit(({ exitCode }) => {
      this.#hasExited = true;
      this.#exit.resolve(exitCode);
      this.#wake();
    });
    atFileEnd(() => {
      if (!this.#hasExited) this.#pty.kill("SIGKILL");
    });
  }

  /** @param command the program and its arguments */
  static async open(
    command: readonly string[],
    options: TerminalSessionOptions = {},
  ): Promise<TerminalSession> {
    const { spawn } = await import("@lydell/node-pty");
    const { columns = 100, rows = 30, env } = options;
    const [file = "", ...args] = command;
    const pty = spawn(file, args, {
      ...{ cols: columns, rows },
      env: { ...(env ?? programEnvironment(temporaryConfig())) },
    });
    return new TerminalSession(pty, new Emulator({ columns, rows }));
  }

  /** Presses keys, one after another. */
  press(...pressed: string[]): void {
    for (const key of pressed) this.#pty.write(key);
  }

  /** Types a line and Enter. */
  type(line: string): void {
    this.press(line, keys.enter);
  }

  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Waits until the screen shows the text. */
  async waitForText(description: string | RegExp): Promise<void> {
    const isSeen = () => {
      const text = this.screen.lines.join("\n");
      return typeof description === "string"
        ? text.includes(description)
        : description.test(text);
    };
    await this.#waitUntil(`the screen shows ${description}`, isSeen);
  }

  /** Waits until no line of the screen contains the text. */
  async waitUntilGone(text: string): Promise<void> {
    const isGone = () => this.linesWith(text).length === 0;
    await this.#waitUntil(`the screen does not show ${text}`, isGone);
  }

  /** Waits until the cursor stands behind this text in its row. */
  async waitForCursorAfter(text: string): Promise<void> {
    const isThere = () => this.screen.beforeCursor === text;
    await this.#waitUntil(`the cursor is behind ${text}`, isThere);
  }

  /** The lines that contain the text. */
  linesWith(description: string): string[] {
    return this.screen.lines.filter((line) => line.includes(description));
  }

  /** Kills the program with SIGKILL. */
  async kill(): Promise<void> {
    this.#pty.kill("SIGKILL");
    await this.#waitUntil("the program is killed", () => this.#hasExited);
  }

  /** The exit code, after the program has ended. */
  async exitCode(): Promise<number> {
    await this.#waitUntil("the program ends", () => this.#hasExited);
    await this.screen.settled();
    return this.#exit.promise;
  }

  async #waitUntil(
    description: string,
    condition: () => boolean,
  ): Promise<void> {
    const deadline = Date.now() + WAIT_TIMEOUT_MS;
    while (!condition()) {
      const left = deadline - Date.now();
      const wasOver = this.#hasExited;
      // What the program wrote at last is not drawn at once.
      if (wasOver) await this.screen.settled();
      if (condition()) return;
      if (left <= 0 || wasOver)
        throw new Error(
          `Timed out: ${description}. The screen:\n${this.screen.lines.join("\n")}`,
        );
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, Math.min(left, 500));
        this.#wake = () => {
          clearTimeout(timer);
          wake();
        };
      });
    }
  }
}

/** The URL of the server that all tests of the project share. */
export function serverUrl(): string {
  const { EDGE_CHAT_URL } = process.env;
  if (EDGE_CHAT_URL === undefined) throw new Error("There is no server.");
  return EDGE_CHAT_URL;
}

let rooms = 0;

/** The name of a room that no other test uses. */
export function uniqueRoom(): string {
  return `room-${process.pid}-${Date.now().toString(36)}-${rooms++}`;
}

let names = 0;

/** A username that no other test uses: claims outlast a test. */
export function uniqueName(stem: string): string {
  return `${stem}${process.pid}x${names++}`;
}

/** Default: the shared server, and an empty configuration folder. */
export interface ChatOptions {
  readonly url?: string;
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the chat in a terminal. */
export function startChat(
  room: string,
  username: string,
  { url = serverUrl(), config = temporaryConfig(), env }: ChatOptions = {},
): Promise<TerminalSession> {
  return TerminalSession.open([...CHAT, room, username, "--url", url], {
    env: programEnvironment(config, env),
  });
}
