// Emulator: draws the output of a program on the screen of a real terminal emulator, without a window.
import xterm from "@xterm/headless";
import type { TerminalOutput } from "../../../src/cli/screen.ts";
import { UnicodeGraphemesAddon } from "./graphemes-addon.ts";

const SCROLLBACK = 5000;

export interface EmulatorOptions {
  readonly columns?: number;
  readonly rows?: number;
  /**
   * Knows that an emoji of several parts is one character; old terminals do
   * not.
   */
  readonly knowsEmoji?: boolean;
  /** Reflows the cursor's row too when the window gets narrower. */
  readonly reflowsCursorRow?: boolean;
}

export class Emulator implements TerminalOutput {
  readonly #terminal: xterm.Terminal;
  /** The whole output. */
  written = "";

  constructor(options: EmulatorOptions = {}) {
    const { columns = 80, rows = 24, knowsEmoji = true } = options;
    this.#terminal = new xterm.Terminal({
      ...{ cols: columns, rows, scrollback: SCROLLBACK },
      allowProposedApi: true,
      reflowCursorLine: options.reflowsCursorRow ?? false,
    });
    if (knowsEmoji) this.#terminal.loadAddon(new UnicodeGraphemesAddon());
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  write(text: string): void {
    this.written += text;
    this.#terminal.write(text);
  }

  /** Resolves when all output is on the screen. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve));
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /**
   * From the top of the scrollback; rows that the emulator wrapped are joined.
   */
  get lines(): string[] {
    const { active } = this.#terminal.buffer;
    const lines: string[] = [];
    for (let y = 0; y < active.length; y++) {
      const line = active.getLine(y);
      const text = line?.translateToString(false) ?? "";
      if (line?.isWrapped) lines.push(`${lines.pop() ?? ""}${text}`);
      else lines.push(text);
    }
    const shown = lines.map((line) => line.trimEnd());
    while (shown.at(-1) === "") shown.pop();
    return shown;
  }

  /** The text before the cursor in its row. */
  get beforeCursor(): string {
    const { active } = this.#terminal.buffer;
    const row = active.getLine(active.baseY + active.cursorY);
    return row?.translateToString(false, 0, active.cursorX) ?? "";
  }

  /** Columns to the left of the cursor. */
  get cursorX(): number {
    return this.#terminal.buffer.active.cursorX;
  }

  /** The palette index of a cell's colour; null for the default colour. */
  colourAt(text: string): number | null {
    const { active } = this.#terminal.buffer;
    for (let y = 0; y < active.length; y++) {
      const line = active.getLine(y);
      const x = line?.translateToString().indexOf(text) ?? -1;
      const cell = x < 0 ? undefined : line?.getCell(x);
      if (cell !== undefined)
        return cell.isFgDefault() ? null : cell.getFgColor();
    }
    throw new Error(`${text} is not on the screen.`);
  }
}
