// Who is in a room: members by the key of their name, their connections, and those just gone.
import { publicId } from "./identity.ts";
import type { Link } from "./link.ts";
import type { Bucket } from "./rate-limit.ts";

export interface Member {
  readonly key: string;
  readonly identity: string;
  /** Public id of the identity. */
  readonly user: string;
  readonly username: string;
  /** Of the newest enter; 0 if before a sleep. */
  version: number;
  /** Of the claim that it was entered by; 0: not known, of older versions. */
  epoch: number;
  readonly links: Set<Link>;
  /** When it counts as gone, once its last connection went. */
  goneAt: number | null;
  talk: Bucket | null;
  read: Bucket | null;
  typing: Bucket | null;
  received: Bucket | null;
}

type Claimed = Pick<Member, "key" | "identity" | "username">;

export class Presence {
  readonly #members = new Map<string, Member>();
  /** Names, sorted by code unit. */
  readonly #names: string[] = [];
  readonly #going = new Set<Member>();

  get count(): number {
    return this.#members.size;
  }

  get(key: string): Member | undefined {
    return this.#members.get(key);
  }

  /** The member if it is this identity that has the name here. */
  find(key: string, identity: string): Member | undefined {
    const member = this.#members.get(key);
    return member?.identity === identity ? member : undefined;
  }

  add({ key, identity, username }: Claimed): Member {
    const member: Member = {
      key,
      identity,
      user: publicId(identity),
      username,
      version: 0,
      epoch: 0,
      links: new Set(),
      goneAt: null,
      talk: null,
      read: null,
      typing: null,
      received: null,
    };
    this.#members.set(key, member);
    this.#names.splice(this.#place(username), 0, username);
    return member;
  }

  remove(member: Member): void {
    if (this.#members.get(member.key) !== member) return;
    this.#members.delete(member.key);
    this.#going.delete(member);
    this.#names.splice(this.#place(member.username), 1);
  }

  attach(member: Member, link: Link): void {
    member.links.add(link);
    member.goneAt = null;
    this.#going.delete(member);
  }

  /** @returns true if that was the last connection */
  detach(member: Member, link: Link): boolean {
    return member.links.delete(link) && member.links.size === 0;
  }

  /** Gone at that time unless a connection is attached before. */
  goes(member: Member, at: number): void {
    member.goneAt = at;
    this.#going.add(member);
  }

  /** Those whose time has come; if the clock was set back, it begins anew. */
  gone(now: number, grace: number): Member[] {
    for (const member of this.#going)
      member.goneAt = Math.min(member.goneAt ?? now, now + grace);
    return [...this.#going].filter(({ goneAt }) => (goneAt ?? now) <= now);
  }

  /** When the next one counts as gone, ms since 1970. */
  nextGone(): number | null {
    let next: number | null = null;
    for (const { goneAt } of this.#going)
      if (goneAt !== null && (next === null || goneAt < next)) next = goneAt;
    return next;
  }

  /** Names after `after`, at most `limit`. */
  names(limit: number, after?: string): { names: string[]; more: boolean } {
    let from = after === undefined ? 0 : this.#place(after);
    if (this.#names[from] === after) from++;
    const names = this.#names.slice(from, from + limit);
    return { names, more: from + names.length < this.#names.length };
  }

  /** Index of the first name that is not below this one. */
  #place(name: string): number {
    let [low, high] = [0, this.#names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#names[middle] ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
