// What a person sees: the transcript that scrolls away, and below it the block, drawn anew at each change.

import type { Colours } from "./colours.ts";
import { composeFooter, type Footer, type FooterView } from "./footer.ts";
import { Screen, type TerminalOutput } from "./screen.ts";
import type { StyledLine } from "./styled-text.ts";
import { wrapLine } from "./wrap.ts";

export class Display {
  readonly #screen: Screen;
  readonly #colours: Colours;
  /** What the block shows now. */
  readonly #view: () => FooterView;
  /** Not on the screen yet. */
  #pendingRows: string[] = [];
  #isDrawScheduled = false;
  #isSuspended = false;

  /**
   * @param leavesCursorRow see `Screen`
   * @param view is asked whenever the block is drawn
   */
  constructor(
    output: TerminalOutput,
    colours: Colours,
    leavesCursorRow: boolean,
    view: () => FooterView,
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
  show(lines: readonly StyledLine[] = []): void {
    for (const line of lines)
      this.#pendingRows.push(
        ...wrapLine(line, this.#colours, this.#screen.columns),
      );
    if (this.#isDrawScheduled || this.#isSuspended) return;
    this.#isDrawScheduled = true;
    queueMicrotask(() => {
      this.#isDrawScheduled = false;
      if (!this.#isSuspended)
        this.#screen.show(this.#pendingRows.splice(0), this.#footer());
    });
  }

  /** Draws the block alone, on an empty screen. */
  clear(): void {
    this.#screen.clear(this.#footer());
  }

  /** Leaves the terminal as it would be without us. */
  leave(lines: readonly StyledLine[] = []): void {
    if (this.#isSuspended) return;
    this.show(lines);
    this.#isSuspended = true;
    this.#screen.leave(this.#pendingRows.splice(0));
  }

  /** Comes back after `leave`. */
  resume(): void {
    this.#isSuspended = false;
    this.show();
  }

  #footer(): Footer {
    const { columns, rows } = this.#screen;
    return composeFooter(this.#view(), this.#colours, columns, rows);
  }
}
