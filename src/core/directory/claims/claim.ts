// Whose name it is: one name's claim, as stored.
import * as v from "valibot";
import { NAME_KEY_VERSION } from "../../../protocol/names.ts";
import type { Sql } from "../../shared/contract.ts";
import { DIRECTORY_TABLES, Schema } from "../../shared/schema.ts";
import {
  type ClaimStatus,
  parseClaimStatus,
  serializeClaimStatus,
} from "./claim-status.ts";

export interface Claim {
  readonly identity: string;
  /** The spelling that is shown. */
  readonly username: string;
  /** The rooms they are in, each with the version of its newest enter. */
  readonly rooms: Map<string, number>;
  /** When the claim ends, ms since 1970; null while they are in a room. */
  freeAt: number | null;
  /** When the alarm was last asked for, ms since 1970. */
  alarmAt: number | null;
  /** When it began, ms since 1970: tells the mail of claims apart. */
  readonly epoch: number;
  /** Number of the newest mail. */
  head: number;
  /** All mail up to this number has reached a socket of theirs. */
  had: number;
  /** All mail up to this number is in its sender's mail too. */
  copied: number;
  /** Every room has answered to all mail up to this number. */
  settled: number;
  status: ClaimStatus;
}

const stored = v.object({
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
/** Pairs: as an object's key, a room called "constructor" would be lost. */
const rooms = v.array(v.tuple([v.string(), v.number()]));

export class Claims {
  readonly #sql: Sql;
  readonly #key: string;
  readonly #schema: Schema;

  constructor(sql: Sql, key: string) {
    this.#sql = sql;
    this.#key = key;
    this.#schema = new Schema(sql, "directory", DIRECTORY_TABLES);
  }

  /** Reads only. */
  load(): Claim | null {
    if (!this.#schema.exists) return null;
    const [row] = this.#sql.exec(
      "SELECT * FROM claim WHERE key = ?",
      this.#key,
    );
    if (row === undefined) return null;
    const claim = v.parse(stored, row);
    return {
      identity: claim.identity,
      username: claim.username,
      rooms: new Map(v.parse(rooms, JSON.parse(claim.rooms))),
      freeAt: claim.free_at,
      alarmAt: claim.alarm_at,
      epoch: claim.epoch,
      head: claim.head,
      had: claim.had,
      copied: claim.copied,
      settled: claim.settled,
      status: parseClaimStatus(claim.standing),
    };
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
      claim.freeAt,
      claim.alarmAt,
      claim.epoch,
      claim.head,
      claim.had,
      claim.copied,
      serializeClaimStatus(claim.status),
      claim.settled,
    );
  }

  /** Ends the claim, and the mail with it. */
  drop(): void {
    if (!this.#schema.exists) return;
    this.#sql.exec("DELETE FROM claim WHERE key = ?", this.#key);
    this.#sql.exec("DELETE FROM mail WHERE key = ?", this.#key);
  }
}
