// Room policy: a room stores the rules that its moderators have set: slow mode, and a lock.
import * as v from "valibot";
import type { Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { POLICY_TABLES } from "./moderation-tables.ts";

/** Stored as JSON, to which later releases add fields. */
const policySchema = v.object({
  slow: v.optional(v.number(), 0),
  isLocked: v.optional(v.boolean(), false),
});

export interface Policy {
  /** Seconds between two messages of one user; 0: no limit. */
  readonly slow: number;
  /** Only moderators speak. */
  readonly isLocked: boolean;
}

const OPEN: Policy = { slow: 0, isLocked: false };

export class RoomPolicy {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  #policy: Policy = OPEN;
  /** Fields of a newer release, which stay as they are. */
  #stored: object = {};

  /** Only reads. */
  constructor(sql: Sql, room: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "room policies", migrations: POLICY_TABLES, tables },
      unrecorded: unrecorded("room_policy", POLICY_TABLES),
    });
    if (this.#schema.exists) this.#load();
  }

  /** No rule holds: most rooms ask no more than this. */
  get isOpen(): boolean {
    return this.#policy === OPEN;
  }

  get slow(): number {
    return this.#policy.slow;
  }

  get isLocked(): boolean {
    return this.#policy.isLocked;
  }

  /** Stores other rules in the place of those. */
  change(changes: Partial<Policy>): void {
    this.#stored = { ...this.#stored, ...this.#policy, ...changes };
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO room_policy VALUES (?, ?)",
      this.#room,
      JSON.stringify(this.#stored),
    );
    this.#read();
  }

  #read(): void {
    const { slow, isLocked } = v.parse(policySchema, this.#stored);
    this.#policy = slow > 0 || isLocked ? { slow, isLocked } : OPEN;
  }

  #load(): void {
    const [row] = this.#sql.exec(
      "SELECT policy FROM room_policy WHERE room = ?",
      this.#room,
    );
    if (row === undefined) return;
    this.#stored = JSON.parse(`${row.policy}`);
    this.#read();
  }
}
