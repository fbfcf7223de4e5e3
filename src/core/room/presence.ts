// Presence: a room lists its members with their connections and their sorted names.
import { publicId } from "../shared/identity.ts";
import type { Connection, Member } from "./connection.ts";
import type { PresenceGrace } from "./presence-grace.ts";

type NewMember = Pick<Member, "key" | "identity" | "username">;

export class Presence {
  readonly #members = new Map<string, Member>();
  /** The same, sorted by the code units of their names. */
  readonly #sorted: Member[] = [];
  readonly #grace: PresenceGrace;

  constructor(grace: PresenceGrace) {
    this.#grace = grace;
  }

  get count(): number {
    return this.#members.size;
  }

  get(key: string): Member | undefined {
    return this.#members.get(key);
  }

  /** @returns the member with this name, if it has this identity */
  find(key: string, identity: string): Member | undefined {
    const member = this.#members.get(key);
    return member?.identity === identity ? member : undefined;
  }

  /** @returns the members with this public id: one secret may have several names */
  withUser(user: string): Member[] {
    return [...this.#members.values()].filter((one) => one.user === user);
  }

  add({ key, identity, username }: NewMember): Member {
    const member: Member = {
      key,
      identity,
      user: publicId(identity),
      username,
      accountKind: "guest",
      version: 0,
      epoch: 0,
      data: null,
      connections: new Set(),
      marks: null,
      graceEndsAt: null,
      send: null,
      react: null,
      read: null,
      typing: null,
      received: null,
      marking: null,
      rooms: null,
    };
    // Names that had two keys in an older release may have one in this one.
    const other = this.#members.get(key);
    if (other !== undefined) this.#removeName(other);
    this.#members.set(key, member);
    this.#sorted.splice(this.#indexOf(username), 0, member);
    return member;
  }

  remove(member: Member): void {
    this.#grace.end(member);
    if (this.#members.get(member.key) !== member) return;
    this.#members.delete(member.key);
    this.#removeName(member);
  }

  attach(member: Member, connection: Connection): void {
    member.connections.add(connection);
    this.#grace.end(member);
  }

  /** @returns true if that was the last connection */
  detach(member: Member, connection: Connection): boolean {
    return (
      member.connections.delete(connection) && member.connections.size === 0
    );
  }

  /** All members, sorted by name. */
  all(): Member[] {
    return [...this.#sorted];
  }

  /** Members whose names come after `after`, at most `limit`. */
  page(limit: number, after?: string): { members: Member[]; more: boolean } {
    let from = after === undefined ? 0 : this.#indexOf(after);
    if (this.#sorted[from]?.username === after) from++;
    const members = this.#sorted.slice(from, from + limit);
    return { members, more: from + members.length < this.#sorted.length };
  }

  #removeName({ username }: Member): void {
    this.#sorted.splice(this.#indexOf(username), 1);
  }

  /** Index of the first name that is not below this one. */
  #indexOf(name: string): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.username ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
