// Presence: a room lists its members with their connections and their sorted names.
import { publicId } from "../shared/identity.ts";
import type { Connection, Member } from "./connection.ts";
import type { PresenceGrace } from "./presence-grace.ts";

type NewMember = Pick<Member, "key" | "identity" | "username">;

export class Presence {
  readonly #members = new Map<string, Member>();
  /** Names, sorted by code unit. */
  readonly #names: string[] = [];
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

  add({ key, identity, username }: NewMember): Member {
    const member: Member = {
      key,
      identity,
      user: publicId(identity),
      username,
      version: 0,
      epoch: 0,
      connections: new Set(),
      graceEndsAt: null,
      send: null,
      read: null,
      typing: null,
      received: null,
    };
    // Names that had two keys in an older release may have one in this one.
    const other = this.#members.get(key);
    if (other !== undefined) this.#removeName(other);
    this.#members.set(key, member);
    this.#names.splice(this.#indexOf(username), 0, username);
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

  /** Names after `after`, at most `limit`. */
  names(limit: number, after?: string): { names: string[]; more: boolean } {
    let from = after === undefined ? 0 : this.#indexOf(after);
    if (this.#names[from] === after) from++;
    const names = this.#names.slice(from, from + limit);
    return { names, more: from + names.length < this.#names.length };
  }

  #removeName({ username }: Member): void {
    this.#names.splice(this.#indexOf(username), 1);
  }

  /** Index of the first name that is not below this one. */
  #indexOf(name: string): number {
    let [low, high] = [0, this.#names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#names[middle] ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
