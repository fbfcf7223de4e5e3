// Wrap: breaks styled lines into the rows of a terminal, with safe text, whole words and colours.
import type { Colours } from "./colours.ts";
import { columnsOf, graphemes } from "./graphemes.ts";
import { safeLine, safeText } from "./safe-text.ts";
import { type StyledLine, type StyledText, styled } from "./styled-text.ts";

/** Below this width rows are not laid out any more. */
const COLUMNS_MIN = 8;

/** One character of a row, with its style. */
interface Cell {
  readonly source: StyledText;
  readonly text: string;
  readonly columns: number;
}

/**
 * Breaks a line into rows of that width. Further rows begin with
 * `continuation`: no user can write such a start, so no text can look like
 * another user's line.
 */
export function wrapLine(
  line: StyledLine,
  colours: Colours,
  columns: number,
  continuation: StyledLine = [styled("    │ ", "faint")],
): string[] {
  const continuationText = continuation
    .map((one) => colours.apply(one, one.text))
    .join("");
  const continuationColumns = columnsOf(
    continuation.map(({ text }) => text).join(""),
  );
  const width = Math.max(COLUMNS_MIN, columns);
  const cells = cellsOf(colours.shown(line));
  return breakIntoRows(cells, width, width - continuationColumns).map(
    (row, index) =>
      `${index === 0 ? "" : continuationText}${cellsToText(row, colours)}`,
  );
}

/**
 * A line for a file or a pipe. Further lines of its text begin with
 * `continuation`.
 */
export function plainLine(
  line: StyledLine,
  colours: Colours,
  continuation = "  | ",
): string {
  return colours
    .shown(line)
    .map((one) => colours.apply(one, safeText(one.text)))
    .join("")
    .replaceAll("\n", `\n${continuation}`);
}

/** A line in one row, cut at that width. */
export function truncateLine(
  line: StyledLine,
  colours: Colours,
  columns: number,
): { row: string; columns: number } {
  const shown: Cell[] = [];
  let usedColumns = 0;
  const cells = colours
    .shown(line)
    .flatMap((source) => cellsOf([{ ...source, text: safeLine(source.text) }]));
  for (const [index, cell] of cells.entries()) {
    const isLast = index === cells.length - 1;
    if (usedColumns + cell.columns > columns - (isLast ? 0 : 1)) {
      shown.push({ source: cell.source, text: "…", columns: 1 });
      usedColumns++;
      break;
    }
    shown.push(cell);
    usedColumns += cell.columns;
  }
  return { row: cellsToText(shown, colours), columns: usedColumns };
}

function cellsOf(line: StyledLine): Cell[] {
  return line.flatMap((source) =>
    graphemes(safeText(source.text)).map((text) => ({
      source,
      text,
      columns: columnsOf(text),
    })),
  );
}

/**
 * Breaks at line breaks, then between words, then within a word longer than a
 * row.
 */
function breakIntoRows(
  cells: readonly Cell[],
  firstLimit: number,
  otherLimit: number,
) {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let usedColumns = 0;
  /** The cell after the last space, at which the row can break. */
  let breakAt = 0;
  const endRow = (rest: Cell[]) => {
    rows.push(row);
    row = rest;
    usedColumns = widthOf(rest);
    breakAt = 0;
  };
  for (const [index, cell] of cells.entries()) {
    if (cell.text === "\n") {
      endRow([]);
      continue;
    }
    const limit = rows.length === 0 ? firstLimit : otherLimit;
    if (usedColumns + cell.columns > limit) {
      // A space at the end of a row is invisible.
      if (cell.text === " ") {
        endRow([]);
        continue;
      }
      const fits =
        widthOf(row.slice(breakAt)) + wordWidth(cells, index) <= otherLimit;
      endRow(breakAt > 0 && fits ? row.splice(breakAt) : []);
    }
    row.push(cell);
    usedColumns += cell.columns;
    if (cell.text === " ") breakAt = row.length;
  }
  return [...rows, row];
}

/** The columns from there to the next space. */
function wordWidth(cells: readonly Cell[], start: number): number {
  let columns = 0;
  for (let index = start; index < cells.length; index++) {
    const cell = cells[index];
    if (cell === undefined || /^\s/.test(cell.text)) break;
    columns += cell.columns;
  }
  return columns;
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.columns, 0);
}

function cellsToText(cells: readonly Cell[], colours: Colours): string {
  let text = "";
  let index = 0;
  while (index < cells.length) {
    const source = cells[index]?.source ?? styled("");
    let part = "";
    while (index < cells.length && cells[index]?.source === source)
      part += cells[index++]?.text ?? "";
    text += colours.apply(source, part);
  }
  return text;
}
