// Screen: redraws the footer in the last rows of a terminal, while printed rows above it scroll away.
import type { Footer } from "./footer.ts";

/** The part of a terminal that is used. */
export interface TerminalOutput {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

/**
 * A synchronized update: terminals that know it show it at once; others ignore
 * it.
 */
const BEGIN_UPDATE = "\u001b[?2026h\u001b[?25l";
const END_UPDATE = "\u001b[?25h\u001b[?2026l";
const PASTE_ON = "\u001b[?2004h";
const PASTE_OFF = "\u001b[?2004l";
/** A row that is wider in this terminal than computed is cut, not wrapped. */
const WRAP_OFF = "\u001b[?7l";
const WRAP_ON = "\u001b[?7h";
const BELL = "\u0007";
const CLEAR_DOWN = "\u001b[J";
const CLEAR_ALL = "\u001b[2J\u001b[H";

/** The footer on the screen, and the width at which it was drawn. */
interface Drawn {
  readonly footer: Footer;
  readonly columns: number;
}

export class Screen {
  readonly #output: TerminalOutput;
  /**
   * Most terminals reflow the rows above the cursor when they get narrower.
   * Some leave the cursor's row as it is, for the program to draw again.
   */
  readonly #leavesCursorRow: boolean;
  #drawn: Drawn | null = null;

  constructor(output: TerminalOutput, leavesCursorRow = false) {
    this.#output = output;
    this.#leavesCursorRow = leavesCursorRow;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  /** Prints rows above the footer, and draws the footer below them. */
  show(rows: readonly string[], footer: Footer): void {
    const above = rows.map((row) => `${row}\r\n`).join("");
    const paste = this.#drawn === null ? PASTE_ON : "";
    const erase = this.#erase();
    this.#output.write(
      BEGIN_UPDATE + paste + erase + above + this.#draw(footer) + END_UPDATE,
    );
  }

  /** The terminal makes a sound, or marks its window. */
  ring(): void {
    this.#output.write(BELL);
  }

  /** Clears the whole screen, and draws the footer at its top. */
  clear(footer: Footer): void {
    this.#drawn = null;
    this.#output.write(
      BEGIN_UPDATE + CLEAR_ALL + this.#draw(footer) + END_UPDATE,
    );
  }

  /** Removes the footer; the cursor stands where the next row begins. */
  leave(rows: readonly string[] = []): void {
    const above = rows.map((row) => `${row}\r\n`).join("");
    this.#output.write(this.#erase() + above + PASTE_OFF);
    this.#drawn = null;
  }

  #erase(): string {
    if (this.#drawn === null) return "";
    const up = this.#rowsAboveCursor(this.#drawn);
    return `\r${up > 0 ? `\u001b[${up}A` : ""}${CLEAR_DOWN}`;
  }

  #draw(footer: Footer): string {
    this.#drawn = { footer, columns: this.columns };
    const { rows, cursor } = footer;
    const up = rows.length - 1 - cursor.row;
    const text = rows.map(({ text }) => text).join("\r\n");
    // The text before the cursor is written twice: the cursor then stands
    // behind it, whatever width the terminal gives it.
    const cursorMoves = `\r${up > 0 ? `\u001b[${up}A` : ""}${cursor.before}`;
    return WRAP_OFF + text + cursorMoves + WRAP_ON;
  }

  /** The terminal may have reflowed the rows since they were drawn. */
  #rowsAboveCursor({ footer, columns }: Drawn): number {
    const { rows, cursor } = footer;
    const columnsNow = this.columns;
    if (columnsNow >= columns) return cursor.row;
    const above = rows
      .slice(0, cursor.row)
      .reduce(
        (sum, row) => sum + Math.max(1, Math.ceil(row.columns / columnsNow)),
        0,
      );
    const within = this.#leavesCursorRow
      ? 0
      : Math.floor(cursor.column / columnsNow);
    return above + within;
  }
}
