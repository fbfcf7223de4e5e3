// Member list: holds the usernames in the room, as far as the server sends them, and the number of all members.
import * as LIMITS from "../protocol/limits.ts";
import type { Role } from "../protocol/roles.ts";
import type { MemberInfo } from "./events.ts";

export class MemberList {
  /** Members with data or a role, by username. */
  details: ReadonlyMap<string, MemberInfo> = new Map();
  #names: readonly string[] = [];
  #count = 0;
  #isStale = false;
  #isRequested = false;

  /** Sorted by UTF-16 code unit; incomplete in a large room. */
  get names(): readonly string[] {
    return this.#names;
  }

  get count(): number {
    return this.#count;
  }

  /** True once, if the names are stale and few enough to request. */
  takeRefreshDue(): boolean {
    const isDue =
      this.#isStale &&
      !this.#isRequested &&
      this.#count <= LIMITS.announcedMembersMax;
    this.#isRequested ||= isDue;
    return isDue;
  }

  /** @param details of those who have data or a role, and perhaps of others */
  set(
    names: readonly unknown[],
    count: number,
    details: readonly MemberInfo[],
  ): void {
    this.details = new Map(
      details.filter(isOfNote).map((one) => [one.username, one]),
    );
    this.#names = names.map(String);
    this.#count = count;
    this.#isStale = false;
    this.#isRequested = false;
  }

  setCount(count: number): void {
    this.#count = count;
    this.#isStale = true;
  }

  /** Adds the member, if it is new, with its present data. */
  addMember(member: MemberInfo): void {
    const { username } = member;
    this.#setDetails(username, member);
    if (this.#names.includes(username)) return;
    this.#names = [...this.#names, username].sort();
    this.#count++;
  }

  /** A member has another role. */
  setRole({ user, username }: MemberInfo, role: Role | undefined): void {
    if (!this.#names.includes(username)) return;
    const member = { ...this.details.get(username), user, username };
    this.#setDetails(username, { ...member, role });
  }

  removeMember(username: string): void {
    this.#setDetails(username, null);
    this.#names = this.#names.filter((name) => name !== username);
    this.#count = Math.max(1, this.#count - 1);
  }

  /** The map is another one after each change, for the snapshots. */
  #setDetails(username: string, member: MemberInfo | null): void {
    const others = [...this.details].filter(([name]) => name !== username);
    this.details = new Map(
      member !== null && isOfNote(member)
        ? [...others, [username, member]]
        : others,
    );
  }
}

function isOfNote({ data, role }: MemberInfo): boolean {
  return data !== undefined || role !== undefined;
}
