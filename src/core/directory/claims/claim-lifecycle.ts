// The claim on one name through its life: granted, kept, ended or at rest, and as it is written.
import type { Settings } from "../../../protocol/settings.ts";
import type { Sql } from "../../shared/contract.ts";
import { publicId } from "../../shared/identity.ts";
import type { Enter, Person, Refused } from "../../shared/rpc.ts";
import type { Schedule, ScheduleEntry } from "../../shared/schedule.ts";
import { type Claim, openingSecret } from "./claim.ts";
import { type Eviction, GUEST_STATUS } from "./claim-status.ts";
import { ClaimStore } from "./claim-store.ts";
import { claimTtlMs } from "./claim-terms.ts";

export interface ClaimLifecycleOptions {
  readonly sql: Sql;
  readonly schedule: Schedule;
  readonly settings: Settings;
  /** The name's key. */
  readonly key: string;
  /** A claim is over: what hangs on it goes. */
  ended(): void;
}

export class ClaimLifecycle {
  readonly #settings: Settings;
  readonly #store: ClaimStore;
  readonly #ended: () => void;
  readonly #expiry: ScheduleEntry;
  #claim: Claim | null = null;
  /** The claim that was given up: the name is nobody's, and rests. */
  #resting: Claim | null = null;
  /** Of the claim before, above which that of the next one is. */
  #epoch = 0;
  #isDirty = false;
  /** Storage holds nothing that is needed. */
  #isStorageEmpty = false;

  constructor(options: ClaimLifecycleOptions) {
    const { sql, schedule, settings, key, ended } = options;
    this.#settings = settings;
    this.#ended = ended;
    this.#store = new ClaimStore(sql, key);
    const stored = this.#store.load();
    if (stored?.status.isResting) this.#resting = stored;
    else this.#claim = stored;
    this.#expiry = schedule.add({
      ...{ name: "claim expiry", clock: "alarm" },
      // A claim may last longer than new ones do: settings change.
      delayMaxMs: Number.POSITIVE_INFINITY,
      run: (now) => this.#end(now),
    });
    this.#updateExpiry();
  }

  /** Whose the name is; null if it is free or rests. */
  get claim(): Claim | null {
    return this.#claim;
  }

  /** The name rests for whoever gave it up. */
  get resting(): Claim | null {
    return this.#resting;
  }

  /** The claim on the name, also where the name only rests. */
  get held(): Claim | null {
    return this.#claim ?? this.#resting;
  }

  /** Who has the name, by the public id and the spelling. */
  whois(): Person | Refused {
    const claim = this.#claim;
    if (claim === null) return { type: "refused", code: "no_such_user" };
    const user = publicId(claim.identity);
    return { type: "person", user, username: claim.username };
  }

  /** The claim is to be written by the end of this event. */
  changed(): void {
    this.#isDirty = true;
  }

  /** The name was free, or has been freed, or is theirs to come back to. */
  grant(op: Enter, now: number, evicting: readonly Eviction[] = []): Claim {
    const { identity, rank = "guest", username, room, version } = op;
    const rest = this.#resting;
    const isBack = rest !== null && openingSecret(rest, op, now) !== null;
    const status = isBack ? { ...rest.status, isResting: false } : GUEST_STATUS;
    const claim: Claim = {
      identity: isBack ? rest.identity : identity,
      username,
      rooms: new Map([[room, version]]),
      freeAt: null,
      alarmAt: null,
      epoch: Math.max(now, this.#epoch + 1),
      head: 0,
      had: 0,
      copied: 0,
      settled: 0,
      status: { ...status, rank, evicting },
    };
    this.#claim = claim;
    this.#resting = null;
    this.#updateExpiry();
    this.#isStorageEmpty = false;
    // At once: what else comes with this event may need the tables.
    this.#store.save(claim);
    return claim;
  }

  /**
   * Another room, or another device, of who has the name.
   *
   * @returns the version it is noted under: above any that was noted before,
   * also for a room that was down when its clock was set back
   */
  addRoom(claim: Claim, { room, version }: Enter): number {
    const before = claim.rooms.get(room) ?? 0;
    const noted = version > before ? version : before + 1;
    claim.rooms.set(room, noted);
    claim.freeAt = null;
    this.#updateExpiry();
    this.#isDirty = true;
    return noted;
  }

  /**
   * @param dueAt when the alarm is wanted, ms since 1970; null: never
   * @returns when it is to be set for, ms since 1970; undefined: leave it
   */
  alarmFor(now: number, dueAt: number | null): number | undefined {
    const { held } = this;
    if (held === null || dueAt === null) return undefined;
    const next = Math.max(now, dueAt);
    const { alarmAt } = held;
    // One that should have gone off by now may be lost.
    if (alarmAt !== null && alarmAt > now && alarmAt <= next) return undefined;
    held.alarmAt = next;
    return next;
  }

  /** The alarm went off, or may have. */
  alarmFired(): void {
    if (this.held !== null) this.held.alarmAt = null;
  }

  /**
   * They are not in that room, unless they entered it since.
   *
   * @returns the version of the newer enter, if there is one
   */
  leave(
    identity: string,
    room: string,
    version: number,
    now: number,
  ): number | null {
    const claim = this.#claim;
    if (claim?.identity !== identity) return null;
    const stored = claim.rooms.get(room);
    if (stored === undefined) return null;
    if (stored > version) return stored;
    claim.rooms.delete(room);
    if (claim.rooms.size === 0) this.startExpiry(claim, now);
    this.#isDirty = true;
    return null;
  }

  /** It ends so long after now, since they are in no room. */
  startExpiry(claim: Claim, now: number): void {
    claim.freeAt = now + claimTtlMs(this.#settings, claim);
    this.#updateExpiry();
  }

  /** A claim, or rest, whose time is over is gone: with an alarm or without. */
  expire(now: number): void {
    const freeAt = this.held?.freeAt ?? null;
    if (freeAt !== null && freeAt <= now) this.#end(now);
  }

  /** The claim, or the rest, is over at once, and the name free. */
  drop(): void {
    this.#epoch = this.#claim?.epoch ?? 0;
    this.#store.drop();
    this.#ended();
    this.#claim = null;
    this.#resting = null;
    this.#updateExpiry();
    this.#isStorageEmpty = true;
  }

  /** The claim is over; a name that was given up rests, others are free. */
  #end(now: number): void {
    const rest = this.#claim === null ? null : restingOf(this.#claim, now);
    this.drop();
    if (rest === null) return;
    this.#resting = rest;
    this.#updateExpiry();
    this.#store.save(rest);
    this.#isStorageEmpty = false;
  }

  #updateExpiry(): void {
    this.#expiry.dueAt = this.held?.freeAt ?? null;
  }

  /** Writes the claim if it has changed. @returns true if it was written */
  save(): boolean {
    const { held } = this;
    const isWritten = held !== null && this.#isDirty;
    if (isWritten) this.#store.save(held);
    this.#isDirty = false;
    return isWritten;
  }

  /** True once, after which nothing that is stored is needed. */
  takeStorageEmpty(): boolean {
    const isForgotten = this.#isStorageEmpty;
    this.#isStorageEmpty = false;
    return isForgotten;
  }
}

/** What is left of a claim on a name that was given up. */
function restingOf(claim: Claim, now: number): Claim | null {
  const { restsUntil } = claim.status;
  if (restsUntil === null || restsUntil <= now) return null;
  const status = { ...claim.status, isResting: true, evicting: [] };
  return { ...claim, rooms: new Map(), freeAt: restsUntil, status };
}
