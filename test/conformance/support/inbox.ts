// Inbox: holds the unread items of one connection, and waits for items to come.

/** A long time: it only delays failures, and a busy machine is no failure. */
const PATIENCE_MS = 10_000;
/** The length of an item in an error message. */
const LINE_MAX = 400;

export class Inbox<T> {
  readonly #unread: T[] = [];
  readonly #seen: T[] = [];
  readonly #waiting = new Set<() => void>();
  #end: Error | undefined;

  /** Formats one item for an error message. */
  readonly #print: (item: T) => string;

  constructor(print: (item: T) => string) {
    this.#print = print;
  }

  /** All items that have arrived, read or not. */
  get seen(): readonly T[] {
    return this.#seen;
  }

  put(item: T): void {
    this.#unread.push(item);
    this.#seen.push(item);
    this.#wake();
  }

  /** No more items will arrive. Callers that still wait get this error. */
  end(why: Error): void {
    this.#end ??= why;
    this.#wake();
  }

  /** Returns the next unread item that matches; the others stay unread. */
  async next(
    fits: (item: T) => boolean,
    what: string,
    patienceMs = PATIENCE_MS,
  ): Promise<T> {
    const [item] = await this.#await(fits, what, patienceMs, (at) =>
      this.#unread.splice(at, 1),
    );
    if (item === undefined) throw new Error("unreachable");
    return item;
  }

  /**
   * Returns all unread items up to the next one that matches, which is the
   * last.
   */
  async until(
    fits: (item: T) => boolean,
    what: string,
    patienceMs = PATIENCE_MS,
  ): Promise<T[]> {
    return this.#await(fits, what, patienceMs, (at) =>
      this.#unread.splice(0, at + 1),
    );
  }

  async #await(
    fits: (item: T) => boolean,
    what: string,
    patienceMs: number,
    take: (at: number) => T[],
  ): Promise<T[]> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wake();
    }, patienceMs);
    try {
      for (;;) {
        const at = this.#unread.findIndex(fits);
        if (at >= 0) return take(at);
        if (this.#end) throw this.#complaint(what, this.#end.message);
        if (late) throw this.#complaint(what, `waited ${patienceMs} ms`);
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }

  #complaint(what: string, why: string): Error {
    const list = (items: readonly T[]) =>
      items.length === 0
        ? "  nothing"
        : items
            .slice(-20)
            .map((item) => `  ${this.#print(item).slice(0, LINE_MAX)}`)
            .join("\n");
    return new Error(
      `No ${what} (${why}).\nUnread, newest 20 of ${this.#unread.length}:\n${list(this.#unread)}\n` +
        `Arrived, newest 20 of ${this.#seen.length}:\n${list(this.#seen)}`,
    );
  }
}
