// Terminal: runs a program in a pseudo-terminal, types keys and reads the lines on its screen.
import type { IPty } from "@lydell/node-pty";

const PATIENCE_MS = 30_000;
/** So wide that no line wraps. */
const COLUMNS = 500;

/** A line end, an escape sequence with its final letter, or text. */
const pieces = /[\r\n]|\p{Cc}\[([0-9;?]*)([A-Za-z])|\P{Cc}+/gu;
/** An incomplete escape sequence. */
const beginning = /(?![\r\n])\p{Cc}(\[[0-9;?]*)?$/u;

/** Returns why pseudo-terminals are not available; null if they are. */
export async function noTerminals(): Promise<string | null> {
  try {
    const { spawn } = await import("@lydell/node-pty");
    const pty = spawn("/bin/sh", ["-c", "exit 0"], {});
    await new Promise<void>((resolve) => pty.onExit(() => resolve()));
    return null;
  } catch (error) {
    return `no pseudo-terminal on this machine: ${error}`;
  }
}

export class Terminal {
  readonly name: string;
  readonly #pty: IPty;
  /** Complete lines that were not read yet. */
  readonly #unread: string[] = [];
  /** The line with the cursor. */
  #line: string[] = [];
  #column = 0;
  #isOver = false;
  #wake: () => void = () => undefined;

  private constructor(name: string, pty: IPty) {
    this.name = name;
    this.#pty = pty;
    let rest = "";
    pty.onData((data) => {
      const shown = rest + data;
      [rest = ""] = beginning.exec(shown) ?? [];
      const whole = shown.slice(0, shown.length - rest.length);
      for (const [piece, digits, letter] of whole.matchAll(pieces))
        if (letter !== undefined) this.#control(letter, Number(digits));
        else this.#print(piece);
      this.#wake();
    });
    pty.onExit(() => {
      this.#isOver = true;
      this.#wake();
    });
  }

  /** @param command a command line for a shell */
  static async open(name: string, command: string): Promise<Terminal> {
    const { spawn } = await import("@lydell/node-pty");
    const pty = spawn("/bin/sh", ["-c", `exec ${command}`], {
      cols: COLUMNS,
      env: { ...process.env, TERM: "xterm" },
    });
    return new Terminal(name, pty);
  }

  /** Types a line and Enter. */
  type(line: string): void {
    this.#pty.write(`${line}\r`);
  }

  pressCtrlC(): void {
    this.#pty.write("\x03");
  }

  /** Waits for the next line on the screen. */
  async line(): Promise<string> {
    await this.#until(() => this.#unread.length > 0 || this.#isOver);
    const line = this.#unread.shift();
    if (line === undefined)
      throw new Error(`Nothing more on the screen of ${this.name}.`);
    return line;
  }

  /** The lines that were not read yet. */
  get unread(): readonly string[] {
    return this.#unread;
  }

  /** Resolves when the program has ended. */
  async ended(): Promise<void> {
    await this.#until(() => this.#isOver);
  }

  close(): void {
    if (!this.#isOver) this.#pty.kill("SIGKILL");
  }

  async #until(isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isSo()) {
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(
          `${this.name} sees nothing new: ${this.#line.join("")}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #print(text: string): void {
    if (text === "\r") this.#column = 0;
    else if (text === "\n") {
      this.#unread.push(this.#line.join("").trimEnd());
      this.#line = [];
    } else for (const character of text) this.#line[this.#column++] = character;
  }

  /** Handles the sequences that wscat and readline use. */
  #control(letter: string, count: number): void {
    if (letter === "G") this.#column = Math.max(0, count - 1);
    else if (letter === "D")
      this.#column = Math.max(0, this.#column - Math.max(1, count));
    else if (letter === "C") this.#column += Math.max(1, count);
    else if (letter === "J") this.#line.length = this.#column;
    else if (letter === "K" && count === 2) this.#line = [];
    else if (letter === "K") this.#line.length = this.#column;
  }
}
