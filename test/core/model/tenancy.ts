// Who has held which name, as far as their connections show: at most one identity at a time, each for its time.
import assert from "node:assert/strict";
import type { Person } from "./cast.ts";
import type { Visit } from "./visit.ts";

interface Tenant {
  readonly person: Person;
  /** Their last connection was in at that time at least, ms since 1970. */
  seenAt: number;
  /** When their claim on the name began, by the server's word. */
  readonly epoch: number;
}

export class Tenancy {
  readonly #guestMs: number;
  /** By the key of the name, newest last. */
  readonly #tenants = new Map<string, Tenant[]>();

  constructor(guestMs: number) {
    this.#guestMs = guestMs;
  }

  /** Promise 7, after each step. */
  look(visits: readonly Visit[], now: number): void {
    for (const visit of visits) {
      if (!visit.isIn || visit.welcome === null) continue;
      const { key, person } = visit;
      const epoch = visit.welcome.mailEpoch;
      const tenants = this.#tenants.get(key) ?? [];
      this.#tenants.set(key, tenants);
      const last = tenants.at(-1);
      const same = tenants.find(
        (one) => one.person === person && one.epoch === epoch,
      );
      if (same !== undefined) {
        assert.equal(
          same,
          last,
          `7: ${person} still uses a name that ${last?.person} has by now`,
        );
        same.seenAt = now;
        continue;
      }
      if (last !== undefined)
        assert.ok(
          epoch >= last.seenAt + this.#guestMs,
          `7: ${person} got the name of ${last.person} before its time`,
        );
      tenants.push({ person, epoch, seenAt: now });
    }
  }
}
