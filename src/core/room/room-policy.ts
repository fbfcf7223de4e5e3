// Room policy: a room stores the rules that its moderators have set: slow mode, a lock, and the users who may enter.
import * as v from "valibot";
import {
  ACCESS_LEVELS,
  type AccessLevel,
} from "../../protocol/access-levels.ts";
import type { Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { POLICY_TABLES } from "./moderation-tables.ts";

/** Stored as JSON, to which later releases add fields. */
const policySchema = v.object({
  slow: v.optional(v.number(), 0),
  isLocked: v.optional(v.boolean(), false),
  isClosed: v.optional(v.boolean(), false),
  // A newer release may have levels that this one does not know.
  access: v.fallback(v.optional(v.picklist(ACCESS_LEVELS), "open"), "members"),
});

export interface Policy {
  /** Seconds between two messages of one user; 0: no limit. */
  readonly slow: number;
  /** Only moderators speak. */
  readonly isLocked: boolean;
  /** The users who may enter. */
  readonly access: AccessLevel;
  /** The operator lets nobody in. */
  readonly isClosed: boolean;
}

const OPEN: Policy = {
  ...{ slow: 0, isLocked: false, access: "open", isClosed: false },
};

export class RoomPolicy {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  #policy: Policy = OPEN;
  #isOpen = true;
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

  /** Everybody inside may speak: most rooms ask no more than this. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get access(): AccessLevel {
    return this.#policy.access;
  }

  get slow(): number {
    return this.#policy.slow;
  }

  get isLocked(): boolean {
    return this.#policy.isLocked;
  }

  get isClosed(): boolean {
    return this.#policy.isClosed;
  }

  /** Everybody may enter. */
  get admitsAll(): boolean {
    return this.access === "open" && !this.isClosed;
  }

  /** Stores other rules in the place of those. */
  change(changes: Partial<Policy>): void {
    this.#stored = { ...this.#stored, ...changes };
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO room_policy VALUES (?, ?)",
      this.#room,
      JSON.stringify(this.#stored),
    );
    this.#read();
  }

  #read(): void {
    this.#policy = parsePolicy(this.#stored);
    this.#isOpen = this.slow === 0 && !this.isLocked;
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

/** @throws Error if these are no rules */
export function parsePolicy(stored: unknown): Policy {
  return v.parse(policySchema, stored);
}
