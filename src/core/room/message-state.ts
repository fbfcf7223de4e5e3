// Message state: a room stores the reactions and the replies that a message has now, beside the log.
import { byteLength } from "../shared/chunks.ts";
import type { Sql } from "../shared/contract.ts";
import { Schema, StoredTables, unrecorded } from "../shared/schema.ts";
import type { ReadBudget } from "./log-rows.ts";
import {
  decodeRecord,
  type EmojiRecord,
  emptyRecord,
  encodeRecord,
  hideReactor,
  type MessageRecord,
  removeReply,
} from "./message-record.ts";
import { MESSAGE_STATE_TABLES } from "./message-tables.ts";
import { type People, ReactorRows } from "./reactor-rows.ts";

/** Above this number of people an emoji of a message has a row of its own. */
const PEOPLE_INLINE_MAX = 50;
/** Rows that one query reads for a page: each may have tens of kilobytes. */
const ROWS_AT_ONCE = 4;
/** Records, and people in them, that stay in memory. */
const RECORDS_MAX = 64;
const PEOPLE_MAX = 20_000;
/** Rows that are looked through at once for a user. */
const FORGET_ROWS = 64;

export class MessageState {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  readonly #reactors: ReactorRows;
  /** Records that were read or written lately. */
  readonly #records = new Map<number, MessageRecord>();
  /** Public ids of users who are being erased: nobody reads of them. */
  #hidden: ReadonlySet<string> = new Set();

  constructor(sql: Sql, room: string, tables = new StoredTables(sql)) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "message state", tables },
      migrations: MESSAGE_STATE_TABLES,
      unrecorded: unrecorded("message_state", MESSAGE_STATE_TABLES),
    });
    this.#reactors = new ReactorRows(sql, room, tables);
  }

  /**
   * @returns the record of a message; null: it has none. It may be changed, and is
   *   stored by `save`.
   */
  find(seq: number): MessageRecord | null {
    const known = this.#records.get(seq);
    if (known !== undefined) return known;
    if (!this.#schema.exists) return null;
    const [row] = this.#sql.exec(
      "SELECT state FROM message_state WHERE room = ? AND seq = ?",
      this.#room,
      seq,
    );
    if (row === undefined) return null;
    const record = this.#decode(seq, String(row.state));
    this.#remember(record);
    return record;
  }

  /** The record of a message, new if it has none. */
  get(seq: number): MessageRecord {
    return this.find(seq) ?? emptyRecord(seq);
  }

  /** Reads who reacts with an emoji, if they are in a row of their own. */
  peopleOf({ seq }: MessageRecord, one: EmojiRecord): People {
    if (one.people === null) {
      one.people = this.#reactors.read(seq, one.emoji);
      for (const user of this.#hidden)
        if (one.people.delete(user)) one.count = one.people.size;
    }
    return one.people;
  }

  /** Hides users from all readers. What has changed has to be saved before. */
  hide(users: ReadonlySet<string>): void {
    this.#hidden = users;
    this.#records.clear();
  }

  /**
   * Takes a user who is hidden out of the records of the next messages.
   *
   * @param after the seq of the last message before them
   * @returns where the next part begins, or null, and the user's names
   */
  forgetUser(
    user: string,
    after: number,
  ): { readonly next: number | null; readonly names: readonly string[] } {
    if (!this.#schema.exists) return { next: null, names: [] };
    const rows = this.#sql.exec(
      `SELECT seq, CASE WHEN instr(state, ?) > 0 THEN state END AS state
      FROM message_state WHERE room = ? AND seq > ? ORDER BY seq LIMIT ${FORGET_ROWS}`,
      ...[JSON.stringify(user), this.#room, after],
    );
    const last = Number(rows.at(-1)?.seq ?? after);
    const rowsOfMany = this.#reactors.withUser(user, after, last);
    const names: string[] = [];
    for (const { seq, state } of rows) {
      const inMany = rowsOfMany.get(Number(seq)) ?? [];
      if (state === null && inMany.length === 0) continue;
      const stored = decodeRecord(Number(seq), `${state ?? "{}"}`);
      for (const { names: first } of stored.emoji)
        names.push(
          ...first.filter(([one]) => one === user).map(([, name]) => name),
        );
      // Both are read without the user.
      const record = this.get(Number(seq));
      this.save(
        record,
        record.emoji.filter(({ emoji }) => inMany.includes(emoji)),
      );
    }
    return { next: rows.length < FORGET_ROWS ? null : last, names };
  }

  /** Stores a record: one row, and one for each of these emoji that has its own. */
  save(record: MessageRecord, emoji: Iterable<EmojiRecord>): void {
    this.#schema.create();
    const { seq } = record;
    for (const one of emoji) {
      const people = this.peopleOf(record, one);
      if (one.isSeparate && people.size === 0) {
        this.#reactors.delete(seq, one.emoji);
        one.isSeparate = false;
      }
      one.isSeparate ||= people.size > PEOPLE_INLINE_MAX;
      if (one.isSeparate) this.#reactors.write(seq, one.emoji, people);
    }
    this.#sql.exec(
      "INSERT OR REPLACE INTO message_state VALUES (?, ?, ?)",
      this.#room,
      seq,
      encodeRecord(record),
    );
    this.#remember(record);
  }

  /**
   * Reads the records of the messages on a page, as far as the budget goes. The
   * first one is read in any case.
   *
   * @param seqs of the messages, in the order in which they matter
   * @returns the records by seq, and the seq of the first message whose record may
   *   not have been read, or null
   */
  readPage(
    seqs: readonly number[],
    budget: ReadBudget,
  ): { records: Map<number, MessageRecord>; cutAt: number | null } {
    const records = new Map<number, MessageRecord>();
    if (!this.#schema.exists) return { records, cutAt: null };
    let next = 0;
    while (next < seqs.length) {
      if (records.size > 0 && budget.isSpent)
        return { records, cutAt: seqs[next] ?? null };
      const limit = Math.max(1, Math.min(ROWS_AT_ONCE, budget.rows));
      const rows = this.#rowsOf(seqs.slice(next), limit);
      for (const row of rows) {
        const [seq, state] = [Number(row.seq), String(row.state)];
        budget.spend(1, byteLength(state));
        records.set(seq, this.#decode(seq, state));
        next = seqs.indexOf(seq) + 1;
      }
      if (rows.length < limit) break;
    }
    return { records, cutAt: null };
  }

  #rowsOf(seqs: readonly number[], limit: number) {
    const [first = 0, last = first] = [seqs[0], seqs.at(-1)];
    return this.#sql.exec(
      `SELECT seq, state FROM message_state WHERE room = ? AND seq BETWEEN ? AND ? AND seq IN (SELECT value FROM json_each(?)) ORDER BY seq ${first > last ? "DESC" : "ASC"} LIMIT ?`,
      this.#room,
      Math.min(first, last),
      Math.max(first, last),
      JSON.stringify(seqs),
      limit,
    );
  }

  /** @returns true if the user reacts with an emoji whose people have a row */
  isReactor(
    seq: number,
    emoji: string,
    user: string,
    budget: ReadBudget,
  ): boolean {
    return this.#reactors.has(seq, emoji, user, budget);
  }

  /**
   * A message has been erased: its reactions go, and its thread has a reply less.
   *
   * @param thread the first message of its thread, if it was a reply
   */
  erased(seq: number, thread: number | undefined): void {
    const record = this.find(seq);
    if (record !== null && record.emoji.length > 0) {
      if (record.emoji.some(({ isSeparate }) => isSeparate))
        this.#reactors.delete(seq);
      record.emoji.splice(0);
      if (record.replies !== null) this.save(record, []);
      else this.#delete(seq);
    }
    const root = thread === undefined ? null : this.find(thread);
    if (root === null || root.replies === null) return;
    removeReply(root);
    this.save(root, []);
  }

  /** Many messages have been erased: each record is written once. */
  erasedAll(
    messages: readonly {
      readonly seq: number;
      readonly thread?: number | undefined;
    }[],
  ): void {
    if (!this.#schema.exists) return;
    const stored = this.#storedOf(messages.map(({ seq }) => seq));
    for (const seq of stored) this.erased(seq, undefined);
    const replies = new Map<number, number>();
    for (const { thread } of messages)
      if (thread !== undefined)
        replies.set(thread, (replies.get(thread) ?? 0) + 1);
    for (const [thread, count] of replies) {
      const root = this.find(thread);
      if (root === null || root.replies === null) continue;
      removeReply(root, count);
      this.save(root, []);
    }
  }

  /** @returns those of the messages that have a record */
  #storedOf(seqs: readonly number[]): number[] {
    return this.#sql
      .exec(
        "SELECT seq FROM message_state WHERE room = ? AND seq BETWEEN ? AND ? AND seq IN (SELECT value FROM json_each(?))",
        ...[this.#room, Math.min(...seqs), Math.max(...seqs)],
        JSON.stringify(seqs),
      )
      .map(({ seq }) => Number(seq));
  }

  /** Drops the records of messages that are no longer stored. */
  trim(oldest: number): void {
    if (!this.#schema.exists) return;
    this.#sql.exec(
      "DELETE FROM message_state WHERE room = ? AND seq < ?",
      this.#room,
      oldest,
    );
    this.#reactors.trim(oldest);
    for (const seq of this.#records.keys())
      if (seq < oldest) this.#records.delete(seq);
  }

  /** Drops all records: the log has gone. */
  drop(): void {
    this.trim(Number.MAX_SAFE_INTEGER);
  }

  /** Replaces all records by those of another log. */
  replaceBy(other: MessageState): void {
    this.drop();
    if (!other.#schema.exists) return;
    this.#schema.create();
    this.#sql.exec(
      "UPDATE message_state SET room = ? WHERE room = ?",
      this.#room,
      other.#room,
    );
    this.#reactors.takeFrom(other.#reactors);
    other.#records.clear();
  }

  #decode(seq: number, state: string): MessageRecord {
    const record = decodeRecord(seq, state);
    for (const user of this.#hidden) hideReactor(record, user);
    return record;
  }

  #delete(seq: number): void {
    this.#records.delete(seq);
    this.#sql.exec(
      "DELETE FROM message_state WHERE room = ? AND seq = ?",
      this.#room,
      seq,
    );
  }

  #remember(record: MessageRecord): void {
    this.#records.set(record.seq, record);
    let people = 0;
    for (const { emoji } of this.#records.values())
      for (const one of emoji) people += one.people?.size ?? 0;
    if (this.#records.size <= RECORDS_MAX && people <= PEOPLE_MAX) return;
    this.#records.clear();
    this.#records.set(record.seq, record);
  }
}
