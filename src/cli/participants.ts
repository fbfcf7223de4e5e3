// Whom one may want to name: those who spoke last, then those who are here; and who is typing.

const AUTHORS_MAX = 200;
/** Who typed so many ms ago has stopped. */
const TYPING_TIMEOUT_MS = 5000;

export class Participants {
  /** Their public ids; the one who spoke last is last. */
  readonly #authors = new Map<string, string>();
  readonly #typingSince = new Map<string, number>();

  /** @param user their public id */
  addMessage(username: string, user: string): void {
    this.#typingSince.delete(username);
    this.#authors.delete(username);
    this.#authors.set(username, user);
    const [oldest = username] = this.#authors.keys();
    if (this.#authors.size > AUTHORS_MAX) this.#authors.delete(oldest);
  }

  /** Whoever spoke under that name, though it may be another's by now. */
  userRef(username: string): { username: string; user?: string } {
    const user = this.#authors.get(username);
    return user === undefined ? { username } : { username, user };
  }

  setTyping(username: string, now: number): void {
    this.#typingSince.set(username, now);
  }

  remove(username: string): void {
    this.#typingSince.delete(username);
  }

  typingNames(): string[] {
    return [...this.#typingSince.keys()];
  }

  /** @returns true if somebody has stopped typing */
  expireTyping(now: number): boolean {
    const before = this.#typingSince.size;
    for (const [name, since] of this.#typingSince)
      if (now - since >= TYPING_TIMEOUT_MS) this.#typingSince.delete(name);
    return this.#typingSince.size < before;
  }

  /** In the order in which they are offered; not oneself. */
  suggestions(members: readonly string[], self: string): string[] {
    const all = new Set([...[...this.#authors.keys()].reverse(), ...members]);
    all.delete(self);
    return [...all];
  }
}
