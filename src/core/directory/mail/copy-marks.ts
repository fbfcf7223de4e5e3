// Copy marks: for each addressee, the newest copy of the owner's own messages has a mark, also after the mailbox drops the copy.
import * as v from "valibot";
import type { Sql } from "../../shared/contract.ts";
import type { CopySource } from "../../shared/mail-records.ts";
import { Schema, type StoredTables, unrecorded } from "../../shared/schema.ts";
import { COPY_TABLES } from "../directory-tables.ts";

const RowSchema = v.object({
  source: v.string(),
  epoch: v.number(),
  mail: v.number(),
  at: v.number(),
});

/**
 * At most so many marks of one name are stored. A mark is needed only until the
 * addressee knows that the copy has arrived, which takes a moment.
 */
const STORED_MAX = 1000;

interface Mark {
  /** All copies up to this number of the addressee's mail have arrived. */
  mail: number;
  /** The number that is stored; 0: none. The mailbox has newer copies. */
  stored: number;
}

export class CopyMarks {
  readonly #sql: Sql;
  readonly #key: string;
  /** The table is made when the mailbox first drops a copy. */
  readonly #schema: Schema;
  /** Marks by addressee and claim; those that are stored longest come first. */
  readonly #marks = new Map<string, Mark>();
  #stored = 0;

  /** Reads the marks of the name. */
  constructor(sql: Sql, key: string, tables?: StoredTables) {
    this.#sql = sql;
    this.#key = key;
    this.#schema = new Schema({
      ...{ sql, part: "copied", migrations: COPY_TABLES },
      unrecorded: unrecorded("copied", COPY_TABLES),
      ...(tables !== undefined && { tables }),
    });
    if (!this.#schema.exists) return;
    const rows = sql.exec(
      "SELECT source, epoch, mail, at FROM copied WHERE key = ? ORDER BY at",
      key,
    );
    for (const row of rows) {
      const { source, epoch, mail } = v.parse(RowSchema, row);
      this.#marks.set(nameOf({ key: source, epoch }), { mail, stored: mail });
    }
    this.#stored = rows.length;
  }

  /** Has this copy arrived before? Each addressee sends its copies in order. */
  has(source: CopySource): boolean {
    return (this.#marks.get(nameOf(source))?.mail ?? 0) >= source.mail;
  }

  /** The mailbox has the copy. */
  note(source: CopySource): void {
    const name = nameOf(source);
    const mark = this.#marks.get(name);
    if (mark === undefined)
      this.#marks.set(name, { mail: source.mail, stored: 0 });
    else mark.mail = Math.max(mark.mail, source.mail);
  }

  /**
   * The mailbox drops the copy.
   *
   * @param at the time of its message, ms since 1970
   */
  keep(source: CopySource, at: number): void {
    const name = nameOf(source);
    const mark = this.#marks.get(name);
    // A newer copy, in the mailbox or stored as a mark, says the same.
    if (mark === undefined || mark.mail > source.mail) return;
    if (mark.stored >= source.mail) return;
    if (mark.stored === 0 && ++this.#stored > STORED_MAX) this.#dropOldest();
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO copied VALUES (?, ?, ?, ?, ?)",
      this.#key,
      source.key,
      source.epoch,
      source.mail,
      at,
    );
    this.#marks.delete(name);
    this.#marks.set(name, { mail: source.mail, stored: source.mail });
  }

  /** @returns the keys of all addressees that have a mark */
  sources(): string[] {
    return [...this.#marks.keys()].map((name) => sourceOf(name).key);
  }

  /**
   * The claims on these names have ended: no copy comes from them any more.
   *
   * @returns true if there were marks of them
   */
  forget(keys: Pick<ReadonlySet<string>, "has">): boolean {
    const before = this.#marks.size;
    for (const [name, { stored }] of this.#marks) {
      const { key, epoch } = sourceOf(name);
      if (!keys.has(key)) continue;
      this.#marks.delete(name);
      if (stored === 0) continue;
      this.#stored--;
      this.#sql.exec(
        "DELETE FROM copied WHERE key = ? AND source = ? AND epoch = ?",
        ...[this.#key, key, epoch],
      );
    }
    return this.#marks.size < before;
  }

  /** The claim has begun or ended. */
  clear(): void {
    this.#marks.clear();
    this.#stored = 0;
    if (this.#schema.exists)
      this.#sql.exec("DELETE FROM copied WHERE key = ?", this.#key);
  }

  #dropOldest(): void {
    this.#stored--;
    for (const [name, mark] of this.#marks) {
      if (mark.stored === 0) continue;
      const { key, epoch } = sourceOf(name);
      this.#sql.exec(
        "DELETE FROM copied WHERE key = ? AND source = ? AND epoch = ?",
        this.#key,
        key,
        epoch,
      );
      if (mark.mail > mark.stored) mark.stored = 0;
      else this.#marks.delete(name);
      return;
    }
  }
}

function nameOf({ key, epoch }: Omit<CopySource, "mail">): string {
  return `${epoch} ${key}`;
}

function sourceOf(name: string): Omit<CopySource, "mail"> {
  const at = name.indexOf(" ");
  return { epoch: Number(name.slice(0, at)), key: name.slice(at + 1) };
}
