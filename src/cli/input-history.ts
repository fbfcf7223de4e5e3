// Input history: recalls lines that were typed before, for the up and down keys.

const LINES_MAX = 200;
/** `/rotate` with a secret, also mistyped or with something before it. */
const ROTATE_COMMAND = /^[^\p{L}\p{N}]+rotat/iu;

export class InputHistory {
  readonly #lines: string[] = [];
  #index = 0;
  /** The unfinished input, from before the user moved up. */
  #draft = "";

  add(line: string): void {
    const isNew = line.trim() !== "" && line !== this.#lines.at(-1);
    if (isNew && !ROTATE_COMMAND.test(line)) this.#lines.push(line);
    if (this.#lines.length > LINES_MAX) this.#lines.shift();
    this.#index = this.#lines.length;
    this.#draft = "";
  }

  /**
   * @param current the present input
   * @returns the recalled line; null if there is none in that direction
   */
  move(step: -1 | 1, current: string): string | null {
    const to = this.#index + step;
    if (to < 0 || to > this.#lines.length) return null;
    if (this.#index === this.#lines.length) this.#draft = current;
    this.#index = to;
    return this.#lines[to] ?? this.#draft;
  }
}
