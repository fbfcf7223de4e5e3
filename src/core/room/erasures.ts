// Erasures: a room keeps the numbers of the messages that were deleted, so that an import of an older log brings none of them back.
import type { Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { ERASURE_TABLES } from "./room-tables.ts";

/** Messages in one row: one bit each. */
const CHUNK = 1024;

/** The log of an epoch was imported: up to `seq` it is that of `parent`. */
interface Origin {
  readonly parent: string;
  readonly seq: number;
}

export class Erasures {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;

  /** Only reads. */
  constructor(sql: Sql, room: string, tables?: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "erasures", migrations: ERASURE_TABLES },
      unrecorded: unrecorded("erasure", ERASURE_TABLES),
      ...(tables !== undefined && { tables }),
    });
  }

  /** Notes that a message is erased: one row. */
  add(epoch: string, seq: number): void {
    this.addAll(epoch, [seq]);
  }

  /** Notes that messages are erased: one row for 1,024 numbers. */
  addAll(epoch: string, seqs: readonly number[]): void {
    const rows = new Map<
      string,
      { first: string; chunk: number; bits: bigint }
    >();
    for (const seq of seqs) {
      const first = this.#firstEpoch(epoch, seq);
      const chunk = Math.floor(seq / CHUNK);
      const key = `${chunk} ${first}`;
      const { bits } = rows.get(key) ?? { bits: this.#bits(first, chunk) };
      rows.set(key, { first, chunk, bits: bits | bitOf(seq) });
    }
    this.#schema.create();
    for (const { first, chunk, bits } of rows.values())
      this.#sql.exec(
        "INSERT OR REPLACE INTO erasure VALUES (?, ?, ?, ?)",
        ...[this.#room, first, chunk, bits.toString(16)],
      );
  }

  /**
   * Notes that the log of an epoch up to a seq is that of another epoch.
   *
   * @param parent null: it is not known which epoch that was
   */
  imported(epoch: string, parent: string | null, seq: number): void {
    this.#schema.create();
    this.#sql.exec(
      "INSERT INTO log_origin VALUES (?, ?, ?, ?)",
      ...[this.#room, epoch, parent ?? epoch, seq],
    );
  }

  /** @returns up to which seq the log of an epoch was imported; 0: it was not */
  importedTo(epoch: string): number {
    if (!this.#schema.exists) return 0;
    const [row] = this.#sql.exec(
      "SELECT seq FROM log_origin WHERE room = ? AND epoch = ?",
      ...[this.#room, epoch],
    );
    return Number(row?.seq ?? 0);
  }

  /** @returns from which epoch the log of an epoch was imported; null: from none */
  parentOf(epoch: string): string | null {
    return this.#schema.exists ? (this.#originOf(epoch)?.parent ?? null) : null;
  }

  /** @returns the erased messages of a log, from one seq to another, ascending */
  between(epoch: string, from: number, to: number): number[] {
    if (!this.#schema.exists) return [];
    const found: number[] = [];
    // Each epoch has its part of the numbers: the oldest one the lowest.
    let [upTo, name]: [number, string | null] = [to, epoch];
    const visited = new Set<string>();
    while (name !== null && !visited.has(name)) {
      visited.add(name);
      const origin = this.#originOf(name);
      const above = origin?.seq ?? 0;
      found.push(...this.#seqs(name, Math.max(from, above + 1), upTo));
      upTo = Math.min(upTo, above);
      name = origin?.parent ?? null;
    }
    return found.sort((one, other) => one - other);
  }

  /** @returns the epoch in which a message was written */
  #firstEpoch(epoch: string, seq: number): string {
    if (!this.#schema.exists) return epoch;
    let name = epoch;
    const visited = new Set<string>();
    while (!visited.has(name)) {
      visited.add(name);
      const origin = this.#originOf(name);
      if (origin === null || seq > origin.seq) break;
      name = origin.parent;
    }
    return name;
  }

  #originOf(epoch: string): Origin | null {
    const [row] = this.#sql.exec(
      "SELECT parent, seq FROM log_origin WHERE room = ? AND epoch = ?",
      ...[this.#room, epoch],
    );
    // One that names itself comes from an epoch that is not known.
    return row === undefined || row.parent === epoch
      ? null
      : { parent: `${row.parent}`, seq: Number(row.seq) };
  }

  #bits(epoch: string, chunk: number): bigint {
    if (!this.#schema.exists) return 0n;
    const [row] = this.#sql.exec(
      "SELECT bits FROM erasure WHERE room = ? AND epoch = ? AND chunk = ?",
      ...[this.#room, epoch, chunk],
    );
    return row === undefined ? 0n : BigInt(`0x${row.bits}`);
  }

  #seqs(epoch: string, from: number, to: number): number[] {
    if (from > to) return [];
    const rows = this.#sql.exec(
      "SELECT chunk, bits FROM erasure WHERE room = ? AND epoch = ? AND chunk >= ? AND chunk <= ?",
      ...[this.#room, epoch, Math.floor(from / CHUNK), Math.floor(to / CHUNK)],
    );
    return rows.flatMap(({ chunk, bits }) => {
      const first = Number(chunk) * CHUNK;
      const all = BigInt(`0x${bits}`);
      return Array.from({ length: CHUNK }, (_, i) => first + i).filter(
        (seq) => seq >= from && seq <= to && (all & bitOf(seq)) !== 0n,
      );
    });
  }
}

function bitOf(seq: number): bigint {
  return 1n << BigInt(seq % CHUNK);
}
