// Copy watermarks: how far each addressee has copied the owner's own messages, also after the mailbox drops the copies.
import * as v from "valibot";
import type { Sql } from "../../shared/contract.ts";
import type { CopySource } from "../../shared/rpc.ts";
import { COPY_TABLES, Schema } from "../../shared/schema.ts";

const stored = v.object({
  source: v.string(),
  epoch: v.number(),
  mail: v.number(),
  at: v.number(),
});

/**
 * So many marks are stored for one name. A copy is only sent again while its
 * addressee has not noted that it arrived, which takes moments as a rule.
 */
const STORED_MAX = 1000;

interface Mark {
  /** All copies up to this number of the addressee's mail have arrived. */
  mail: number;
  /** The number that storage has; 0: none. The mailbox has the rest. */
  stored: number;
}

export class CopyMarks {
  readonly #sql: Sql;
  readonly #key: string;
  /** Its own table: it is made when a mailbox drops a copy for the first time. */
  readonly #schema: Schema;
  /** By addressee and claim; those stored longest come first. */
  readonly #marks = new Map<string, Mark>();
  #stored = 0;

  /** Reads what is stored for the name. */
  constructor(sql: Sql, key: string) {
    this.#sql = sql;
    this.#key = key;
    this.#schema = new Schema(sql, "copied", COPY_TABLES);
    if (!this.#schema.exists) return;
    const rows = sql.exec(
      "SELECT source, epoch, mail, at FROM copied WHERE key = ? ORDER BY at",
      key,
    );
    for (const row of rows) {
      const { source, epoch, mail } = v.parse(stored, row);
      this.#marks.set(nameOf({ key: source, epoch }), { mail, stored: mail });
    }
    this.#stored = rows.length;
  }

  /** Has this copy arrived before? Each addressee sends them in order. */
  has(source: CopySource): boolean {
    return (this.#marks.get(nameOf(source))?.mail ?? 0) >= source.mail;
  }

  /** The copy is in the mailbox. */
  note(source: CopySource): void {
    const name = nameOf(source);
    const mark = this.#marks.get(name);
    if (mark === undefined)
      this.#marks.set(name, { mail: source.mail, stored: 0 });
    else mark.mail = Math.max(mark.mail, source.mail);
  }

  /** The mailbox drops the copy, of a message of that time: ms since 1970. */
  keep(source: CopySource, at: number): void {
    const name = nameOf(source);
    const mark = this.#marks.get(name);
    // A newer copy in the mailbox, or in storage, says it too.
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

  /** Another owner, or none. */
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
