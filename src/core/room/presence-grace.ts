// Presence grace: a member whose last connection closed may come back for a while before the room says that they left.
import type { ScheduleEntry } from "../shared/schedule.ts";
import type { Member } from "./connection.ts";

export class PresenceGrace {
  readonly #members = new Set<Member>();
  readonly #nextEnd: Pick<ScheduleEntry, "dueAt">;

  /** @param nextEnd is due when the next grace ends */
  constructor(nextEnd: Pick<ScheduleEntry, "dueAt">) {
    this.#nextEnd = nextEnd;
  }

  /** The member counts as gone at that time unless a connection is attached before. */
  start(member: Member, at: number): void {
    member.graceEndsAt = at;
    this.#members.add(member);
    const { dueAt } = this.#nextEnd;
    if (dueAt === null || at < dueAt) this.#nextEnd.dueAt = at;
  }

  /** The member is back, or has left for good. */
  end(member: Member): void {
    const { graceEndsAt } = member;
    member.graceEndsAt = null;
    if (!this.#members.delete(member)) return;
    // In a large room thousands of members may leave in one event.
    const { dueAt } = this.#nextEnd;
    if (graceEndsAt === dueAt) this.#setNextEnd(dueAt);
  }

  /** Members whose grace is over; a grace starts again if the clock was set back. */
  expired(now: number, graceMs: number): Member[] {
    for (const member of this.#members)
      member.graceEndsAt = Math.min(member.graceEndsAt ?? now, now + graceMs);
    this.#setNextEnd();
    return [...this.#members].filter(
      ({ graceEndsAt }) => (graceEndsAt ?? now) <= now,
    );
  }

  /** @param earliest no grace ends before this time */
  #setNextEnd(earliest: number | null = null): void {
    let next: number | null = null;
    for (const { graceEndsAt } of this.#members) {
      if (graceEndsAt !== null && (next === null || graceEndsAt < next))
        next = graceEndsAt;
      if (next !== null && next === earliest) break;
    }
    this.#nextEnd.dueAt = next;
  }
}
