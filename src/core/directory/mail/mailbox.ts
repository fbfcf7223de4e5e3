// One user's mail: private messages received and sent, numbered, kept until retention.
import * as v from "valibot";
import type { PrivateMessage } from "../../../protocol/client-frames.ts";
import * as LIMITS from "../../../protocol/limits.ts";
import { byteLength, chunksOf } from "../../shared/chunks.ts";
import type { Sql } from "../../shared/contract.ts";
import { DAY_MS } from "../../shared/deadline.ts";
import { publicId } from "../../shared/identity.ts";
import {
  type CopySource,
  CopySourceSchema,
  type Mail,
  type PrivateMessageRecord,
  PrivateMessageRecordSchema,
} from "../../shared/rpc.ts";
import { CopyMarks } from "./copy-marks.ts";

/** A letter with its place in the mail. */
export interface StoredMail {
  readonly mail: number;
  readonly letter: PrivateMessageRecord;
  /** Whose mail gets the copy; null if this is the sender's copy. */
  readonly fromKey: string | null;
  /** The connection it came by. */
  readonly origin: string;
  /** Of a copy: where it comes from, if that is known. */
  readonly source?: CopySource;
}

/** The newest of what was received and dropped before. */
const DroppedSchema = v.object({
  /** When it was written, ms since 1970. */
  at: v.number(),
  /** Ids of those that were written then, as far as there is room. */
  ids: v.array(v.string()),
});
type Dropped = Readonly<v.InferOutput<typeof DroppedSchema>>;
const DROPPED_IDS_MAX = 16;

/**
 * The letter with what the mailbox has to know besides, which older versions
 * leave out as they read it: a column of its own would cost every name a
 * migration.
 */
const BodySchema = v.object({
  ...PrivateMessageRecordSchema.entries,
  source: v.optional(CopySourceSchema),
  dropped: v.optional(DroppedSchema),
});

const stored = v.object({
  mail: v.number(),
  letter: v.string(),
  from_key: v.nullable(v.string()),
  origin: v.string(),
});

/** Bytes in one mailbox: a join may have to send all of it at once. */
const SIZE_MAX = LIMITS.unreadBytesMax / 2;

/** Rows as JSON, since a statement takes a hundred values at most on Cloudflare. */
const INSERT =
  "INSERT INTO mail SELECT ?1, value->>0, value->>1, value->>2, value->>3 FROM json_each(?2)";

export class Mailbox {
  readonly #sql: Sql;
  readonly #key: string;
  /** All of it, oldest first. Read when first needed. */
  #all: Map<number, StoredMail> | null = null;
  /** Numbers by what makes a repetition. */
  readonly #byId = new Map<string, number>();
  #size = 0;
  #head: number | null = null;
  /** Each row says it from then on, so that the newest one has it. */
  #dropped: Dropped | null = null;
  #copyMarks: CopyMarks | null = null;
  /** What storage does not have yet. */
  readonly #unwritten: StoredMail[] = [];

  /** Hears the number of what is kept no longer. */
  readonly #onDropped: (mail: number) => void;

  constructor(
    sql: Sql,
    key: string,
    dropped: (mail: number) => void = () => undefined,
  ) {
    this.#sql = sql;
    this.#key = key;
    this.#onDropped = dropped;
  }

  /** Number of the newest mail; 0 if there is none. */
  get head(): number {
    if (this.#head === null) {
      const [newest] = this.#sql.exec(
        "SELECT mail FROM mail WHERE key = ? ORDER BY mail DESC LIMIT 1",
        this.#key,
      );
      this.#head = Number(newest?.mail ?? 0);
    }
    return this.#head;
  }

  /** The same letter if it has come already: same sender, same id. */
  find(letter: PrivateMessageRecord): StoredMail | undefined {
    return this.#findByKey(dedupeKey(letter));
  }

  /** The copy of a letter that the user sent, if it is there already. */
  findCopy(letter: PrivateMessageRecord): StoredMail | undefined {
    return this.#findByKey(copyDedupeKey(letter));
  }

  /** Was this copy here before, be it dropped by now? */
  hasHadCopy(source: CopySource): boolean {
    this.#read();
    return this.#marks.has(source);
  }

  /** Was this letter perhaps here before, and has been dropped since? */
  mayHaveDropped({ at, id }: PrivateMessageRecord): boolean {
    this.#read();
    if (this.#dropped === null || at > this.#dropped.at) return false;
    const { ids } = this.#dropped;
    const isKnown = ids.includes(id) || ids.length >= DROPPED_IDS_MAX;
    return at < this.#dropped.at || isKnown;
  }

  /** Mail after a number, ascending. */
  after(mail: number): StoredMail[] {
    if (mail >= this.head) return [];
    return [...this.#read().values()].filter((kept) => kept.mail > mail);
  }

  /** It is not in storage before `write`. */
  add(kept: StoredMail): void {
    this.#remember(kept);
    this.#head = kept.mail;
    this.#unwritten.push(kept);
  }

  /** Stores what was added: as one statement, several cost little more than one. */
  write(): void {
    if (this.#unwritten.length === 0) return;
    const rows = this.#unwritten.splice(0).map((kept) => {
      const { mail, fromKey, origin } = kept;
      return JSON.stringify([mail, this.#bodyOf(kept), fromKey, origin]);
    });
    for (const { from, to } of chunksOf(rows))
      this.#sql.exec(INSERT, this.#key, `[${rows.slice(from, to).join()}]`);
  }

  /**
   * Makes room for one more: drops what is too old and, where it is too full,
   * the oldest that was had (up to that number) or is the user's own.
   *
   * @returns false if there is none to drop
   */
  makeRoom(
    limits: { messages: number; days: number },
    had: number,
    now: number,
  ): boolean {
    const all = this.#read();
    for (const kept of all.values()) {
      const isOld = kept.letter.at < now - limits.days * DAY_MS;
      const isFull = all.size >= limits.messages || this.#size >= SIZE_MAX;
      if (!isOld && !isFull) break;
      const mayGo = kept.mail <= had || kept.fromKey === null;
      if (isOld || mayGo) this.#drop(kept);
    }
    return all.size < limits.messages && this.#size < SIZE_MAX;
  }

  /** There is none: a new owner, or none any more. */
  clear(): void {
    this.#unwritten.length = 0;
    this.#all = new Map();
    this.#byId.clear();
    this.#size = 0;
    this.#head = 0;
    this.#dropped = null;
    this.#marks.clear();
  }

  get #marks(): CopyMarks {
    this.#copyMarks ??= new CopyMarks(this.#sql, this.#key);
    return this.#copyMarks;
  }

  #bodyOf({ letter, source }: StoredMail): string {
    const dropped = this.#dropped;
    return JSON.stringify({
      ...letter,
      ...(source !== undefined && { source }),
      ...(dropped !== null && { dropped }),
    });
  }

  #findByKey(name: string): StoredMail | undefined {
    const all = this.#read();
    const mail = this.#byId.get(name);
    return mail === undefined ? undefined : all.get(mail);
  }

  #drop(kept: StoredMail): void {
    const { mail, letter, fromKey, source } = kept;
    this.write();
    if (source !== undefined) this.#marks.keep(source, letter.at);
    if (fromKey !== null) this.#dropped = newest(this.#dropped, letter);
    this.#read().delete(mail);
    this.#byId.delete(dedupeKeyOf(kept));
    this.#size -= sizeOf(letter);
    this.#onDropped(mail);
    this.#sql.exec(
      "DELETE FROM mail WHERE key = ? AND mail = ?",
      this.#key,
      mail,
    );
  }

  #read(): Map<number, StoredMail> {
    if (this.#all === null) {
      this.#all = new Map();
      const rows = this.#sql.exec(
        "SELECT mail, letter, from_key, origin FROM mail WHERE key = ? ORDER BY mail",
        this.#key,
      );
      for (const row of rows) {
        const { mail, letter: body, from_key, origin } = v.parse(stored, row);
        const { source, dropped, ...letter } = v.parse(
          BodySchema,
          JSON.parse(body),
        );
        this.#dropped = dropped ?? this.#dropped;
        this.#remember({
          ...{ mail, letter, fromKey: from_key, origin },
          ...(source !== undefined && { source }),
        });
      }
    }
    return this.#all;
  }

  #remember(kept: StoredMail): void {
    this.#read().set(kept.mail, kept);
    this.#byId.set(dedupeKeyOf(kept), kept.mail);
    this.#size += sizeOf(kept.letter);
    if (kept.source !== undefined) this.#marks.note(kept.source);
  }
}

function newest(
  dropped: Dropped | null,
  { at, id }: PrivateMessageRecord,
): Dropped {
  if (dropped === null || at > dropped.at) return { at, ids: [id] };
  if (at < dropped.at || dropped.ids.length >= DROPPED_IDS_MAX) return dropped;
  return { at, ids: [...dropped.ids, id] };
}

/** What makes a repetition: the client's own id, or ours if it gave none. */
function dedupeKey({ identity, clientId, id }: PrivateMessageRecord): string {
  return clientId === undefined
    ? `${identity} server ${id}`
    : `${identity} client ${clientId}`;
}

/** Bytes on the wire, about. */
function sizeOf({ text }: PrivateMessageRecord): number {
  return byteLength(text) + 256;
}

/** A sender may use an id once to each addressee; ours is unique. */
function copyDedupeKey({ id }: PrivateMessageRecord): string {
  return `copy ${id}`;
}

function dedupeKeyOf({ letter, fromKey }: StoredMail): string {
  return fromKey === null ? copyDedupeKey(letter) : dedupeKey(letter);
}

/** The wire frame of a letter, for its place in somebody's mail. */
export function toMail({ mail, letter, fromKey, origin }: StoredMail): Mail {
  const { id, clientId, identity, username, to, text, at } = letter;
  const frame: PrivateMessage = {
    type: "private",
    mail,
    id,
    ...(clientId !== undefined && { clientId }),
    user: publicId(identity),
    username,
    to,
    text,
    at,
  };
  const line = JSON.stringify(frame);
  // The sender's own copy is not for the connection that sent it.
  return fromKey === null ? { mail, line, origin } : { mail, line };
}
