// Mention store: a directory keeps the newest mentions of its owner beside the mail, in a table that is made for the first one.
import * as LIMITS from "../../../protocol/limits.ts";
import type { MentionFrame } from "../../../protocol/server-frames.ts";
import type { Sql, SqlValue } from "../../shared/contract.ts";
import { DAY_MS } from "../../shared/deadline.ts";
import type { Mail } from "../../shared/mail-records.ts";
import type { MentionRecord } from "../../shared/mention-requests.ts";
import {
  type Migrations,
  Schema,
  type StoredTables,
  unrecorded,
} from "../../shared/schema.ts";

export const MENTION_TABLES: Migrations = [
  [
    // mail: the number among the owner's mail. room, epoch, seq: the message.
    // user, username: its author. dropped_at: the time of the newest mention
    // that the store has dropped, ms since 1970; 0: none.
    `CREATE TABLE IF NOT EXISTS mention (
      key TEXT,
      mail INTEGER,
      room TEXT NOT NULL,
      epoch TEXT NOT NULL,
      seq INTEGER NOT NULL,
      user TEXT NOT NULL,
      username TEXT NOT NULL,
      at INTEGER NOT NULL,
      dropped_at INTEGER NOT NULL,
      PRIMARY KEY (key, mail)
    ) WITHOUT ROWID`,
  ],
];

/** A mention with its number among the owner's mail. */
export interface StoredMention extends Omit<MentionRecord, "toUser"> {
  readonly mail: number;
}

/** Has the owner read a mention, by a marker of the room or of the mail? */
export type IsMentionRead = (mention: StoredMention) => boolean;

export class MentionStore {
  readonly #sql: Sql;
  readonly #key: string;
  readonly #schema: Schema;
  /** All mentions by number, the oldest first; it is read on first use. */
  #all: Map<number, StoredMention> | null = null;
  #droppedAt = 0;

  /** Only reads. */
  constructor(sql: Sql, key: string, tables: StoredTables) {
    this.#sql = sql;
    this.#key = key;
    this.#schema = new Schema({
      ...{ sql, tables, part: "mentions", migrations: MENTION_TABLES },
      unrecorded: unrecorded("mention", MENTION_TABLES),
    });
  }

  /** The number of the newest mention; 0: there is none. */
  get head(): number {
    return [...this.#read().keys()].at(-1) ?? 0;
  }

  /** @returns the mentions after a number, ascending */
  after(mail: number): StoredMention[] {
    return [...this.#read().values()].filter((one) => one.mail > mail);
  }

  /**
   * How many mentions in a room are unread.
   *
   * @param isRead by the owner's markers
   */
  unreadCount(room: string, isRead: IsMentionRead): number {
    let count = 0;
    for (const one of this.#read().values())
      if (one.room === room && !isRead(one)) count++;
    return count;
  }

  /**
   * Was this mention here before, though it may have been dropped since? Nothing
   * is older than the newest mention that was dropped, unless a clock was set back.
   */
  had({ room, epoch, seq, at }: MentionRecord, now: number): boolean {
    const all = this.#read();
    if (at <= this.#droppedAt && this.#droppedAt <= now) return true;
    for (const one of all.values())
      if (one.room === room && one.epoch === epoch && one.seq === seq)
        return true;
    return false;
  }

  /**
   * Has the sender so many unread mentions here that no more is stored? One that
   * is older than a day does not count, since not all clients tell what is read.
   */
  isFullOf(user: string, isRead: IsMentionRead, now: number): boolean {
    let count = 0;
    for (const one of this.#read().values())
      if (one.user === user && one.at > now - DAY_MS && !isRead(one)) count++;
    return count >= LIMITS.unreadMentionsPerAuthorMax;
  }

  /** Stores a mention, and drops the oldest ones. */
  add(mention: StoredMention): void {
    const all = this.#read();
    this.#schema.create();
    all.set(mention.mail, mention);
    for (const one of all.values()) {
      if (all.size <= LIMITS.storedMentionsMax) break;
      all.delete(one.mail);
      this.#droppedAt = Math.max(this.#droppedAt, one.at);
      this.#sql.exec(
        "DELETE FROM mention WHERE key = ? AND mail = ?",
        ...[this.#key, one.mail],
      );
    }
    const { mail, room, epoch, seq, user, username, at } = mention;
    this.#sql.exec(
      "INSERT INTO mention VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[this.#key, mail, room, epoch, seq],
      ...[user, username, at, this.#droppedAt],
    );
  }

  /** Drops the mentions by a user who is erased. @returns their numbers */
  forget(user: string): number[] {
    const all = this.#read();
    const gone = [...all.values()].filter((one) => one.user === user);
    for (const { mail } of gone) {
      all.delete(mail);
      this.#sql.exec(
        "DELETE FROM mention WHERE key = ? AND mail = ?",
        ...[this.#key, mail],
      );
    }
    return gone.map(({ mail }) => mail);
  }

  /** Empties the store: the claim has begun or ended. */
  clear(): void {
    if (this.#schema.exists)
      this.#sql.exec("DELETE FROM mention WHERE key = ?", this.#key);
    this.#all = new Map();
    this.#droppedAt = 0;
  }

  #read(): Map<number, StoredMention> {
    if (this.#all !== null) return this.#all;
    this.#all = new Map();
    const rows = this.#schema.exists
      ? this.#sql.exec(
          "SELECT * FROM mention WHERE key = ? ORDER BY mail",
          this.#key,
        )
      : [];
    for (const row of rows) {
      const one = readRow(row);
      this.#all.set(one.mail, one);
      this.#droppedAt = Number(row.dropped_at);
    }
    return this.#all;
  }
}

function readRow(row: Readonly<Record<string, SqlValue>>): StoredMention {
  const { mail, room, epoch, seq, user, username, at } = row;
  return {
    ...{ mail: Number(mail), room: `${room}`, epoch: `${epoch}` },
    ...{ seq: Number(seq), user: `${user}`, username: `${username}` },
    at: Number(at),
  };
}

/** Makes the wire frame of a mention. */
export function mentionMail(mention: StoredMention): Mail {
  const { mail, room, epoch, seq, user, username, at } = mention;
  const head = { type: "mention", mail, room, epoch } as const;
  const frame: MentionFrame = { ...head, of: seq, user, username, at };
  return { mail, line: JSON.stringify(frame) };
}
