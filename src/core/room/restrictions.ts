// Restrictions: a room stores who is banned or muted, by whom, and until when, in a table that is made for the first one.
import * as LIMITS from "../../protocol/limits.ts";
import type { Platform, Sql } from "../shared/contract.ts";
import { ERASED_NAME, hiddenUser, isHidden } from "../shared/erase-requests.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { RESTRICTION_TABLES } from "./moderation-tables.ts";
import type { RoomTime } from "./room-time.ts";

const KINDS = ["ban", "mute"] as const;
export type RestrictionKind = (typeof KINDS)[number];

export interface Restriction {
  /** The public id of the user whom it is about. */
  readonly user: string;
  /** The key of the user's name, and the name, when it began. */
  readonly key: string;
  readonly username: string;
  /** When it ends, ms since 1970 by the room's time; null: never. */
  readonly until: number | null;
  /** The rank of the role by which it was made: it holds for lower ones. */
  readonly rank: number;
}

export class Restrictions {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #time: RoomTime;
  readonly #schema: Schema;
  readonly #platform: Pick<Platform, "hash">;
  /** Some hold for users who are erased. */
  #hasHidden = false;
  readonly #known: {
    readonly [Kind in RestrictionKind]: Map<string, Restriction>;
  } = { ban: new Map(), mute: new Map() };
  /** None ends before this time, ms since 1970. */
  #nextEnd = Infinity;

  /** Only reads. */
  constructor(
    { sql, hash }: Pick<Platform, "sql" | "hash">,
    room: string,
    tables: StoredTables,
    time: RoomTime,
  ) {
    this.#sql = sql;
    this.#platform = { hash };
    this.#room = room;
    this.#time = time;
    this.#schema = new Schema({
      ...{ sql, part: "restrictions", migrations: RESTRICTION_TABLES, tables },
      unrecorded: unrecorded("restriction", RESTRICTION_TABLES),
    });
    if (this.#schema.exists) this.#load();
  }

  /** Nobody is banned or muted: most rooms ask no more than this. */
  get isEmpty(): boolean {
    const { ban, mute } = this.#known;
    return ban.size + mute.size === 0;
  }

  /** May there be one more? */
  get hasPlace(): boolean {
    const { ban, mute } = this.#known;
    return ban.size + mute.size < LIMITS.restrictionsMax;
  }

  /** @returns the restriction of a user, if it has not ended */
  find(
    kind: RestrictionKind,
    user: string,
    now: number,
  ): Restriction | undefined {
    this.dropEnded(now);
    return this.#known[kind].get(user) ?? this.#hidden(kind, user);
  }

  /** @returns the restriction of the user who had a name when it began */
  findByKey(
    kind: RestrictionKind,
    key: string,
    now: number,
  ): Restriction | undefined {
    this.dropEnded(now);
    for (const one of this.#known[kind].values())
      if (one.key === key) return one;
    return undefined;
  }

  /** Stores a restriction, in the place of another one of that kind. */
  set(kind: RestrictionKind, one: Restriction): void {
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO restriction VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[this.#room, kind, one.user, one.key, one.username],
      ...[one.until, one.rank],
    );
    this.#add(kind, one);
  }

  lift(kind: RestrictionKind, user: string): void {
    const hidden = this.#hidden(kind, user);
    if (hidden !== undefined) this.#delete(kind, hidden.user);
    this.#delete(kind, user);
  }

  #delete(kind: RestrictionKind, user: string): void {
    if (!this.#known[kind].delete(user)) return;
    this.#sql.exec(
      "DELETE FROM restriction WHERE room = ? AND kind = ? AND user = ?",
      ...[this.#room, kind, user],
    );
  }

  /** What holds for a user who was erased, and is back. */
  #hidden(kind: RestrictionKind, user: string): Restriction | undefined {
    return this.#hasHidden
      ? this.#known[kind].get(hiddenUser(this.#platform, user))
      : undefined;
  }

  #add(kind: RestrictionKind, one: Restriction): void {
    this.#hasHidden ||= isHidden(one.user);
    this.#known[kind].set(one.user, one);
    this.#nextEnd = Math.min(this.#nextEnd, one.until ?? Infinity);
  }

  /**
   * The user is erased. What holds for the user goes on under a hash of the public
   * id, without a name: to be erased lifts no ban.
   *
   * @returns the names of the user; null: there was nothing
   */
  hide(user: string): string[] | null {
    const names: string[] = [];
    for (const kind of KINDS) {
      const one = this.#known[kind].get(user);
      if (one === undefined) continue;
      this.lift(kind, user);
      names.push(one.username);
      const hidden = hiddenUser(this.#platform, user);
      this.set(kind, { ...one, user: hidden, key: "", username: ERASED_NAME });
    }
    return names.length === 0 ? null : names;
  }

  /** One that was seen to end does not come back with an earlier clock. */
  dropEnded(now: number): void {
    if (this.isEmpty) return;
    const time = this.#time.at(now);
    if (time < this.#nextEnd) return;
    this.#nextEnd = Infinity;
    for (const kind of KINDS)
      for (const { user, until } of [...this.#known[kind].values()])
        if (until !== null && until <= time) this.lift(kind, user);
        else this.#nextEnd = Math.min(this.#nextEnd, until ?? Infinity);
  }

  #load(): void {
    const rows = this.#sql.exec(
      "SELECT kind, user, key, username, until, rank FROM restriction WHERE room = ?",
      this.#room,
    );
    for (const { kind, user, key, username, until, rank } of rows) {
      // A newer release may have kinds that this one does not know.
      const known = KINDS.find((one) => one === kind);
      if (known === undefined) continue;
      this.#add(known, {
        ...{ user: `${user}`, key: `${key}`, username: `${username}` },
        until: until === null ? null : Number(until),
        rank: Number(rank),
      });
    }
  }
}
