// Whom one may want to name: those who spoke last, then those who are here; and who is typing.

const SPEAKERS_MAX = 200;
/** Who typed so many ms ago has stopped. */
const TYPING_MS = 5000;

export class People {
  /** The one who spoke last is last. */
  readonly #speakers = new Set<string>();
  readonly #typing = new Map<string, number>();

  spoke(username: string): void {
    this.#typing.delete(username);
    this.#speakers.delete(username);
    this.#speakers.add(username);
    const [oldest = username] = this.#speakers;
    if (this.#speakers.size > SPEAKERS_MAX) this.#speakers.delete(oldest);
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
    const all = new Set([...[...this.#speakers].reverse(), ...members]);
    all.delete(self);
    return [...all];
  }
}
