// Presence: a room lists its members with their connections, also during the grace after the last connection.
import { publicId } from "../shared/identity.ts";
import type { ScheduleEntry } from "../shared/schedule.ts";
import type { Connection, Member } from "./connection.ts";

type NewMember = Pick<Member, "key" | "identity" | "username">;

export class Presence {
  readonly #members = new Map<string, Member>();
  /** Names, sorted by code unit. */
  readonly #names: string[] = [];
  readonly #inGrace = new Set<Member>();
  readonly #nextGraceEnd: Pick<ScheduleEntry, "dueAt">;

  /** @param nextGraceEnd is due when the next member counts as gone */
  constructor(nextGraceEnd: Pick<ScheduleEntry, "dueAt">) {
    this.#nextGraceEnd = nextGraceEnd;
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
    this.#members.set(key, member);
    this.#names.splice(this.#indexOf(username), 0, username);
    return member;
  }

  remove(member: Member): void {
    if (this.#members.get(member.key) !== member) return;
    this.#members.delete(member.key);
    this.#endGrace(member);
    this.#names.splice(this.#indexOf(member.username), 1);
  }

  attach(member: Member, connection: Connection): void {
    member.connections.add(connection);
    this.#endGrace(member);
  }

  /** @returns true if that was the last connection */
  detach(member: Member, connection: Connection): boolean {
    return (
      member.connections.delete(connection) && member.connections.size === 0
    );
  }

  /** The member counts as gone at that time unless a connection is attached before. */
  startGrace(member: Member, at: number): void {
    member.graceEndsAt = at;
    this.#inGrace.add(member);
    this.#setNextGraceEnd();
  }

  /** Members whose grace is over; a grace starts again if the clock was set back. */
  expiredGrace(now: number, graceMs: number): Member[] {
    for (const member of this.#inGrace)
      member.graceEndsAt = Math.min(member.graceEndsAt ?? now, now + graceMs);
    this.#setNextGraceEnd();
    return [...this.#inGrace].filter(
      ({ graceEndsAt }) => (graceEndsAt ?? now) <= now,
    );
  }

  #endGrace(member: Member): void {
    member.graceEndsAt = null;
    if (this.#inGrace.delete(member)) this.#setNextGraceEnd();
  }

  #setNextGraceEnd(): void {
    let next: number | null = null;
    for (const { graceEndsAt } of this.#inGrace)
      if (graceEndsAt !== null && (next === null || graceEndsAt < next))
        next = graceEndsAt;
    this.#nextGraceEnd.dueAt = next;
  }

  /** Names after `after`, at most `limit`. */
  names(limit: number, after?: string): { names: string[]; more: boolean } {
    let from = after === undefined ? 0 : this.#indexOf(after);
    if (this.#names[from] === after) from++;
    const names = this.#names.slice(from, from + limit);
    return { names, more: from + names.length < this.#names.length };
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
