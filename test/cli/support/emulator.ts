// A real terminal emulator without a window: what is written to it, as it stands on its screen.
import xterm from "@xterm/headless";
import type { TerminalOutput } from "../../../src/cli/screen.ts";
import { UnicodeGraphemesAddon } from "./graphemes-addon.ts";

const SCROLLBACK = 5000;

export interface EmulatorOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Does it know that an emoji of many parts is one? Old ones do not. */
  readonly knowsEmoji?: boolean;
  /** When it gets narrower: is the cursor's row broken again as the others? */
  readonly reflowsCursorRow?: boolean;
}

export class Emulator implements TerminalOutput {
  readonly #terminal: xterm.Terminal;
  /** All that was ever written. */
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

  /** Everything written is on the screen now. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve));
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** From the top of what scrolled away; rows that it broke itself are whole. */
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

  /** What stands before the cursor in its row. */
  get beforeCursor(): string {
    const { active } = this.#terminal.buffer;
    const row = active.getLine(active.baseY + active.cursorY);
    return row?.translateToString(false, 0, active.cursorX) ?? "";
  }

  /** Columns to the left of the cursor. */
  get cursorX(): number {
    return this.#terminal.buffer.active.cursorX;
  }

  /** The colour of a cell on the screen: its palette index, null if default. */
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
