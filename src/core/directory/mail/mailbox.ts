// Mailbox: the private messages that a user received and sent are numbered, and stored until there are too many or they are too old.
import * as LIMITS from "../../../protocol/limits.ts";
import { nameKey } from "../../../protocol/name-key.ts";
import { chunksOf } from "../../shared/chunks.ts";
import type { Sql } from "../../shared/contract.ts";
import { DAY_MS } from "../../shared/deadline.ts";
import { ERASED_NAME } from "../../shared/erase-requests.ts";
import { publicId } from "../../shared/identity.ts";
import type {
  CopySource,
  PrivateMessageRecord,
} from "../../shared/mail-records.ts";
import { Schema, StoredTables, unrecorded } from "../../shared/schema.ts";
import { MAIL_TABLES } from "../directory-tables.ts";
import { CopyMarks } from "./copy-marks.ts";
import {
  copyDedupeKey,
  DROPPED_IDS_MAX,
  type Dropped,
  dedupeKey,
  dedupeKeyOf,
  newestDropped,
  readMailRow,
  type StoredMail,
  sizeOf,
} from "./stored-mail.ts";

/**
 * A mailbox has at most so many bytes: a join may have to send all of it at
 * once.
 */
const SIZE_MAX = LIMITS.unreadBytesMax / 2;

const INSERT = "INSERT INTO mail VALUES (?, ?, ?, ?, ?)";
/**
 * The rows are JSON, since a statement takes at most 100 values on Cloudflare.
 */
const INSERT_MANY =
  "INSERT INTO mail SELECT ?1, value->>0, value->>1, value->>2, value->>3 FROM json_each(?2)";

export class Mailbox {
  readonly #sql: Sql;
  readonly #key: string;
  /** All mail, oldest first; it is read on first use. */
  #all: Map<number, StoredMail> | null = null;
  /** Numbers of mail by dedupe key. */
  readonly #byId = new Map<string, number>();
  #size = 0;
  #head: number | null = null;
  /** Of the stored mail, while it is not read; undefined: not known. */
  #oldestAt: number | null | undefined;
  /** Each row that is written later has it, so the newest row does. */
  #dropped: Dropped | null = null;
  #copyMarks: CopyMarks | null = null;
  /** Mail that is not stored yet. */
  readonly #unwritten: StoredMail[] = [];

  /** Is called with the number of mail that is dropped. */
  readonly #onDropped: (mail: number) => void;

  readonly #tables: StoredTables;
  /** The table is made for the first message. */
  readonly #schema: Schema;

  constructor(
    sql: Sql,
    key: string,
    dropped: (mail: number) => void = () => undefined,
    tables = new StoredTables(sql),
  ) {
    this.#sql = sql;
    this.#key = key;
    this.#tables = tables;
    this.#schema = new Schema({
      ...{ sql, part: "mail", migrations: MAIL_TABLES, tables },
      unrecorded: unrecorded("mail", MAIL_TABLES),
    });
    this.#onDropped = dropped;
  }

  /** The number of the newest mail; 0 if there is none. */
  get head(): number {
    if (this.#head === null) {
      const [newest] = this.#select(
        "SELECT mail FROM mail WHERE key = ? ORDER BY mail DESC LIMIT 1",
      );
      this.#head = Number(newest?.mail ?? 0);
    }
    return this.#head;
  }

  /** When the oldest mail was written, ms since 1970; null: there is none. */
  get oldestAt(): number | null {
    if (this.#all !== null) {
      const [oldest] = this.#all.values();
      return oldest?.message.at ?? null;
    }
    if (this.#oldestAt === undefined) {
      const [row] = this.#select(
        "SELECT letter ->> '$.at' AS at FROM mail WHERE key = ? ORDER BY mail LIMIT 1",
      );
      this.#oldestAt = row === undefined ? null : Number(row.at);
    }
    return this.#oldestAt;
  }

  /** Drops the oldest mail, while it is from before a time. @returns how much */
  dropBefore(at: number): number {
    const all = this.#read();
    const before = all.size;
    for (const stored of all.values()) {
      if (stored.message.at >= at) break;
      this.#drop(stored);
    }
    return before - all.size;
  }

  /** @returns the message with the same sender and id, if it came before */
  find(message: PrivateMessageRecord): StoredMail | undefined {
    return this.#findByKey(dedupeKey(message));
  }

  /** @returns the copy of a message that the owner sent, if it came before */
  findCopy(message: PrivateMessageRecord): StoredMail | undefined {
    return this.#findByKey(copyDedupeKey(message));
  }

  /** Was this copy here before? It may have been dropped since. */
  hadCopy(source: CopySource): boolean {
    this.#read();
    return this.#marks.has(source);
  }

  /** May this message have been here before, and been dropped since? */
  mayHaveDropped({ at, id }: PrivateMessageRecord): boolean {
    this.#read();
    if (this.#dropped === null || at > this.#dropped.at) return false;
    const { ids } = this.#dropped;
    const isKnown = ids.includes(id) || ids.length >= DROPPED_IDS_MAX;
    return at < this.#dropped.at || isKnown;
  }

  /** @returns mail after a number, ascending */
  after(mail: number): StoredMail[] {
    if (mail >= this.head) return [];
    return [...this.#read().values()].filter((stored) => stored.mail > mail);
  }

  /** Adds mail; `write` stores it. */
  add(stored: StoredMail): void {
    this.#remember(stored);
    this.#head = stored.mail;
    this.#unwritten.push(stored);
  }

  /** Stores the mail that was added, by one statement. */
  write(): void {
    const [only, ...others] = this.#unwritten;
    if (only === undefined) return;
    this.#schema.create();
    if (others.length === 0)
      this.#sql.exec(INSERT, this.#key, ...this.#rowOf(only));
    else {
      const rows = this.#unwritten.map((one) =>
        JSON.stringify(this.#rowOf(one)),
      );
      for (const { from, to } of chunksOf(rows)) {
        const some = `[${rows.slice(from, to).join()}]`;
        this.#sql.exec(INSERT_MANY, this.#key, some);
      }
    }
    this.#unwritten.length = 0;
  }

  /**
   * Makes room for one more message: drops mail that is too old. If the mailbox is
   * full, it also drops the oldest mail that was received, or that is a copy.
   *
   * @param received all mail up to this number has reached a connection
   * @returns false if the mailbox is still full
   */
  makeRoom(
    limits: { messages: number; days: number },
    received: number,
    now: number,
  ): boolean {
    const all = this.#read();
    for (const stored of all.values()) {
      const isOld = stored.message.at < now - limits.days * DAY_MS;
      const isFull = all.size >= limits.messages || this.#size >= SIZE_MAX;
      if (!isOld && !isFull) break;
      const mayGo = stored.mail <= received || stored.fromKey === null;
      if (isOld || mayGo) this.#drop(stored);
    }
    return all.size < limits.messages && this.#size < SIZE_MAX;
  }

  /** @returns keys of all names that the mail names, as senders or addressees */
  correspondents(): string[] {
    const keys = new Set(this.#marks.sources());
    for (const { message, fromKey, source } of this.#read().values())
      keys.add(fromKey ?? source?.key ?? nameKey(message.to));
    keys.delete(this.#key);
    return [...keys];
  }

  /**
   * A user is erased. The user's letters go. The owner's copies of letters to the
   * user stay, and name nobody.
   *
   * @param user the public id
   * @param names keys of names that the user had, each with the time from which
   * letters to it are to somebody else, ms since 1970
   * @returns true if anything was of the user, or to the user
   */
  forget(user: string, names: ReadonlyMap<string, number>): boolean {
    this.write();
    let hasChanged = false;
    for (const stored of [...this.#read().values()]) {
      const { mail, message, fromKey, source } = stored;
      const isFrom = fromKey !== null && publicId(message.identity) === user;
      const end = names.get(source?.key ?? nameKey(message.to)) ?? -Infinity;
      const isTo = fromKey === null && message.at < end;
      if (isFrom) this.#drop(stored);
      else if (isTo)
        this.#rewrite({
          ...{ mail, fromKey, origin: stored.origin },
          message: { ...message, to: ERASED_NAME },
        });
      hasChanged ||= isFrom || isTo;
    }
    return this.#marks.forget(names) || hasChanged;
  }

  #rewrite(stored: StoredMail): void {
    this.#read().set(stored.mail, stored);
    this.#sql.exec(
      "UPDATE mail SET letter = ? WHERE key = ? AND mail = ?",
      ...[this.#bodyOf(stored), this.#key, stored.mail],
    );
  }

  /** Empties the mailbox: the claim has begun or ended. */
  clear(): void {
    if (this.#schema.exists)
      this.#sql.exec("DELETE FROM mail WHERE key = ?", this.#key);
    this.#unwritten.length = 0;
    this.#all = new Map();
    this.#byId.clear();
    this.#size = 0;
    this.#head = 0;
    this.#dropped = null;
    // Only a mailbox that has had mail has marks.
    if (this.#copyMarks !== null || this.#schema.exists) this.#marks.clear();
  }

  get #marks(): CopyMarks {
    this.#copyMarks ??= new CopyMarks(this.#sql, this.#key, this.#tables);
    return this.#copyMarks;
  }

  #rowOf(stored: StoredMail): [number, string, string | null, string] {
    const { mail, fromKey, origin } = stored;
    return [mail, this.#bodyOf(stored), fromKey, origin];
  }

  #bodyOf({ message, source }: StoredMail): string {
    const dropped = this.#dropped;
    return JSON.stringify({
      ...message,
      ...(source !== undefined && { source }),
      ...(dropped !== null && { dropped }),
    });
  }

  #findByKey(name: string): StoredMail | undefined {
    const all = this.#read();
    const mail = this.#byId.get(name);
    return mail === undefined ? undefined : all.get(mail);
  }

  #drop(stored: StoredMail): void {
    const { mail, message, fromKey, source } = stored;
    this.write();
    if (source !== undefined) this.#marks.keep(source, message.at);
    if (fromKey !== null) this.#dropped = newestDropped(this.#dropped, message);
    this.#read().delete(mail);
    this.#byId.delete(dedupeKeyOf(stored));
    this.#size -= sizeOf(message);
    this.#onDropped(mail);
    this.#sql.exec(
      "DELETE FROM mail WHERE key = ? AND mail = ?",
      this.#key,
      mail,
    );
  }

  /** Runs a query of the name's mail, if there may be any. */
  #select(query: string): ReturnType<Sql["exec"]> {
    return this.#schema.exists ? this.#sql.exec(query, this.#key) : [];
  }

  #read(): Map<number, StoredMail> {
    if (this.#all === null) {
      this.#all = new Map();
      const rows = this.#select(
        "SELECT mail, letter, from_key, origin FROM mail WHERE key = ? ORDER BY mail",
      );
      for (const row of rows) {
        const { stored, dropped } = readMailRow(row);
        this.#dropped = dropped ?? this.#dropped;
        this.#remember(stored);
      }
    }
    return this.#all;
  }

  #remember(stored: StoredMail): void {
    this.#read().set(stored.mail, stored);
    this.#byId.set(dedupeKeyOf(stored), stored.mail);
    this.#size += sizeOf(stored.message);
    if (stored.source !== undefined) this.#marks.note(stored.source);
  }
}
