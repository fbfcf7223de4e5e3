// The claim on one name through its life: granted, kept, ended or at rest, and as it is written.
import type { Settings } from "../protocol/settings.ts";
import { type Claim, Claims } from "./claim.ts";
import type { Sql } from "./host.ts";
import type { Enter } from "./ops.ts";
import { type Eviction, GUEST, openedBy } from "./standing.ts";
import { lasts } from "./tenure.ts";

export interface HoldingOptions {
  readonly sql: Sql;
  readonly settings: Settings;
  /** The name's key. */
  readonly key: string;
  /** A claim is over: what hangs on it goes. */
  ended(): void;
}

export class Holding {
  readonly #settings: Settings;
  readonly #claims: Claims;
  readonly #ended: () => void;
  #claim: Claim | null = null;
  /** The claim that was given up: the name is nobody's, and rests. */
  #rest: Claim | null = null;
  /** Of the claim before, above which that of the next one is. */
  #epoch = 0;
  #isDirty = false;
  /** Storage holds nothing that is needed. */
  #isForgotten = false;

  constructor({ sql, settings, key, ended }: HoldingOptions) {
    this.#settings = settings;
    this.#ended = ended;
    this.#claims = new Claims(sql, key);
    const stored = this.#claims.load();
    if (stored?.standing.isResting) this.#rest = stored;
    else this.#claim = stored;
  }

  /** Whose the name is; null if it is free or rests. */
  get claim(): Claim | null {
    return this.#claim;
  }

  /** The name rests for whoever gave it up. */
  get rest(): Claim | null {
    return this.#rest;
  }

  /** The claim is to be written by the end of this event. */
  changed(): void {
    this.#isDirty = true;
  }

  /** The name was free, or has been freed, or is theirs to come back to. */
  grant(op: Enter, now: number, evicting: readonly Eviction[] = []): Claim {
    const { identity, rank = "guest", username, room, version } = op;
    const rest = this.#rest;
    const isBack = rest !== null && openedBy(rest, op, now) !== null;
    const standing = isBack ? { ...rest.standing, isResting: false } : GUEST;
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
      standing: { ...standing, rank, evicting },
    };
    this.#claim = claim;
    this.#rest = null;
    this.#isForgotten = false;
    // At once: what else comes with this event may need the tables.
    this.#claims.save(claim);
    return claim;
  }

  /**
   * Another room, or another device, of who has the name.
   *
   * @returns the version it is noted under: above any that was noted before,
   * also for a room that was down when its clock was set back
   */
  admit(claim: Claim, { room, version }: Enter): number {
    const before = claim.rooms.get(room) ?? 0;
    const noted = version > before ? version : before + 1;
    claim.rooms.set(room, noted);
    claim.freeAt = null;
    this.#isDirty = true;
    return noted;
  }

  /**
   * What is due next, of these times and the end of it all, wants an alarm.
   *
   * @returns when it is to be set for, ms since 1970; undefined: leave it
   */
  alarmFor(now: number, times: readonly (number | null)[]): number | undefined {
    const held = this.#claim ?? this.#rest;
    const due = [held?.freeAt ?? null, ...times].filter((at) => at !== null);
    if (held === null || due.length === 0) return undefined;
    const next = Math.max(now, Math.min(...due));
    const { alarmAt } = held;
    // One that should have gone off by now may be lost.
    if (alarmAt !== null && alarmAt > now && alarmAt <= next) return undefined;
    held.alarmAt = next;
    return next;
  }

  /** The alarm went off, or may have. */
  alarmed(): void {
    const held = this.#claim ?? this.#rest;
    if (held !== null) held.alarmAt = null;
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
    if (claim.rooms.size === 0) this.runOut(claim, now);
    this.#isDirty = true;
    return null;
  }

  /** It ends so long after now, since they are in no room. */
  runOut(claim: Claim, now: number): void {
    claim.freeAt = now + lasts(this.#settings, claim);
  }

  /** A claim, or rest, whose time is over is gone: with an alarm or without. */
  expire(now: number): void {
    const { freeAt = null } = this.#claim ?? this.#rest ?? {};
    if (freeAt !== null && freeAt <= now) this.#end(now);
  }

  /** The claim, or the rest, is over at once, and the name free. */
  drop(): void {
    this.#epoch = this.#claim?.epoch ?? 0;
    this.#claims.drop();
    this.#ended();
    this.#claim = null;
    this.#rest = null;
    this.#isForgotten = true;
  }

  /** The claim is over; a name that was given up rests, others are free. */
  #end(now: number): void {
    const rest = this.#claim === null ? null : restOf(this.#claim, now);
    this.drop();
    if (rest === null) return;
    this.#rest = rest;
    this.#claims.save(rest);
    this.#isForgotten = false;
  }

  /** Writes the claim if it has changed, or is due. @returns has it? */
  save(isDue: boolean): boolean {
    const held = this.#claim ?? this.#rest;
    const isWritten = held !== null && (this.#isDirty || isDue);
    if (isWritten) this.#claims.save(held);
    this.#isDirty = false;
    return isWritten;
  }

  /** True once, after which nothing that is stored is needed. */
  takeForgotten(): boolean {
    const isForgotten = this.#isForgotten;
    this.#isForgotten = false;
    return isForgotten;
  }
}

/** What is left of a claim on a name that was given up. */
function restOf(claim: Claim, now: number): Claim | null {
  const { restsUntil } = claim.standing;
  if (restsUntil === null || restsUntil <= now) return null;
  const standing = { ...claim.standing, isResting: true, evicting: [] };
  return { ...claim, rooms: new Map(), freeAt: restsUntil, standing };
}
