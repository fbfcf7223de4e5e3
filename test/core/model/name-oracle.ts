// Name oracle: the model tracks who holds which name, as far as sessions show, and checks that one identity holds it at a time.
import assert from "node:assert/strict";
import { isAppUser, type Person } from "./actors.ts";
import { each } from "./blame.ts";
import type { NameRecords } from "./name-record.ts";
import type { Session } from "./session-oracle.ts";

export interface NameHolder {
  readonly person: Person;
  /** When a session of the holder was last seen joined, ms since 1970. */
  seenAt: number;
  /** The epoch of the claim, from the welcome. */
  readonly epoch: number;
}

export class NameOracle {
  readonly #guestMs: number;
  readonly #nameRecords: NameRecords;
  /** Holders by the key of the name, newest last. */
  readonly #holders = new Map<string, NameHolder[]>();

  constructor(guestMs: number, nameRecords: NameRecords) {
    this.#guestMs = guestMs;
    this.#nameRecords = nameRecords;
  }

  /** Sets the recorded times back with the clock. */
  setClockBack(ms: number): void {
    for (const holders of this.#holders.values())
      for (const holder of holders) holder.seenAt -= ms;
  }

  /** The last known holder of a name. */
  lastHolder(key: string): NameHolder | undefined {
    return this.#holders.get(key)?.at(-1);
  }

  /**
   * Checks promise 7, after each step.
   *
   * @param isAtRest all calls have been delivered
   */
  check(sessions: readonly Session[], now: number, isAtRest = false): void {
    for (const session of each(sessions)) {
      if (!session.isJoined || session.welcome === null) continue;
      const { key, person } = session;
      const epoch = session.welcome.mailEpoch;
      const holders = this.#holders.get(key) ?? [];
      this.#holders.set(key, holders);
      const last = holders.at(-1);
      const same = holders.find(
        (one) => one.person === person && one.epoch === epoch,
      );
      if (same !== undefined && last !== undefined) {
        // A user who lost the name to an app's user may not have been told yet.
        const isEvicted = outranks(last.person, person) && !isAtRest;
        assert.ok(
          same === last || isEvicted,
          `7: ${person} still uses a name that ${last.person} has by now`,
        );
        same.seenAt = now;
        continue;
      }
      // They lost it while they joined, and the room has not been told yet.
      const hadIt =
        last !== undefined &&
        outranks(last.person, person) &&
        epoch < last.epoch &&
        !isAtRest;
      if (hadIt) {
        holders.splice(-1, 0, { person, epoch, seenAt: now });
        continue;
      }
      if (last !== undefined) this.#expectMayHave(key, last, person, epoch);
      holders.push({ person, epoch, seenAt: now });
    }
  }

  #expectMayHave(
    key: string,
    lastHolder: NameHolder,
    person: Person,
    epoch: number,
  ): void {
    if (outranks(person, lastHolder.person)) return;
    const which = `7: ${person} got the name of ${lastHolder.person}`;
    const record = this.#nameRecords.of(lastHolder.person, key);
    assert.ok(!isAppUser(lastHolder.person), `${which}, who is vouched for`);
    assert.ok(
      !record.isRegistered(lastHolder.epoch),
      `${which}, which is registered`,
    );
    const isBack = person === lastHolder.person;
    assert.ok(isBack || epoch >= record.restsUntil, `${which}, which rests`);
    const until = lastHolder.seenAt + this.#guestMs;
    assert.ok(epoch >= until, `${which} before its time`);
  }
}

function outranks(person: Person, other: Person): boolean {
  return isAppUser(person) && !isAppUser(other);
}
