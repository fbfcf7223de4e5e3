// Participants: suggest usernames, recent authors before other members, and show who is typing.

const AUTHORS_MAX = 200;
/** After this time without a key a user has stopped typing. */
const TYPING_TIMEOUT_MS = 5000;

export class Participants {
  /** Username to public id; the most recent author is last. */
  readonly #authors = new Map<string, string>();
  readonly #typingSince = new Map<string, number>();

  /** @param user the public id */
  addMessage(username: string, user: string): void {
    this.#typingSince.delete(username);
    this.#authors.delete(username);
    this.#authors.set(username, user);
    const [oldest = username] = this.#authors.keys();
    if (this.#authors.size > AUTHORS_MAX) this.#authors.delete(oldest);
  }

  /** The last author under that name, though another user may have it now. */
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

  /** @returns true if a user has stopped typing */
  expireTyping(now: number): boolean {
    const before = this.#typingSince.size;
    for (const [name, since] of this.#typingSince)
      if (now - since >= TYPING_TIMEOUT_MS) this.#typingSince.delete(name);
    return this.#typingSince.size < before;
  }

  /** Names in the order of suggestion, without the user's own. */
  suggestions(members: readonly string[], self: string): string[] {
    const all = new Set([...[...this.#authors.keys()].reverse(), ...members]);
    all.delete(self);
    return [...all];
  }
}
