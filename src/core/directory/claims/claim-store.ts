// Claim store: the claim on one name is a row in the database.
import * as v from "valibot";
import { NAME_KEY_VERSION } from "../../../protocol/name-key.ts";
import type { Sql } from "../../shared/contract.ts";
import { Schema, type StoredTables } from "../../shared/schema.ts";
import { CLAIM_TABLE, DIRECTORY_TABLES } from "../directory-tables.ts";
import { Visits } from "../visits.ts";
import type { Claim } from "./claim.ts";
import { parseClaimStatus, serializeClaimStatus } from "./claim-status.ts";

const RowSchema = v.object({
  identity: v.string(),
  username: v.string(),
  rooms: v.string(),
  free_at: v.nullable(v.number()),
  alarm_at: v.nullable(v.number()),
  epoch: v.number(),
  head: v.number(),
  had: v.number(),
  copied: v.number(),
  settled: v.number(),
  standing: v.string(),
});
/** Pairs: in an object, a room with the name "constructor" would be lost. */
const RoomsSchema = v.array(v.tuple([v.string(), v.number()]));

export class ClaimStore {
  readonly #sql: Sql;
  readonly #key: string;
  readonly #schema: Schema;

  constructor(sql: Sql, key: string, tables?: StoredTables) {
    this.#sql = sql;
    this.#key = key;
    this.#schema = new Schema({
      ...{ sql, part: "directory", migrations: DIRECTORY_TABLES },
      unrecorded: CLAIM_TABLE,
      ...(tables !== undefined && { tables }),
    });
  }

  /** Reads the claim, and writes nothing. */
  load(): Claim | null {
    if (!this.#schema.exists) return null;
    const [row] = this.#sql.exec(
      "SELECT * FROM claim WHERE key = ?",
      this.#key,
    );
    return row === undefined ? null : parseClaimRow(row);
  }

  save(claim: Claim): void {
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      this.#key,
      NAME_KEY_VERSION,
      claim.identity,
      claim.username,
      JSON.stringify([...claim.rooms]),
      claim.expiresAt,
      claim.alarmAt,
      claim.epoch,
      claim.head,
      claim.received,
      claim.copied,
      serializeClaimStatus(claim.status, claim.visits.toJson()),
      claim.settled,
    );
  }

  drop(): void {
    if (this.#schema.exists)
      this.#sql.exec("DELETE FROM claim WHERE key = ?", this.#key);
  }
}

/** @throws Error if it is no row of the table */
export function parseClaimRow(row: unknown): Claim {
  const claim = v.parse(RowSchema, row);
  return {
    identity: claim.identity,
    username: claim.username,
    rooms: new Map(v.parse(RoomsSchema, JSON.parse(claim.rooms))),
    expiresAt: claim.free_at,
    alarmAt: claim.alarm_at,
    epoch: claim.epoch,
    head: claim.head,
    received: claim.had,
    copied: claim.copied,
    settled: claim.settled,
    status: parseClaimStatus(claim.standing),
    visits: Visits.parse(claim.standing),
  };
}
