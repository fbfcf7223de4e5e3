// Invitations: a room stores the hashes of codes by which users become members, each with its uses and its end.
import * as LIMITS from "../../protocol/limits.ts";
import type { Platform, Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { INVITATION_TABLES } from "./moderation-tables.ts";
import type { RoomTime } from "./room-time.ts";

/** A code that opens the room, by its hash. */
export interface Invitation {
  readonly hash: string;
  /** How many users may still come by it. */
  readonly uses: number;
  /** When it ends, ms since 1970 by the room's time. */
  readonly until: number;
}

export class Invitations {
  readonly #platform: Pick<Platform, "hash">;
  readonly #sql: Sql;
  readonly #room: string;
  readonly #time: RoomTime;
  readonly #schema: Schema;
  /** By hash; null: not read yet. */
  #known: Map<string, Invitation> | null = null;
  /** None ends before this time, ms since 1970. */
  #nextEnd = 0;

  /** Only reads. */
  constructor(
    platform: Pick<Platform, "hash" | "sql">,
    room: string,
    tables: StoredTables,
    time: RoomTime,
  ) {
    const { sql } = platform;
    this.#platform = platform;
    this.#sql = sql;
    this.#room = room;
    this.#time = time;
    this.#schema = new Schema({
      ...{ sql, part: "invitations", migrations: INVITATION_TABLES, tables },
      unrecorded: unrecorded("invitation", INVITATION_TABLES),
    });
  }

  /** @returns the invitation of a code; null: it is wrong, used up, or has ended */
  find(code: string, now: number): Invitation | null {
    if (!this.#schema.exists) return null;
    return this.#open(now).get(this.#hash(code)) ?? null;
  }

  /** The room invites somebody: most rooms ask no more than this. */
  get exist(): boolean {
    return this.#schema.exists && this.#all().size > 0;
  }

  /** Notes that time has come so far, also if it goes back later. */
  dropEnded(now: number): void {
    this.#open(now);
  }

  /** May there be one more? */
  hasPlace(now: number): boolean {
    return this.#open(now).size < LIMITS.invitesMax;
  }

  isEmpty(now: number): boolean {
    return this.#open(now).size === 0;
  }

  /** Stores an invitation, in the place of one with the same code. */
  add(code: string, uses: number, until: number): void {
    this.#schema.create();
    this.#store({ hash: this.#hash(code), uses, until });
  }

  /** One user fewer may come by it. */
  spend(invitation: Invitation): void {
    const uses = invitation.uses - 1;
    if (uses > 0) this.#store({ ...invitation, uses });
    else this.end(invitation);
  }

  end({ hash }: Invitation): void {
    if (!this.#all().delete(hash)) return;
    this.#sql.exec(
      "DELETE FROM invitation WHERE room = ? AND hash = ?",
      ...[this.#room, hash],
    );
  }

  endAll(): void {
    if (!this.#schema.exists) return;
    this.#all().clear();
    this.#sql.exec("DELETE FROM invitation WHERE room = ?", this.#room);
  }

  #store(invitation: Invitation): void {
    const { hash, uses, until } = invitation;
    this.#sql.exec(
      "INSERT OR REPLACE INTO invitation VALUES (?, ?, ?, ?)",
      ...[this.#room, hash, uses, until],
    );
    this.#all().set(hash, invitation);
    this.#nextEnd = Math.min(this.#nextEnd, until);
  }

  /** One that was seen to end does not come back with an earlier clock. */
  #open(now: number): Map<string, Invitation> {
    const all = this.#all();
    if (all.size === 0) return all;
    const time = this.#time.at(now);
    if (time < this.#nextEnd) return all;
    this.#nextEnd = Infinity;
    for (const one of [...all.values()])
      if (one.until <= time) this.end(one);
      else this.#nextEnd = Math.min(this.#nextEnd, one.until);
    return all;
  }

  #all(): Map<string, Invitation> {
    this.#known ??= new Map(
      this.#rows().map(({ hash, uses, until }) => [
        `${hash}`,
        { hash: `${hash}`, uses: Number(uses), until: Number(until) },
      ]),
    );
    return this.#known;
  }

  #rows() {
    if (!this.#schema.exists) return [];
    return this.#sql.exec(
      "SELECT hash, uses, until FROM invitation WHERE room = ?",
      this.#room,
    );
  }

  /** No secret has blanks, so no identity has this hash. */
  #hash(code: string): string {
    return this.#platform.hash(`invite ${code}`);
  }
}
