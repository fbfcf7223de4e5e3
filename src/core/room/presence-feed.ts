// Presence feed: a room tells an endpoint who is here by the difference to what it has told, or by a snapshot where that is not known.

import type { Role } from "../../protocol/roles.ts";
import type { MemberDetails } from "../../protocol/server-frames.ts";
import { byteLength } from "../shared/chunks.ts";
import type { PresenceNotice } from "../shared/event-batches.ts";
import type { NoticeFeed } from "../shared/events/event-source.ts";
import type { Member } from "./connection.ts";
import type { Log } from "./log.ts";
import { detailsOf } from "./member-details.ts";
import type { Presence } from "./presence.ts";
import type { PresenceMark } from "./presence-mark.ts";

/** A batch tells of so many members at most. */
const CHANGES_MAX = 100;
/** A page of a snapshot has at most so many members and bytes of JSON. */
const PAGE_MEMBERS = 500;
const PAGE_BYTES = 48 * 1024;

/** A snapshot waits no longer than this for members who come back, ms. */
const GRACE_MAX_MS = 10_000;
/** Where more members may have changed, a snapshot tells it. */
const CHANGED_MAX = 10_000;

/** The part of a room that the feed needs. */
export interface PresenceFeedRoom {
  readonly log: Log;
  readonly presence: Presence;
  /** @returns a number that rises with each use, also over restarts */
  nextVersion(now: number): number;
  roleOf(member: Member): Role | null;
  /** After a restart members have so long to come back, ms. */
  readonly graceMs: number;
}

/** Members by the keys of their names. */
type Told = Map<string, Member>;

interface Change {
  readonly key: string;
  readonly before: Member | null;
  readonly after: Member | null;
}

/** The batch that the endpoint may have or not. */
interface Pending {
  readonly notices: readonly PresenceNotice[];
  readonly changes: readonly Change[];
  readonly tellsCreation: boolean;
  /** Members that the pages of a snapshot have told, with this one. */
  readonly snapshotEnd: number | null;
}

export class PresenceFeed implements NoticeFeed {
  readonly #room: PresenceFeedRoom;
  readonly #mark: PresenceMark;
  /** The members that the endpoint knows; null: a snapshot will tell. */
  #told: Told | null = new Map();
  /** Keys of members that may differ from what was told. */
  readonly #changed = new Set<string>();
  #snapshot: { readonly members: readonly Member[]; told: number } | null =
    null;
  /** No snapshot leaves before this time, ms since 1970; null: any time. */
  #snapshotAt: number | null = null;
  #pending: Pending | null = null;
  #isInFlight = false;
  #isNewRoom: boolean;
  /** Odd: the endpoint knows everything. It rises with each change. */
  #stamp = 0;

  constructor(room: PresenceFeedRoom, mark: PresenceMark) {
    this.#room = room;
    this.#mark = mark;
    this.#isNewRoom = room.log.epoch === null;
  }

  /** A connection's attachment has this stamp from before a sleep. */
  restoreStamp(stamp: number): void {
    this.#stamp = Math.max(this.#stamp, stamp);
  }

  /** All connections are restored: the room begins after a sleep or a restart. */
  begin(): void {
    const { presence, log } = this.#room;
    if (log.epoch === null) return;
    const isAwake = this.#stamp % 2 === 1;
    if (isAwake)
      for (const one of presence.all()) this.#told?.set(one.key, one);
    // The endpoint may believe that somebody is here.
    else if (this.#mark.isStored || presence.count > 0) this.#told = null;
  }

  /** A member has joined or left. */
  changed(key: string): void {
    this.#changed.add(key);
    // An endpoint may be away for days.
    if (this.#changed.size > CHANGED_MAX) this.#forget();
  }

  #forget(): void {
    [this.#told, this.#snapshot] = [null, null];
    this.#changed.clear();
  }

  /** @returns a number for the attachment, so that a sleep costs no snapshot */
  stamp(now: number): number {
    const isSettled =
      this.#told !== null && this.#changed.size === 0 && this.#pending === null;
    if ((this.#stamp % 2 === 1) !== isSettled || this.#stamp === 0)
      this.#stamp = 2 * this.#room.nextVersion(now) + (isSettled ? 1 : 0);
    return this.#stamp;
  }

  /** When the next batch can leave, ms since 1970; null: there is none. */
  dueAt(now: number): number | null {
    if (this.#room.log.epoch === null || this.#isInFlight) return null;
    if (this.#pending !== null) return now;
    if (this.#told !== null) return this.#hasChanges() ? now : null;
    this.#snapshotAt ??= now + Math.min(this.#room.graceMs, GRACE_MAX_MS);
    return this.#snapshotAt;
  }

  /** @returns the next batch, which `delivered` or `failed` follows */
  take(now: number): readonly PresenceNotice[] {
    // A batch that failed may have arrived: the same comes again.
    this.#pending ??=
      this.#told === null ? this.#nextPage(now) : this.#nextChanges(now);
    this.#isInFlight = true;
    return this.#pending.notices;
  }

  /** The endpoint has the batch. */
  delivered(): void {
    const pending = this.#pending;
    [this.#pending, this.#isInFlight] = [null, false];
    if (pending === null) return;
    if (pending.tellsCreation) this.#isNewRoom = false;
    if (pending.snapshotEnd !== null) this.#endPage(pending.snapshotEnd);
    for (const { key, after } of pending.changes)
      if (after === null) this.#told?.delete(key);
      else this.#told?.set(key, after);
    if (this.#told?.size === 0 && this.#changed.size === 0) this.#mark.delete();
  }

  /** The batch comes again. */
  failed(): void {
    this.#isInFlight = false;
  }

  #hasChanges(): boolean {
    for (const key of this.#changed)
      if (this.#changeOf(key) === null) this.#changed.delete(key);
      else return true;
    return this.#isNewRoom;
  }

  #changeOf(key: string): Change | null {
    const before = this.#told?.get(key) ?? null;
    const after = this.#room.presence.get(key) ?? null;
    return before?.user === after?.user ? null : { key, before, after };
  }

  #nextChanges(now: number): Pending {
    const changes: Change[] = [];
    for (const key of this.#changed) {
      if (changes.length === CHANGES_MAX) break;
      this.#changed.delete(key);
      const change = this.#changeOf(key);
      if (change !== null) changes.push(change);
    }
    const before = this.#told?.size ?? 0;
    let count = before;
    for (const change of changes) {
      if (change.before !== null) count--;
      if (change.after !== null) count++;
    }
    if (count > 0) this.#mark.save();
    const notice = (type: string, data: object = {}): PresenceNotice => ({
      ...{ type, version: this.#room.nextVersion(now), data },
    });
    const notices = [
      ...(this.#isNewRoom ? [notice("room.created")] : []),
      ...(before === 0 && count > 0 ? [notice("room.occupied")] : []),
      ...changes.flatMap((change) => [
        ...(change.before === null
          ? []
          : [notice("member.left", nameOf(change.before))]),
        ...(change.after === null
          ? []
          : [notice("member.joined", this.#detailsOf(change.after))]),
      ]),
      ...(before > 0 && count === 0 ? [notice("room.vacated")] : []),
    ];
    const tellsCreation = this.#isNewRoom;
    return { notices, changes, tellsCreation, snapshotEnd: null };
  }

  #detailsOf(member: Member): MemberDetails {
    return detailsOf(member, this.#room.roleOf(member));
  }

  #nextPage(now: number): Pending {
    if (this.#snapshot === null) {
      // From here on changes are told by difference to this snapshot.
      this.#changed.clear();
      this.#snapshot = { members: this.#room.presence.all(), told: 0 };
    }
    const { members: all, told: from } = this.#snapshot;
    const members: object[] = [];
    let bytes = 0;
    for (const member of all.slice(from, from + PAGE_MEMBERS)) {
      const details = this.#detailsOf(member);
      bytes += byteLength(JSON.stringify(details)) + 1;
      if (members.length > 0 && bytes > PAGE_BYTES) break;
      members.push(details);
    }
    const snapshotEnd = from + members.length;
    if (all.length > 0) this.#mark.save();
    const more = snapshotEnd < all.length;
    const data = { count: all.length, from, members, more };
    const version = this.#room.nextVersion(now);
    const notices = [{ type: "presence.snapshot", version, data }];
    return { notices, changes: [], tellsCreation: false, snapshotEnd };
  }

  #endPage(end: number): void {
    if (this.#snapshot === null) return;
    this.#snapshot.told = end;
    const { members } = this.#snapshot;
    if (end < members.length) return;
    this.#told = new Map(members.map((member) => [member.key, member]));
    [this.#snapshot, this.#snapshotAt] = [null, null];
  }
}

function nameOf({ user, username }: Member): object {
  return { user, username };
}
