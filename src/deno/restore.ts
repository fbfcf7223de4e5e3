// Restore: a server that finds a backup in its data folder gives its rooms and names new epochs before it serves them.
import { join } from "node:path";
import { moveClaims, renewMarkers } from "../core/directory/restore-names.ts";
import { LedgerError, readLedger } from "../core/room/erasure-ledger.ts";
import { renewEpochs, repeatAllErasures } from "../core/room/restore-rooms.ts";
import { log } from "../hosting/log.ts";
import { backedUpAt, LEDGER_FILE, unmarkBackup } from "./backup-mark.ts";
import { random } from "./cryptography.ts";
import type { Database } from "./database.ts";
import { inTransaction } from "./in-transaction.ts";

/** Two restores of one backup move its claims by different times. */
const RANDOM_MS = 60_000;

/**
 * Turns a backup into the data of a server, in one transaction: after a crash the
 * next start does it. Any other database stays as it is.
 *
 * @param folder the data folder, which may have a list of erasures
 * @returns false if it is no backup
 * @throws LedgerError if a line of that list is wrong
 */
export function restoreBackup(
  database: Database,
  folder: string,
  now: number,
): boolean {
  const made = backedUpAt(database);
  if (made === null) return false;
  const ledger = join(folder, LEDGER_FILE);
  const lines = readLines(ledger);
  const byMs =
    Math.max(0, now - made) + 1 + Math.floor(Math.random() * RANDOM_MS);
  const counts = inTransaction(database, () => {
    const touched = lines === null ? [] : takeIn(database, lines);
    const erased = repeatAllErasures(database, touched);
    const rooms = renewEpochs(database, random);
    renewMarkers(database, rooms);
    const names = moveClaims(database, byMs);
    unmarkBackup(database);
    return { rooms: rooms.length, names, erased };
  });
  log({
    event: "backup restored",
    ...{ made: new Date(made).toISOString(), ...counts },
  });
  if (lines !== null) Deno.removeSync(ledger);
  return true;
}

function takeIn(database: Database, lines: readonly string[]): Set<string> {
  try {
    return readLedger(database, lines);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new LedgerError(`${LEDGER_FILE}: ${error.message}`);
  }
}

/** @returns null if there is no such file */
function readLines(path: string): string[] | null {
  try {
    return Deno.readTextFileSync(path).trimEnd().split(/\r?\n/);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
