// Claim lifecycle: a claim on a name is granted, gets and loses rooms, and ends, after which the name may rest.
import type { Settings } from "../../../protocol/settings.ts";
import type { Sql } from "../../shared/contract.ts";
import { DAY_MS } from "../../shared/deadline.ts";
import type {
  Enter,
  MarkRead,
  Person,
} from "../../shared/directory-requests.ts";
import { publicId } from "../../shared/identity.ts";
import type { Refused } from "../../shared/rpc.ts";
import type { Schedule, ScheduleEntry } from "../../shared/schedule.ts";
import type { StoredTables } from "../../shared/schema.ts";
import { Visits } from "../visits.ts";
import { type Claim, openingSecret } from "./claim.ts";
import { type Eviction, GUEST_STATUS, withPass } from "./claim-status.ts";
import { ClaimStore } from "./claim-store.ts";
import { claimTtlMs } from "./claim-terms.ts";

export interface ClaimLifecycleOptions {
  readonly sql: Sql;
  readonly tables: StoredTables;
  readonly schedule: Schedule;
  readonly settings: Settings;
  /** The key of the name. */
  readonly key: string;
  /** The claim has ended: everything that belongs to it is deleted. */
  ended(): void;
}

export class ClaimLifecycle {
  readonly #settings: Settings;
  readonly #store: ClaimStore;
  readonly #ended: () => void;
  readonly #expiry: ScheduleEntry;
  #claim: Claim | null = null;
  /**
   * The claim on a name that was released: nobody has the name, and it rests.
   */
  #resting: Claim | null = null;
  /** The epoch of the last claim; the next one is higher. */
  #epoch = 0;
  #isDirty = false;
  /** The time of the alarm is from before a sleep. */
  #isAlarmStored = true;
  /** Nothing that is stored is needed any more. */
  #isStorageEmpty = false;

  constructor(options: ClaimLifecycleOptions) {
    const { sql, tables, schedule, settings, key, ended } = options;
    this.#settings = settings;
    this.#ended = ended;
    this.#store = new ClaimStore(sql, key, tables);
    const stored = this.#store.load();
    if (stored?.status.isResting) this.#resting = stored;
    else this.#claim = stored;
    this.#expiry = schedule.add({
      ...{ name: "claim expiry", clock: "alarm" },
      // A setting may have been lowered since: the claim still lasts as
      // promised.
      delayMaxMs: Number.POSITIVE_INFINITY,
      run: (now) => this.#end(now),
    });
    this.#updateExpiry();
  }

  /** The claim of the holder; null if the name is free or rests. */
  get claim(): Claim | null {
    return this.#claim;
  }

  /** The claim of the last holder, while the name rests for them. */
  get resting(): Claim | null {
    return this.#resting;
  }

  /** The claim of the holder, or of the last holder while the name rests. */
  get held(): Claim | null {
    return this.#claim ?? this.#resting;
  }

  /** Tells the public id and the spelling of the holder. */
  whois(room?: string): Person | Refused {
    const claim = this.#claim;
    if (claim === null) return { type: "refused", code: "no_such_user" };
    const user = publicId(claim.identity);
    const { rank, isRegistered, passes } = claim.status;
    const kind = isRegistered ? "registered" : rank;
    const [, passUntil] = passes.find(([one]) => one === room) ?? [];
    return {
      ...{ type: "person", user, username: claim.username, kind },
      ...(passUntil !== undefined && { passUntil }),
    };
  }

  /** The claim is written at the end of this event. */
  get isChanged(): boolean {
    return this.#isDirty;
  }

  /** The claim has changed: it is written at the end of this event. */
  changed(): void {
    this.#isDirty = true;
  }

  /** Makes a new claim: the name was free, or rested for this user. */
  grant(op: Enter, now: number, evicting: readonly Eviction[] = []): Claim {
    const { identity, rank = "guest", username, room, version } = op;
    const { passUntil } = op;
    const rest = this.#resting;
    const isBack = rest !== null && openingSecret(rest, op, now) !== null;
    const status = isBack
      ? { ...rest.status, isResting: false, movedBy: 0 }
      : GUEST_STATUS;
    const claim: Claim = {
      identity: isBack ? rest.identity : identity,
      username,
      rooms: new Map([[room, version]]),
      expiresAt: null,
      alarmAt: null,
      epoch: Math.max(now, this.#epoch + 1),
      head: 0,
      received: 0,
      copied: 0,
      settled: 0,
      status: withPass({ ...status, rank, evicting }, room, passUntil),
      visits: new Visits(),
    };
    this.#claim = claim;
    this.#resting = null;
    this.#updateExpiry();
    this.#isStorageEmpty = false;
    this.#isDirty = true;
    return claim;
  }

  /**
   * The holder enters another room, or the same room by another device.
   *
   * @returns the version that is stored: it is above the one before, also if the
   * room's clock was set back
   */
  addRoom(claim: Claim, { room, version, passUntil }: Enter): number {
    claim.status = withPass(claim.status, room, passUntil);
    const before = claim.rooms.get(room) ?? 0;
    const stored = version > before ? version : before + 1;
    // After a crash of the room the leave may be one of a join that was refused.
    if (before > 0 && !claim.visits.find(room)) claim.visits.left(room, before);
    claim.rooms.set(room, stored);
    claim.expiresAt = null;
    this.#updateExpiry();
    this.#isDirty = true;
    return stored;
  }

  /**
   * @param dueAt when the alarm is needed, ms since 1970; null: never
   * @returns when the alarm must be set to, ms since 1970; undefined: it stays
   */
  alarmFor(now: number, dueAt: number | null): number | undefined {
    const { held } = this;
    if (held === null || dueAt === null) return undefined;
    const next = Math.max(now, dueAt);
    const { alarmAt } = held;
    // An alarm that should have gone off by now may be lost.
    if (alarmAt !== null && alarmAt > now && alarmAt <= next) return undefined;
    held.alarmAt = next;
    this.#isAlarmStored = false;
    return next;
  }

  /** The alarm has gone off. */
  alarmFired(): void {
    if (this.held !== null) this.held.alarmAt = null;
  }

  /**
   * The user has left the room, unless there is a newer enter.
   *
   * @param withoutVisit the user had not joined
   * @returns the version of the newer enter; null: there is none
   */
  leave(
    identity: string,
    room: string,
    version: number,
    now: number,
    withoutVisit = false,
  ): number | null {
    const claim = this.#claim;
    if (claim?.identity !== identity) return null;
    const stored = claim.rooms.get(room);
    if (stored === undefined) return null;
    if (stored > version) return stored;
    claim.rooms.delete(room);
    if (!withoutVisit) claim.visits.left(room, now);
    if (claim.rooms.size === 0) this.startExpiry(claim, now);
    this.#isDirty = true;
    return null;
  }

  /**
   * Moves the markers of the holder forward.
   *
   * @param epoch of the claim that the markers are of
   * @returns true if that of the mail has moved
   */
  markRead(
    { identity, epoch, room, read, mailRead = 0 }: MarkedBy,
    now: number,
  ): boolean {
    const claim = this.#claim;
    if (claim?.identity !== identity || claim.epoch !== epoch) return false;
    const isListed = claim.rooms.has(room) || claim.visits.find(room);
    if (
      read !== undefined &&
      isListed &&
      claim.visits.markRead(room, read, now)
    )
      this.#isDirty = true;
    const mail = Math.min(mailRead, claim.head);
    if (mail <= claim.status.mailRead) return false;
    claim.status = { ...claim.status, mailRead: mail };
    this.#isDirty = true;
    return true;
  }

  /** The holder is in no room: the claim ends after its time to live. */
  startExpiry(claim: Claim, now: number): void {
    // An alarm that found the holder in a room wrote no row when it went off. If
    // the clock was set back since, by a day at most, it seems to be to come. Where
    // it is to come, this row is instead of the one that it would write.
    const isSoon = claim.alarmAt !== null && claim.alarmAt <= now + DAY_MS;
    if (this.#isAlarmStored && isSoon) claim.alarmAt = null;
    claim.expiresAt = now + claimTtlMs(this.#settings, claim);
    this.#updateExpiry();
  }

  /** Ends the claim, or the rest, if its time is over. */
  expire(now: number): void {
    const expiresAt = this.held?.expiresAt ?? null;
    if (expiresAt !== null && expiresAt <= now) this.#end(now);
  }

  /** Ends the claim, or the rest, at once: the name is free. */
  drop(): void {
    this.#epoch = this.#claim?.epoch ?? 0;
    this.#store.drop();
    this.#ended();
    this.#claim = null;
    this.#resting = null;
    this.#updateExpiry();
    this.#isStorageEmpty = true;
  }

  /** Ends the claim: a name that was released rests, another one is free. */
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
    this.#expiry.dueAt = this.held?.expiresAt ?? null;
  }

  /**
   * Writes the claim if it has changed.
   *
   * @returns true if it was written
   */
  save(): boolean {
    const { held } = this;
    const isWritten = held !== null && this.#isDirty;
    if (isWritten) this.#store.save(held);
    this.#isDirty = false;
    return isWritten;
  }

  /** @returns true once after everything that is stored became useless */
  takeStorageEmpty(): boolean {
    const isEmpty = this.#isStorageEmpty;
    this.#isStorageEmpty = false;
    return isEmpty;
  }
}

/** The user who has read, and where. */
type MarkedBy = Omit<MarkRead, "type" | "epoch"> & {
  readonly epoch?: number | undefined;
};

/** @returns the claim while its name rests; null: the name does not rest */
function restingOf(claim: Claim, now: number): Claim | null {
  const { restsUntil } = claim.status;
  if (restsUntil === null || restsUntil <= now) return null;
  const status = {
    ...claim.status,
    isResting: true,
    evicting: [],
    mailRead: 0,
  };
  const emptied = { rooms: new Map(), visits: new Visits() };
  return { ...claim, ...emptied, expiresAt: restsUntil, status };
}
