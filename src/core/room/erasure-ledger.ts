// Erasure ledger: the numbers of all deleted messages of a file with many rooms are written as lines, which an older copy of the file can take in.
import * as v from "valibot";
import type { Sql } from "../shared/contract.ts";
import { hasTable } from "../shared/schema.ts";
import { ERASURE_TABLES } from "./room-tables.ts";

/** Increased when older releases could misread a ledger. */
const VERSION = 1;

const HeaderSchema = v.object({
  type: v.literal("erasures"),
  version: v.literal(VERSION),
});
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Rows of the tables `erasure` and `log_origin`. */
const ErasureSchema = v.object({
  room: v.string(),
  epoch: v.string(),
  chunk: count,
  bits: v.pipe(v.string(), v.regex(/^[0-9a-f]{1,256}$/)),
});
const OriginSchema = v.object({
  room: v.string(),
  epoch: v.string(),
  parent: v.string(),
  seq: count,
});
const LineSchema = v.union([ErasureSchema, OriginSchema]);

/** A line is not one of a ledger. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
}

/** @returns the lines, of which each is JSON */
export function writeLedger(sql: Sql): string[] {
  const header = JSON.stringify({ type: "erasures", version: VERSION });
  if (!hasTable(sql, "erasure")) return [header];
  const origins = sql.exec("SELECT room, epoch, parent, seq FROM log_origin");
  const erasures = sql.exec("SELECT room, epoch, chunk, bits FROM erasure");
  return [
    header,
    ...[...origins, ...erasures].map((row) => JSON.stringify(row)),
  ];
}

/**
 * Adds a ledger to the tables. What they have already stays.
 *
 * @returns the rooms of the ledger
 * @throws LedgerError with the number of a line that is wrong
 */
export function readLedger(sql: Sql, lines: readonly string[]): Set<string> {
  const [header = "", ...rows] = lines;
  parse(HeaderSchema, header, 1);
  for (const statements of ERASURE_TABLES)
    for (const statement of statements) sql.exec(statement);
  const rooms = new Set<string>();
  for (const [i, line] of rows.entries()) {
    const row = parse(LineSchema, line, i + 2);
    rooms.add(row.room);
    if ("parent" in row)
      sql.exec(
        "INSERT OR IGNORE INTO log_origin VALUES (?, ?, ?, ?)",
        ...[row.room, row.epoch, row.parent, row.seq],
      );
    else addBits(sql, row);
  }
  return rooms;
}

function addBits(sql: Sql, row: v.InferOutput<typeof ErasureSchema>): void {
  const key = [row.room, row.epoch, row.chunk];
  const [known] = sql.exec(
    "SELECT bits FROM erasure WHERE room = ? AND epoch = ? AND chunk = ?",
    ...key,
  );
  const bits = BigInt(`0x${row.bits}`) | BigInt(`0x${known?.bits ?? 0}`);
  sql.exec(
    "INSERT OR REPLACE INTO erasure VALUES (?, ?, ?, ?)",
    ...[...key, bits.toString(16)],
  );
}

function parse<T extends v.GenericSchema>(
  schema: T,
  line: string,
  number: number,
): v.InferOutput<T> {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), line);
  if (read.success) return read.output;
  throw new LedgerError(`Line ${number} is not one of a list of erasures.`);
}
