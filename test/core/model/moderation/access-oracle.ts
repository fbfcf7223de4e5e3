// Access oracle: a second, simple account of the users who may enter a room, by its access, members, invitations and bans.
import type { AccessLevel } from "../../../../src/protocol/access-levels.ts";

/** Alice owns the room at first; dora's name is not registered. */
export const PEOPLE = ["alice", "mia", "bob", "carol", "dora"] as const;
export type Person = (typeof PEOPLE)[number];

/** The clock may have gone back: then both answers are right. */
export type Answer = "yes" | "no" | "either";

interface Invitation {
  uses: number;
  readonly until: number;
  /** A time at or after its end has come, which the room may have seen. */
  mayHaveEnded: boolean;
}

export type Outcome =
  | "welcome"
  | "enrolled"
  | "banned"
  | "outside"
  | "unregistered";

export class AccessOracle {
  access: AccessLevel = "open";
  readonly registered = new Set<Person>(["alice", "mia", "bob", "carol"]);
  readonly members = new Set<Person>();
  /** The rank by which each was banned: the ban holds for lower ones. */
  readonly bans = new Map<Person, number>();
  readonly ranks = new Map<Person, number>();
  readonly #isPrivate: boolean;
  readonly #invitations = new Map<string, Invitation>();

  constructor(isPrivate: boolean) {
    this.#isPrivate = isPrivate;
  }

  /** @param hasOldSecret a secret that was replaced stands for a guest */
  rankOf(person: Person, hasOldSecret = false): number {
    const isVouched = this.registered.has(person) && !hasOldSecret;
    return isVouched ? (this.ranks.get(person) ?? 0) : 0;
  }

  isMember(person: Person, hasOldSecret = false): boolean {
    const isVouched = this.registered.has(person) && !hasOldSecret;
    return isVouched && this.members.has(person);
  }

  isBanned(person: Person, hasOldSecret: boolean): boolean {
    return (this.bans.get(person) ?? 0) > this.rankOf(person, hasOldSecret);
  }

  mayBeIn(person: Person, hasOldSecret = false): boolean {
    const isMember = this.isMember(person, hasOldSecret);
    if (this.#isPrivate && !isMember) return false;
    if (this.access === "open" || this.rankOf(person, hasOldSecret) > 0)
      return true;
    return this.access === "members"
      ? isMember
      : this.registered.has(person) && !hasOldSecret;
  }

  /** @returns all outcomes of a join that are right */
  join(
    person: Person,
    hasOldSecret: boolean,
    code: string | null,
    now: number,
  ): Outcome[] {
    const isIn = this.mayBeIn(person, hasOldSecret);
    const isBanned = this.isBanned(person, hasOldSecret);
    const inside = isBanned ? "banned" : "welcome";
    const without: Outcome = isIn ? inside : "outside";
    const isVouched = this.registered.has(person) && !hasOldSecret;
    const withCode: Outcome = !isVouched
      ? isIn
        ? inside
        : "unregistered"
      : this.isMember(person) || inside === "banned"
        ? inside
        : "enrolled";
    const isOpen = code === null ? "no" : this.isOpen(code, now);
    if (isOpen === "either") return [without, withCode];
    return [isOpen === "yes" ? withCode : without];
  }

  isOpen(code: string, now: number): Answer {
    const invitation = this.#invitations.get(code);
    if (invitation === undefined || invitation.until <= now) return "no";
    return invitation.mayHaveEnded ? "either" : "yes";
  }

  /** @returns whether any invitation is open */
  hasOpen(now: number): Answer {
    const all = [...this.#invitations.keys()].map((code) =>
      this.isOpen(code, now),
    );
    if (all.includes("yes")) return "yes";
    return all.includes("either") ? "either" : "no";
  }

  invite(code: string, uses: number, until: number): void {
    this.#invitations.set(code, { uses, until, mayHaveEnded: false });
  }

  uninvite(code: string | null): void {
    if (code === null) this.#invitations.clear();
    else this.#invitations.delete(code);
  }

  enrol(person: Person, code: string): void {
    this.members.add(person);
    const invitation = this.#invitations.get(code);
    if (invitation === undefined) return;
    invitation.mayHaveEnded = false;
    if (--invitation.uses === 0) this.#invitations.delete(code);
  }

  /** Time has come so far, also if it goes back later. */
  passed(now: number): void {
    for (const one of this.#invitations.values())
      if (one.until <= now) one.mayHaveEnded = true;
  }

  /** An event was stored: invitations that have ended do not come back. */
  stored(now: number): void {
    for (const [code, { until }] of this.#invitations)
      if (until <= now) this.#invitations.delete(code);
  }

  /** The next end of an invitation, ms since 1970; null: there is none. */
  nextEnd(now: number): number | null {
    const ends = [...this.#invitations.values()]
      .map(({ until }) => until)
      .filter((until) => until > now);
    return ends.length === 0 ? null : Math.min(...ends);
  }
}
