// Known users: remembers which user was last seen under a name, so that a message goes to that user only.

/** Usernames whose public id is remembered. */
const KNOWN_USERS_MAX = 1000;

export class KnownUsers {
  readonly #ids = new Map<string, string>();

  /** This user has the name now. */
  learn(username: string, user: string): void {
    if (this.#ids.size >= KNOWN_USERS_MAX) this.#ids.clear();
    this.#ids.set(username, user);
  }

  /** The public id of the user who was last seen under that name. */
  idOf(username: string): string | undefined {
    return this.#ids.get(username);
  }

  /** Who has the name, or any name, may have changed. */
  forget(username?: string): void {
    if (username === undefined) this.#ids.clear();
    else this.#ids.delete(username);
  }
}
