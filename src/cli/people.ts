// Whom one may want to name: those who spoke last, then those who are here; and who is typing.

const SPEAKERS_MAX = 200;
/** Who typed so many ms ago has stopped. */
const TYPING_MS = 5000;

export class People {
  /** Their public ids; the one who spoke last is last. */
  readonly #speakers = new Map<string, string>();
  readonly #typing = new Map<string, number>();

  /** @param user their public id */
  spoke(username: string, user: string): void {
    this.#typing.delete(username);
    this.#speakers.delete(username);
    this.#speakers.set(username, user);
    const [oldest = username] = this.#speakers.keys();
    if (this.#speakers.size > SPEAKERS_MAX) this.#speakers.delete(oldest);
  }

  /** Whoever spoke under that name, though it may be another's by now. */
  whois(username: string): { username: string; user?: string } {
    const user = this.#speakers.get(username);
    return user === undefined ? { username } : { username, user };
  }

  types(username: string, now: number): void {
    this.#typing.set(username, now);
  }

  left(username: string): void {
    this.#typing.delete(username);
  }

  typing(): string[] {
    return [...this.#typing.keys()];
  }

  /** @returns true if somebody has stopped typing */
  lookAt(now: number): boolean {
    const before = this.#typing.size;
    for (const [name, since] of this.#typing)
      if (now - since >= TYPING_MS) this.#typing.delete(name);
    return this.#typing.size < before;
  }

  /** In the order in which they are offered; not oneself. */
  names(members: readonly string[], self: string): string[] {
    const all = new Set([...[...this.#speakers.keys()].reverse(), ...members]);
    all.delete(self);
    return [...all];
  }
}
