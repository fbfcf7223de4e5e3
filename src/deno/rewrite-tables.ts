// Rewrite tables: copies all tables of a database, so that nothing is left of the rows that were deleted before.
import type { Sql } from "../core/shared/contract.ts";

/** The name of a table while it is copied. No table of ours begins so. */
const COPIED = "cleaning_";
/** The pages that are free are filled in steps of so many bytes. */
const FILL_BYTES = 64 * 1024 * 1024;

/**
 * VACUUM would do the same, but it attaches a second database, which Deno only
 * allows to a process that may read and write every file.
 *
 * @param sql a database with `secure_delete`, outside of a transaction
 */
export function rewriteTables(
  sql: Sql & { readonly isInTransaction: boolean },
): void {
  const made = sql.exec(
    "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
  );
  if (made.length === 0) return;
  sql.exec("BEGIN IMMEDIATE");
  try {
    for (const { name, sql: statement } of made.filter(isTable)) {
      sql.exec(`ALTER TABLE "${name}" RENAME TO "${COPIED}${name}"`);
      sql.exec(`${statement}`);
      sql.exec(`INSERT INTO "${name}" SELECT * FROM "${COPIED}${name}"`);
      // With `secure_delete` its pages are overwritten.
      sql.exec(`DROP TABLE "${COPIED}${name}"`);
    }
    // Indexes go with their tables.
    for (const one of made) if (!isTable(one)) sql.exec(`${one.sql}`);
    fillFreePages(sql);
    sql.exec("COMMIT");
  } catch (error) {
    // SQLite has done so already if, for example, the disk is full.
    if (sql.isInTransaction) sql.exec("ROLLBACK");
    throw error;
  }
}

function isTable({ type }: Readonly<Record<string, unknown>>): boolean {
  return type === "table";
}

/** Pages that were free before still have what they had. */
function fillFreePages(sql: Sql): void {
  const [{ bytes } = {}] = sql.exec(
    "SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size",
  );
  sql.exec(`CREATE TABLE ${COPIED} (body BLOB)`);
  for (let left = Number(bytes); left > 0; left -= FILL_BYTES)
    sql.exec(
      `INSERT INTO ${COPIED} VALUES (zeroblob(?))`,
      Math.min(left, FILL_BYTES),
    );
  sql.exec(`DROP TABLE ${COPIED}`);
}
