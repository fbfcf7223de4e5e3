// Member list: holds the usernames in the room, as far as the server sends them, and the number of all members.
import * as LIMITS from "../protocol/limits.ts";

export class MemberList {
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

  set(names: readonly unknown[], count: number): void {
    this.#names = names.map(String);
    this.#count = count;
    this.#isStale = false;
    this.#isRequested = false;
  }

  setCount(count: number): void {
    this.#count = count;
    this.#isStale = true;
  }

  addMember(username: string): void {
    if (this.#names.includes(username)) return;
    this.#names = [...this.#names, username].sort();
    this.#count++;
  }

  removeMember(username: string): void {
    this.#names = this.#names.filter((name) => name !== username);
    this.#count = Math.max(1, this.#count - 1);
  }
}
