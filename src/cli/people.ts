// People: knows the display names of users, also after they have left, and marks those that look like another user's name.
import type { Room } from "../client/index.ts";
import {
  findLookAlikes,
  type NamedUser,
  readDisplayName,
} from "../protocol/display-name.ts";
import { nameKey } from "../protocol/name-key.ts";
import { type StyledLine, styled } from "./styled-text.ts";

/** Users and names that are remembered. */
const KNOWN_MAX = 1000;

export class People {
  readonly #room: Pick<Room, "members" | "details">;
  /** Users with a display name, by public id. */
  readonly #users = new Map<string, NamedUser>();
  readonly #names = new Set<string>();
  #members: Room["members"] = [];
  #details: Room["details"] = new Map();
  #lookAlikes: ReadonlySet<string> = new Set();

  constructor(room: Pick<Room, "members" | "details">) {
    this.#room = room;
  }

  /** The author of a message: display names must not look like this name. */
  addAuthor(username: string): void {
    if (this.#names.has(username)) return;
    this.#addNames([username]);
    this.#compare();
  }

  /** The user's name in a line: `Ann Lee @ann`, or the username alone. */
  nameOf(username: string, user: string | undefined): StyledLine {
    this.#refresh();
    const displayName = this.#users.get(user ?? "")?.displayName ?? null;
    if (displayName === null || displayName === username)
      return [styled(username, "name")];
    const isLookAlike = this.#lookAlikes.has(username);
    return [
      styled(displayName, "name"),
      styled(` @${username}`, "faint"),
      ...(isLookAlike ? [styled(" (looks like another name)", "warning")] : []),
    ];
  }

  /** Reads what the room says of its members now. */
  #refresh(): void {
    const { members, details } = this.#room;
    if (members === this.#members && details === this.#details) return;
    for (const { user, username } of this.#details.values())
      if (!details.has(username) && members.includes(username))
        this.#users.delete(user);
    for (const { user, username, data } of details.values()) {
      this.#users.delete(user);
      const displayName = readDisplayName(data);
      if (displayName !== null)
        this.#users.set(user, { user, username, displayName });
    }
    for (const user of [...this.#users.keys()].slice(0, -KNOWN_MAX))
      this.#users.delete(user);
    this.#addNames(members);
    [this.#members, this.#details] = [members, details];
    this.#compare();
  }

  #addNames(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
    for (const name of [...this.#names].slice(0, -KNOWN_MAX))
      this.#names.delete(name);
  }

  #compare(): void {
    const users = [...this.#users.values()];
    if (users.length === 0) return;
    const known = new Set(users.map(({ username }) => username));
    const others = [...this.#names]
      .filter((username) => !known.has(username))
      .map((username) => ({ user: null, username, displayName: null }));
    this.#lookAlikes = findLookAlikes([...users, ...others], nameKey);
  }
}
