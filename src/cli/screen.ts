// A terminal whose last rows are ours to draw again and again, while what is above them scrolls away for good.
import type { Footer } from "./footer.ts";

/** As much of a terminal as is used. */
export interface TerminalOutput {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

/** Shown at once, by terminals that know how; the others ignore it. */
const BEGIN_UPDATE = "\u001b[?2026h\u001b[?25l";
const END_UPDATE = "\u001b[?25h\u001b[?2026l";
const PASTE_ON = "\u001b[?2004h";
const PASTE_OFF = "\u001b[?2004l";
/** A row that a terminal takes for wider than we do is cut, not wrapped. */
const WRAP_OFF = "\u001b[?7l";
const WRAP_ON = "\u001b[?7h";
const CLEAR_DOWN = "\u001b[J";
const CLEAR_ALL = "\u001b[2J\u001b[H";

/** What stands on the screen, and where the cursor was left. */
interface Drawn {
  readonly footer: Footer;
  readonly columns: number;
}

export class Screen {
  readonly #output: TerminalOutput;
  /**
   * Most terminals break the rows above again when they get narrower. Some
   * leave the cursor's own as it is, for whoever draws it to draw it again.
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

  /** Puts rows above the block for good, and draws the block below them. */
  show(rows: readonly string[], footer: Footer): void {
    const above = rows.map((row) => `${row}\r\n`).join("");
    const paste = this.#drawn === null ? PASTE_ON : "";
    const erase = this.#erase();
    this.#output.write(
      BEGIN_UPDATE + paste + erase + above + this.#draw(footer) + END_UPDATE,
    );
  }

  /** Clears the whole screen, and draws the block at its top. */
  clear(footer: Footer): void {
    this.#drawn = null;
    this.#output.write(
      BEGIN_UPDATE + CLEAR_ALL + this.#draw(footer) + END_UPDATE,
    );
  }

  /** Takes the block away; the cursor is where the next row would go. */
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
    // What is before the cursor is written twice: so the cursor stands behind
    // it, however wide the terminal takes it to be.
    const cursorMoves = `\r${up > 0 ? `\u001b[${up}A` : ""}${cursor.before}`;
    return WRAP_OFF + text + cursorMoves + WRAP_ON;
  }

  /** The terminal may have broken our rows again since they were drawn. */
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
