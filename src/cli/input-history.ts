// The lines that were typed before, to be had back by the up and down keys.

const LINES_MAX = 200;
/** `/rotate` with its secret, also with something before it or mistyped. */
const ROTATE_COMMAND = /^[^\p{L}\p{N}]+rotat/iu;

export class InputHistory {
  readonly #lines: string[] = [];
  #index = 0;
  /** What was being typed when one went back. */
  #draft = "";

  add(line: string): void {
    const isNew = line.trim() !== "" && line !== this.#lines.at(-1);
    if (isNew && !ROTATE_COMMAND.test(line)) this.#lines.push(line);
    if (this.#lines.length > LINES_MAX) this.#lines.shift();
    this.#index = this.#lines.length;
    this.#draft = "";
  }

  /**
   * @param current what stands in the line now
   * @returns what stands there then; null if there is no more that way
   */
  move(step: -1 | 1, current: string): string | null {
    const to = this.#index + step;
    if (to < 0 || to > this.#lines.length) return null;
    if (this.#index === this.#lines.length) this.#draft = current;
    this.#index = to;
    return this.#lines[to] ?? this.#draft;
  }
}
