// Network bans: a room stores keyed hashes of the networks of banned guests, each with an end, in a table that is made for the first one.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import type { Platform } from "../shared/contract.ts";
import { hiddenUser } from "../shared/erase-requests.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { NETWORK_BAN_TABLES } from "./moderation-tables.ts";
import type { RoomTime } from "./room-time.ts";

export interface NetworkBan {
  /** The public id of the banned guest. */
  readonly user: string;
  readonly hash: string;
  /** When it ends, ms since 1970 by the room's time. */
  readonly until: number;
  /** Public ids of guests from that network who were in the room. */
  readonly known: readonly string[];
}

/** A network, and the guests from it who are in the room. */
export interface BannedNetwork {
  readonly network: string;
  readonly known: readonly string[];
}

const KEY_BYTES = 32;
const knownSchema = v.array(v.string());

export class NetworkBans {
  readonly #platform: Pick<Platform, "hash" | "random" | "sql">;
  readonly #room: string;
  readonly #time: RoomTime;
  readonly #schema: Schema;
  /** All rows of one network. */
  readonly #byHash = new Map<string, NetworkBan[]>();
  /** The key of the hashes; null: there is no row. */
  #key: string | null = null;
  /** None ends before this time, ms since 1970. */
  #nextEnd = Infinity;

  /** Only reads. */
  constructor(
    platform: Pick<Platform, "hash" | "random" | "sql">,
    room: string,
    tables: StoredTables,
    time: RoomTime,
  ) {
    this.#platform = platform;
    this.#room = room;
    this.#time = time;
    const { sql } = platform;
    const migrations = NETWORK_BAN_TABLES;
    this.#schema = new Schema({
      ...{ sql, part: "network bans", migrations, tables },
      unrecorded: unrecorded("network_ban", migrations),
    });
    if (this.#schema.exists) this.#load();
  }

  /** No network is banned: most rooms ask no more than this. */
  get isEmpty(): boolean {
    return this.#byHash.size === 0;
  }

  /** @returns the bans of a network that have not ended */
  find(network: string, now: number): readonly NetworkBan[] {
    this.dropEnded(now);
    if (this.isEmpty) return [];
    return this.#byHash.get(this.#hash(network)) ?? [];
  }

  /**
   * Bans networks on account of one guest. Those that were banned before on
   * account of the same guest get the new end.
   *
   * @param until ms since 1970 by the room's time
   */
  set(
    user: string,
    networks: readonly BannedNetwork[],
    until: number,
    now: number,
  ): void {
    this.dropEnded(now);
    const bans = new Map<string, NetworkBan>();
    for (const ban of this.#ofUser(user)) bans.set(ban.hash, { ...ban, until });
    for (const { network, known } of networks) {
      const hash = this.#hash(network);
      const before = bans.get(hash)?.known ?? known;
      bans.set(hash, { user, hash, until, known: before });
    }
    for (const ban of bans.values()) this.#store(ban);
  }

  /** Lifts all bans on account of one guest. */
  lift(user: string): void {
    if (this.isEmpty) return;
    const hidden = hiddenUser(this.#platform, user);
    for (const ban of [...this.#ofUser(user), ...this.#ofUser(hidden)])
      this.#delete(ban);
  }

  /**
   * The user is erased. Bans on account of the user go on under a hash of the
   * public id.
   *
   * @returns null: the user is in none
   */
  hide(user: string): string[] | null {
    const all = this.#all().filter(
      (ban) => ban.user === user || ban.known.includes(user),
    );
    const key = this.#key;
    for (const ban of all) {
      this.#delete(ban);
      // It went with the last row.
      this.#key = key;
      this.#store({
        ...ban,
        user: ban.user === user ? hiddenUser(this.#platform, user) : ban.user,
        known: ban.known.filter((one) => one !== user),
      });
    }
    return all.length === 0 ? null : [];
  }

  /** One that was seen to end does not come back with an earlier clock. */
  dropEnded(now: number): void {
    if (this.isEmpty) return;
    const time = this.#time.at(now);
    if (time < this.#nextEnd) return;
    this.#nextEnd = Infinity;
    for (const ban of this.#all())
      if (ban.until <= time) this.#delete(ban);
      else this.#nextEnd = Math.min(this.#nextEnd, ban.until);
  }

  #all(): NetworkBan[] {
    return [...this.#byHash.values()].flat();
  }

  #ofUser(user: string): NetworkBan[] {
    return this.#all().filter((ban) => ban.user === user);
  }

  /** The key goes into both of two hashes, as in HMAC. */
  #hash(network: string): string {
    this.#key ??= this.#platform.random(KEY_BYTES);
    const inner = this.#platform.hash(`${this.#key} inner ${network}`);
    return this.#platform.hash(`${this.#key} outer ${inner}`);
  }

  #store(ban: NetworkBan): void {
    const { user, hash, until, known } = ban;
    const all = this.#all();
    const isNew = !all.some((one) => one.user === user && one.hash === hash);
    if (isNew && all.length >= LIMITS.networkBansMax)
      this.#delete(all.reduce((a, b) => (b.until < a.until ? b : a)));
    this.#schema.create();
    this.#platform.sql.exec(
      "INSERT OR REPLACE INTO network_ban VALUES (?, ?, ?, ?, ?, ?)",
      ...[this.#room, user, hash, this.#key, until, JSON.stringify(known)],
    );
    this.#add(ban);
  }

  #add(ban: NetworkBan): void {
    const others = (this.#byHash.get(ban.hash) ?? []).filter(
      ({ user }) => user !== ban.user,
    );
    this.#byHash.set(ban.hash, [...others, ban]);
    this.#nextEnd = Math.min(this.#nextEnd, ban.until);
  }

  #delete({ user, hash }: NetworkBan): void {
    this.#platform.sql.exec(
      "DELETE FROM network_ban WHERE room = ? AND user = ? AND hash = ?",
      ...[this.#room, user, hash],
    );
    const others = (this.#byHash.get(hash) ?? []).filter(
      (one) => one.user !== user,
    );
    if (others.length > 0) this.#byHash.set(hash, others);
    else this.#byHash.delete(hash);
    // The key goes with the last row.
    if (this.isEmpty) this.#key = null;
  }

  #load(): void {
    const rows = this.#platform.sql.exec(
      "SELECT user, hash, salt, until, known FROM network_ban WHERE room = ?",
      this.#room,
    );
    for (const { user, hash, salt, until, known } of rows) {
      this.#key = `${salt}`;
      this.#add({
        ...{ user: `${user}`, hash: `${hash}`, until: Number(until) },
        known: parseKnown(`${known}`),
      });
    }
  }
}

/** @throws Error if it is no list of public ids */
export function parseKnown(known: string): readonly string[] {
  return v.parse(knownSchema, JSON.parse(known));
}
