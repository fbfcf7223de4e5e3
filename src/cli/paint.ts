// From lines to the rows of a terminal: made safe, broken between words, coloured.
import type { Colours } from "./colours.ts";
import { columnsOf, graphemes } from "./graphemes.ts";
import { safeLine, safeText } from "./safe-text.ts";
import { type Line, type Span, span } from "./span.ts";

/** Narrower than this nothing is put in order any more. */
const COLUMNS_MIN = 8;

/** One character, or the words of a row that are not broken. */
interface Cell {
  readonly from: Span;
  readonly text: string;
  readonly columns: number;
}

/**
 * A line as rows of at most so many columns. Rows after the first begin with
 * `before`: what people write can begin no row, so it can't look like a line
 * of somebody else's.
 */
export function paintRows(
  line: Line,
  colours: Colours,
  columns: number,
  before: Line = [span("    │ ", "faint")],
): string[] {
  const lead = before.map((one) => colours.paint(one, one.text)).join("");
  const leadColumns = columnsOf(before.map(({ text }) => text).join(""));
  const room = Math.max(COLUMNS_MIN, columns);
  return breakRows(cellsOf(line), room, room - leadColumns).map(
    (row, index) => `${index === 0 ? "" : lead}${paintCells(row, colours)}`,
  );
}

/** A line for a file or a pipe: further lines of its text begin as given. */
export function paintPlain(
  line: Line,
  colours: Colours,
  before = "  | ",
): string {
  return line
    .map((one) => colours.paint(one, safeText(one.text)))
    .join("")
    .replaceAll("\n", `\n${before}`);
}

/** A line in one row, cut where there is no more room. */
export function paintRow(
  line: Line,
  colours: Colours,
  columns: number,
): { row: string; columns: number } {
  const kept: Cell[] = [];
  let used = 0;
  const cells = line.flatMap((from) =>
    cellsOf([{ ...from, text: safeLine(from.text) }]),
  );
  for (const [index, cell] of cells.entries()) {
    const isLast = index === cells.length - 1;
    if (used + cell.columns > columns - (isLast ? 0 : 1)) {
      kept.push({ from: cell.from, text: "…", columns: 1 });
      used++;
      break;
    }
    kept.push(cell);
    used += cell.columns;
  }
  return { row: paintCells(kept, colours), columns: used };
}

function cellsOf(line: Line): Cell[] {
  return line.flatMap((from) =>
    graphemes(safeText(from.text)).map((text) => ({
      from,
      text,
      columns: columnsOf(text),
    })),
  );
}

/** Breaks at line breaks, else between words, and a word that fits in no row. */
function breakRows(cells: readonly Cell[], first: number, other: number) {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let used = 0;
  /** After which cell of the row there is a space to break at. */
  let space = 0;
  const end = (rest: Cell[]) => {
    rows.push(row);
    row = rest;
    used = columnsIn(rest);
    space = 0;
  };
  for (const [index, cell] of cells.entries()) {
    if (cell.text === "\n") {
      end([]);
      continue;
    }
    const limit = rows.length === 0 ? first : other;
    if (used + cell.columns > limit) {
      // A space at the end of a row is not seen.
      if (cell.text === " ") {
        end([]);
        continue;
      }
      const fits =
        columnsIn(row.slice(space)) + wordFrom(cells, index) <= other;
      end(space > 0 && fits ? row.splice(space) : []);
    }
    row.push(cell);
    used += cell.columns;
    if (cell.text === " ") space = row.length;
  }
  return [...rows, row];
}

/** Columns from there to the next space. */
function wordFrom(cells: readonly Cell[], from: number): number {
  let columns = 0;
  for (let at = from; at < cells.length; at++) {
    const cell = cells[at];
    if (cell === undefined || /^\s/.test(cell.text)) break;
    columns += cell.columns;
  }
  return columns;
}

function columnsIn(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.columns, 0);
}

function paintCells(cells: readonly Cell[], colours: Colours): string {
  let painted = "";
  let at = 0;
  while (at < cells.length) {
    const from = cells[at]?.from ?? span("");
    let text = "";
    while (at < cells.length && cells[at]?.from === from)
      text += cells[at++]?.text ?? "";
    painted += colours.paint(from, text);
  }
  return painted;
}
