// Mention turns: names that wait for a call of their mentions take turns by author, so that nobody who mentions many keeps others waiting.

/** A name with mentions. */
export interface WaitingName {
  readonly waiting: readonly { readonly user: string }[];
}

export class MentionTurns<Name extends WaitingName> {
  /**
   * By the author of a mention; who was served longest ago comes first. A name stands
   * with each author who mentions it.
   */
  readonly #names = new Map<string, Set<Name>>();

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  /** The name waits for its turn. A repeat adds authors who have come since. */
  add(name: Name): void {
    for (const { user } of name.waiting) {
      const names = this.#names.get(user);
      if (names === undefined) this.#names.set(user, new Set([name]));
      else names.add(name);
    }
  }

  /** @returns the name whose turn it is; undefined: none waits */
  get next(): Name | undefined {
    for (const names of this.#names.values())
      for (const name of names) return name;
    return undefined;
  }

  /** The turn is over: the next one is another author's. */
  take(name: Name): void {
    const [author] = this.#names.keys();
    for (const [user, names] of this.#names)
      if (names.delete(name) && names.size === 0) this.#names.delete(user);
    const left = author === undefined ? undefined : this.#names.get(author);
    if (author === undefined || left === undefined) return;
    this.#names.delete(author);
    this.#names.set(author, left);
  }

  clear(): void {
    this.#names.clear();
  }
}
