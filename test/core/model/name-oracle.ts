// Who has held which name, as far as their connections show: at most one identity at a time, each for its time.
import assert from "node:assert/strict";
import { isVouchedFor, type Person } from "./actors.ts";
import { each } from "./blame.ts";
import type { Holdings } from "./name-record.ts";
import type { Visit } from "./session-oracle.ts";

export interface Tenant {
  readonly person: Person;
  /** Their last connection was in at that time at least, ms since 1970. */
  seenAt: number;
  /** When their claim on the name began, by the server's word. */
  readonly epoch: number;
}

export class Tenancy {
  readonly #guestMs: number;
  readonly #holdings: Holdings;
  /** By the key of the name, newest last. */
  readonly #tenants = new Map<string, Tenant[]>();

  constructor(guestMs: number, holdings: Holdings) {
    this.#guestMs = guestMs;
    this.#holdings = holdings;
  }

  /** The clock is set back. */
  setBack(ms: number): void {
    for (const tenants of this.#tenants.values())
      for (const tenant of tenants) tenant.seenAt -= ms;
  }

  /** Who had it last, as far as anybody saw. */
  last(key: string): Tenant | undefined {
    return this.#tenants.get(key)?.at(-1);
  }

  /**
   * Promise 7, after each step.
   *
   * @param isAtRest every room has been reached
   */
  look(visits: readonly Visit[], now: number, isAtRest = false): void {
    for (const visit of each(visits)) {
      if (!visit.isIn || visit.welcome === null) continue;
      const { key, person } = visit;
      const epoch = visit.welcome.mailEpoch;
      const tenants = this.#tenants.get(key) ?? [];
      this.#tenants.set(key, tenants);
      const last = tenants.at(-1);
      const same = tenants.find(
        (one) => one.person === person && one.epoch === epoch,
      );
      if (same !== undefined && last !== undefined) {
        // Who lost it to somebody of higher rank may have yet to be told.
        const isEvicted = outranks(last.person, person) && !isAtRest;
        assert.ok(
          same === last || isEvicted,
          `7: ${person} still uses a name that ${last.person} has by now`,
        );
        same.seenAt = now;
        continue;
      }
      if (last !== undefined) this.#expectMayHave(key, last, person, epoch);
      tenants.push({ person, epoch, seenAt: now });
    }
  }

  #expectMayHave(
    key: string,
    last: Tenant,
    person: Person,
    epoch: number,
  ): void {
    if (outranks(person, last.person)) return;
    const which = `7: ${person} got the name of ${last.person}`;
    const holding = this.#holdings.of(last.person, key);
    assert.ok(!isVouchedFor(last.person), `${which}, who is vouched for`);
    assert.ok(!holding.isKept(last.epoch), `${which}, which is registered`);
    const isBack = person === last.person;
    assert.ok(isBack || epoch >= holding.restsUntil, `${which}, which rests`);
    const until = last.seenAt + this.#guestMs;
    assert.ok(epoch >= until, `${which} before its time`);
  }
}

function outranks(person: Person, other: Person): boolean {
  return isVouchedFor(person) && !isVouchedFor(other);
}
