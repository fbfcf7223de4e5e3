// Display: prints the transcript, which scrolls away, and redraws the footer below it.

import type { Colours } from "./colours.ts";
import { composeFooter, type Footer, type FooterView } from "./footer.ts";
import { Screen, type TerminalOutput } from "./screen.ts";
import type { StyledLine } from "./styled-text.ts";
import { wrapLine } from "./wrap.ts";

export class Display {
  readonly #screen: Screen;
  readonly #colours: Colours;
  /** The present content of the footer. */
  readonly #view: () => FooterView;
  /** Rows that are not printed yet. */
  #pendingRows: string[] = [];
  #isDrawScheduled = false;
  #rings = false;
  #isSuspended = false;

  /**
   * @param leavesCursorRow see `Screen`
   * @param view returns the content of the footer, at each redraw
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

  /** Rows for the footer at most. */
  get height(): number {
    return this.#screen.rows;
  }

  /** Adds lines, and redraws once per turn of the event loop. */
  show(lines: readonly StyledLine[] = []): void {
    for (const line of lines)
      this.#pendingRows.push(
        ...wrapLine(line, this.#colours, this.#screen.columns),
      );
    if (this.#isDrawScheduled || this.#isSuspended) return;
    this.#isDrawScheduled = true;
    queueMicrotask(() => {
      this.#isDrawScheduled = false;
      if (this.#isSuspended) return;
      this.#screen.show(this.#pendingRows.splice(0), this.#footer());
      if (this.#rings) this.#screen.ring();
      this.#rings = false;
    });
  }

  /** Rings the bell with the next redraw, once for all that comes till then. */
  ring(): void {
    this.#rings = true;
  }

  /** Clears the screen, and draws the footer alone. */
  clear(): void {
    this.#screen.clear(this.#footer());
  }

  /** Restores the terminal. */
  leave(lines: readonly StyledLine[] = []): void {
    if (this.#isSuspended) return;
    this.show(lines);
    this.#isSuspended = true;
    this.#screen.leave(this.#pendingRows.splice(0));
  }

  /** Draws again after `leave`. */
  resume(): void {
    this.#isSuspended = false;
    this.show();
  }

  #footer(): Footer {
    const { columns, rows } = this.#screen;
    return composeFooter(this.#view(), this.#colours, columns, rows);
  }
}
