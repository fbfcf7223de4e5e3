// The rows at the bottom: what is pending, the status, and last the line that is typed.
import type { Colours } from "./colours.ts";
import { columnsOf, graphemes } from "./graphemes.ts";
import { paintRow } from "./paint.ts";
import { safeLine } from "./safe-text.ts";
import { type Line, span } from "./span.ts";

/** Rows to be drawn, and the cursor among them. */
export interface Block {
  readonly rows: readonly BlockRow[];
  readonly cursor: {
    readonly row: number;
    readonly column: number;
    /** What stands before it in its row. */
    readonly before: string;
  };
}

interface BlockRow {
  readonly text: string;
  readonly columns: number;
}

/**
 * What the block shows. The typed text is last, as in a shell: when a window
 * changes, that is where all terminals agree on where the cursor is.
 */
export interface BlockView {
  readonly above: readonly Line[];
  readonly text: string;
  readonly cursor: number;
}

const PROMPT = "> ";
const INDENT = "  ";

/**
 * @param rows of the terminal, which the block must leave one of
 */
export function composeBlock(
  view: BlockView,
  colours: Colours,
  columns: number,
  rows: number,
): Block {
  const above = view.above.map((line) => rowOf(line, colours, columns));
  const input = layOut(view.text, view.cursor, columns);
  const room = Math.max(1, rows - 1 - above.length);
  // Of a text that is longer than the screen, what is around the cursor.
  const from = Math.min(
    Math.max(0, input.cursor.row - room + 1),
    Math.max(0, input.rows.length - room),
  );
  const seen = input.rows.slice(from, from + room);
  return {
    rows: [...above, ...seen],
    cursor: { ...input.cursor, row: above.length + input.cursor.row - from },
  };
}

function rowOf(line: Line, colours: Colours, columns: number): BlockRow {
  const { row, columns: used } = paintRow(line, colours, columns - 1);
  return { text: row, columns: used };
}

/** The typed text in rows, broken at any character, so that typing moves none. */
function layOut(text: string, cursor: number, columns: number): Block {
  const room = Math.max(2, columns - 1 - PROMPT.length);
  const rows: BlockRow[] = [];
  let row = PROMPT;
  let used = 0;
  let at = 0;
  let place: Block["cursor"] | null = null;
  const end = () => {
    rows.push({ text: row, columns: used + PROMPT.length });
    row = INDENT;
    used = 0;
  };
  const mark = () => {
    const column = used + PROMPT.length;
    if (at >= cursor) place ??= { row: rows.length, column, before: row };
  };
  for (const character of graphemes(text)) {
    const isBreak = character === "\n";
    const shown = isBreak ? "" : safeLine(character);
    const width = columnsOf(shown);
    if (used + width > room) end();
    mark();
    at += character.length;
    if (isBreak) end();
    row += shown;
    used += width;
  }
  mark();
  place ??= { row: rows.length, column: used + PROMPT.length, before: row };
  end();
  return { rows, cursor: place };
}

/** Names and commands to choose from, in one line. */
export function choicesLine(choices: readonly string[]): Line {
  return [span(`  ${choices.join("  ")}`, "faint")];
}
