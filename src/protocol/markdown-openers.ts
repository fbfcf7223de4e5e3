// Markdown openers: keep the marks of a line that are open, so that a closing mark finds its partner in one step.

export interface Opener {
  readonly sign: string;
  /** The signs that no closing mark has used yet. */
  size: number;
  /** The index of its text in the entries of the line. */
  readonly at: number;
}

interface Kept {
  readonly opener: Opener;
  readonly index: number;
  /** Null: it is not found any more. */
  list: Kept[] | null;
}

/** A mark of three signs, which is two marks, can be closed one by one. */
const BOTH = 3;

export class Openers {
  readonly #all: Kept[] = [];
  readonly #bySize = new Map<string, Kept[]>();

  push(opener: Opener): void {
    const list = this.#listOf(opener.sign, opener.size);
    const kept = { opener, index: this.#all.length, list };
    list.push(kept);
    this.#all.push(kept);
  }

  /** The last one that a mark of this size closes, wholly or in part. */
  find(sign: string, size: number): Opener | undefined {
    const sizes = size === BOTH ? [1, 2, BOTH] : [size, BOTH];
    let last: Kept | undefined;
    for (const one of sizes) {
      const kept = this.#bySize.get(sign + one)?.at(-1);
      if (kept !== undefined && kept.index > (last?.index ?? -1)) last = kept;
    }
    return last?.opener;
  }

  /**
   * Drops the openers after that one, which stay plain text.
   *
   * @returns their number
   */
  dropAfter(opener: Opener): number {
    let dropped = 0;
    while (this.#all.length > 0 && this.#all.at(-1)?.opener !== opener) {
      this.dropLast();
      dropped++;
    }
    return dropped;
  }

  dropLast(): void {
    this.#all.pop()?.list?.pop();
  }

  /** Leaves so many signs of the last opener. */
  resizeLast(size: number): void {
    const last = this.#all.pop();
    last?.list?.pop();
    if (last !== undefined && size > 0) this.push({ ...last.opener, size });
  }

  /** No opener with this sign is found any more. */
  forget(sign: string): void {
    const list = this.#listOf(sign, 1);
    for (const kept of list) kept.list = null;
    list.length = 0;
  }

  #listOf(sign: string, size: number): Kept[] {
    const key = sign + size;
    const known = this.#bySize.get(key);
    if (known !== undefined) return known;
    const list: Kept[] = [];
    this.#bySize.set(key, list);
    return list;
  }
}
