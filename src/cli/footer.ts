// Footer: composes the bottom rows of the screen, which are pending messages, the status and the input line.
import type { Colours } from "./colours.ts";
import { columnsOf, graphemes } from "./graphemes.ts";
import { safeLine } from "./safe-text.ts";
import { type StyledLine, styled } from "./styled-text.ts";
import { truncateLine } from "./wrap.ts";

/** The rows to draw, and the cursor in them. */
export interface Footer {
  readonly rows: readonly FooterRow[];
  readonly cursor: {
    readonly row: number;
    readonly column: number;
    /** The text before the cursor in its row. */
    readonly before: string;
  };
}

interface FooterRow {
  readonly text: string;
  readonly columns: number;
}

/**
 * The content of the footer. The input comes last, as in a shell: terminals
 * agree on the cursor there when their window changes.
 */
export interface FooterView {
  readonly above: readonly StyledLine[];
  readonly text: string;
  readonly cursor: number;
}

const PROMPT = "> ";
const INDENT = "  ";

/** @param rows of the terminal; the footer leaves at least one row free */
export function composeFooter(
  view: FooterView,
  colours: Colours,
  columns: number,
  rows: number,
): Footer {
  const above = view.above.map((line) => rowOf(line, colours, columns));
  const input = layOutInput(view.text, view.cursor, columns);
  const height = Math.max(1, rows - 1 - above.length);
  // Of an input taller than the screen, the part around the cursor is drawn.
  const from = Math.min(
    Math.max(0, input.cursor.row - height + 1),
    Math.max(0, input.rows.length - height),
  );
  const visible = input.rows.slice(from, from + height);
  return {
    rows: [...above, ...visible],
    cursor: { ...input.cursor, row: above.length + input.cursor.row - from },
  };
}

function rowOf(line: StyledLine, colours: Colours, columns: number): FooterRow {
  const { row, columns: width } = truncateLine(line, colours, columns - 1);
  return { text: row, columns: width };
}

/** The input in rows, broken at any character, so that typing moves no text. */
function layOutInput(text: string, cursor: number, columns: number): Footer {
  const width = Math.max(2, columns - 1 - PROMPT.length);
  const rows: FooterRow[] = [];
  let row = PROMPT;
  let usedColumns = 0;
  let at = 0;
  let cursorPlace: Footer["cursor"] | null = null;
  const endRow = () => {
    rows.push({ text: row, columns: usedColumns + PROMPT.length });
    row = INDENT;
    usedColumns = 0;
  };
  const placeCursor = () => {
    const column = usedColumns + PROMPT.length;
    if (at >= cursor) cursorPlace ??= { row: rows.length, column, before: row };
  };
  for (const character of graphemes(text)) {
    const isBreak = character === "\n";
    const shown = isBreak ? "" : safeLine(character);
    const columnCount = columnsOf(shown);
    if (usedColumns + columnCount > width) endRow();
    placeCursor();
    at += character.length;
    if (isBreak) endRow();
    row += shown;
    usedColumns += columnCount;
  }
  placeCursor();
  cursorPlace ??= {
    row: rows.length,
    column: usedColumns + PROMPT.length,
    before: row,
  };
  endRow();
  return { rows, cursor: cursorPlace };
}

/** The candidates of a completion, in one line. */
export function choicesLine(choices: readonly string[]): StyledLine {
  return [styled(`  ${choices.join("  ")}`, "faint")];
}
