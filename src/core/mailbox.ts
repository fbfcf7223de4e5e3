// One user's mail: private messages received and sent, numbered, kept until retention.
import * as v from "valibot";
import * as LIMITS from "../protocol/limits.ts";
import type { PrivateMessage } from "../protocol/messages.ts";
import type { Sql } from "./host.ts";
import { publicId } from "./identity.ts";
import { type Letter, LetterSchema, type Mail } from "./ops.ts";
import { byteLength, runs } from "./packing.ts";

/** A letter with its place in the mail. */
export interface Kept {
  readonly mail: number;
  readonly letter: Letter;
  /** Whose mail gets the copy; null if this is the sender's copy. */
  readonly fromKey: string | null;
  /** The connection it came by. */
  readonly origin: string;
}

const stored = v.object({
  mail: v.number(),
  letter: v.string(),
  from_key: v.nullable(v.string()),
  origin: v.string(),
});

/** Bytes in one mailbox: a join may have to send all of it at once. */
const SIZE_MAX = LIMITS.unread / 2;
export const DAY_MS = 24 * 60 * 60 * 1000;

/** Rows as JSON, since a statement takes a hundred values at most on Cloudflare. */
const INSERT =
  "INSERT INTO mail SELECT ?1, value->>0, value->>1, value->>2, value->>3 FROM json_each(?2)";

export class Mailbox {
  readonly #sql: Sql;
  readonly #key: string;
  /** All of it, oldest first. Read when first needed. */
  #all: Map<number, Kept> | null = null;
  /** Numbers by what makes a repetition. */
  readonly #byId = new Map<string, number>();
  #size = 0;
  #head: number | null = null;
  /** What storage does not have yet. */
  readonly #unwritten: Kept[] = [];

  /** Hears the number of what is kept no longer. */
  readonly #dropped: (mail: number) => void;

  constructor(
    sql: Sql,
    key: string,
    dropped: (mail: number) => void = () => undefined,
  ) {
    this.#sql = sql;
    this.#key = key;
    this.#dropped = dropped;
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
  find(letter: Letter): Kept | undefined {
    return this.#named(nameOf(letter));
  }

  /** The copy of a letter that the user sent, if it is there already. */
  findCopy(letter: Letter): Kept | undefined {
    return this.#named(nameOfCopy(letter));
  }

  /** Mail after a number, ascending. */
  after(mail: number): Kept[] {
    if (mail >= this.head) return [];
    return [...this.#read().values()].filter((kept) => kept.mail > mail);
  }

  /** It is not in storage before `write`. */
  add(kept: Kept): void {
    this.#remember(kept);
    this.#head = kept.mail;
    this.#unwritten.push(kept);
  }

  /** Stores what was added: as one statement, several cost little more than one. */
  write(): void {
    if (this.#unwritten.length === 0) return;
    const rows = this.#unwritten
      .splice(0)
      .map(({ mail, letter, fromKey, origin }) =>
        JSON.stringify([mail, JSON.stringify(letter), fromKey, origin]),
      );
    for (const { from, to } of runs(rows))
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
  }

  #named(name: string): Kept | undefined {
    const all = this.#read();
    const mail = this.#byId.get(name);
    return mail === undefined ? undefined : all.get(mail);
  }

  #drop(kept: Kept): void {
    const { mail, letter } = kept;
    this.write();
    this.#read().delete(mail);
    this.#byId.delete(nameOfKept(kept));
    this.#size -= sizeOf(letter);
    this.#dropped(mail);
    this.#sql.exec(
      "DELETE FROM mail WHERE key = ? AND mail = ?",
      this.#key,
      mail,
    );
  }

  #read(): Map<number, Kept> {
    if (this.#all === null) {
      this.#all = new Map();
      const rows = this.#sql.exec(
        "SELECT mail, letter, from_key, origin FROM mail WHERE key = ? ORDER BY mail",
        this.#key,
      );
      for (const row of rows) {
        const { mail, letter, from_key, origin } = v.parse(stored, row);
        this.#remember({
          mail,
          letter: v.parse(LetterSchema, JSON.parse(letter)),
          fromKey: from_key,
          origin,
        });
      }
    }
    return this.#all;
  }

  #remember(kept: Kept): void {
    this.#read().set(kept.mail, kept);
    this.#byId.set(nameOfKept(kept), kept.mail);
    this.#size += sizeOf(kept.letter);
  }
}

/** What makes a repetition: the client's own id, or ours if it gave none. */
function nameOf({ identity, clientId, id }: Letter): string {
  return clientId === undefined
    ? `${identity} server ${id}`
    : `${identity} client ${clientId}`;
}

/** Bytes on the wire, about. */
function sizeOf({ text }: Letter): number {
  return byteLength(text) + 256;
}

/** A sender may use an id once to each addressee; ours is unique. */
function nameOfCopy({ id }: Letter): string {
  return `copy ${id}`;
}

function nameOfKept({ letter, fromKey }: Kept): string {
  return fromKey === null ? nameOfCopy(letter) : nameOf(letter);
}

/** The wire frame of a letter, for its place in somebody's mail. */
export function toMail({ mail, letter, fromKey, origin }: Kept): Mail {
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
