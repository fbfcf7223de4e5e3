// What a person sees: the transcript that scrolls away, and below it the block, drawn anew at each change.
import { type Block, type BlockView, composeBlock } from "./block.ts";
import type { Colours } from "./colours.ts";
import { paintRows } from "./paint.ts";
import { Screen, type TerminalOutput } from "./screen.ts";
import type { Line } from "./span.ts";

export class Display {
  readonly #screen: Screen;
  readonly #colours: Colours;
  /** What the block shows now. */
  readonly #view: () => BlockView;
  /** Not on the screen yet. */
  #rows: string[] = [];
  #isDue = false;
  #isAway = false;

  /**
   * @param leavesCursorRow see `Screen`
   * @param view is asked whenever the block is drawn
   */
  constructor(
    output: TerminalOutput,
    colours: Colours,
    leavesCursorRow: boolean,
    view: () => BlockView,
  ) {
    this.#screen = new Screen(output, leavesCursorRow);
    this.#colours = colours;
    this.#view = view;
  }

  /** Rows that the block can take. */
  get height(): number {
    return this.#screen.rows;
  }

  /** Adds lines, and draws what has changed, once all that happens now has. */
  show(lines: readonly Line[] = []): void {
    for (const line of lines)
      this.#rows.push(...paintRows(line, this.#colours, this.#screen.columns));
    if (this.#isDue || this.#isAway) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (!this.#isAway) this.#screen.show(this.#rows.splice(0), this.#block());
    });
  }

  /** Draws the block alone, on an empty screen. */
  clear(): void {
    this.#screen.clear(this.#block());
  }

  /** Leaves the terminal as it would be without us. */
  leave(lines: readonly Line[] = []): void {
    if (this.#isAway) return;
    this.show(lines);
    this.#isAway = true;
    this.#screen.leave(this.#rows.splice(0));
  }

  /** Comes back after `leave`. */
  comeBack(): void {
    this.#isAway = false;
    this.show();
  }

  #block(): Block {
    const { columns, rows } = this.#screen;
    return composeBlock(this.#view(), this.#colours, columns, rows);
  }
}
