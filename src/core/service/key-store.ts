// Key store: the one object that stores the server keys which the admin makes, as hashes of their secrets.

import {
  type Core,
  type Effects,
  type Event,
  noEffects,
  type Platform,
} from "../shared/contract.ts";
import type { KeyOp, KeyRefused, StoredKey } from "../shared/key-requests.ts";
import type { Op, Reply } from "../shared/rpc.ts";
import { Schema, unrecorded } from "../shared/schema.ts";
import { answerOps } from "./answer-ops.ts";
import { KEY_TABLES } from "./key-tables.ts";

/** Ids of keys in all. */
const IDS_MAX = 1000;

const refused = (why: KeyRefused["why"]): KeyRefused => ({
  type: "key-refused",
  why,
});

export class KeyStore implements Core {
  readonly #sql: Platform["sql"];
  readonly #schema: Schema;

  /** Only reads. */
  constructor({ sql }: Pick<Platform, "sql">) {
    this.#sql = sql;
    this.#schema = new Schema({
      ...{ sql, part: "keys", migrations: KEY_TABLES },
      unrecorded: unrecorded("api_key", KEY_TABLES),
    });
  }

  on(event: Event, now: number): Effects {
    const effects = noEffects();
    answerOps(effects, event, (op) => this.#answer(op, now));
    return effects;
  }

  #answer(op: Op, now: number): Reply {
    switch (op.type) {
      case "load-keys":
        for (const key of op.keys) this.#load(key);
        return { type: "done" };
      case "keys":
      case "add-key":
      case "rotate-key":
      case "revoke-key":
        return this.#run(op, now);
      default:
        // A newer release has questions that this one does not know.
        return { type: "refused", code: "unsupported" };
    }
  }

  #run(op: KeyOp, now: number): Reply {
    switch (op.type) {
      case "keys":
        return { type: "keys", keys: this.#read() };
      case "add-key": {
        const ids = new Set(this.#read().map(({ id }) => id));
        if (ids.has(op.key.id)) return refused("taken");
        if (ids.size >= IDS_MAX) return refused("too_many");
        this.#write({ ...op.key, made: now });
        return { type: "done" };
      }
      case "rotate-key": {
        const [newest, ...older] = this.#of(op.id);
        if (newest === undefined) return refused("unknown");
        this.#drop(older);
        // By its time the newest one is known, also if the clock stands still.
        const made = Math.max(now, newest.made + 1);
        this.#write({ ...newest, hash: op.hash, made });
        return { type: "done" };
      }
      case "revoke-key": {
        const all = this.#of(op.id);
        if (all.length === 0) return refused("unknown");
        this.#drop(op.keepsNewest === true ? all.slice(1) : all);
        return { type: "done" };
      }
      default:
        return op satisfies never;
    }
  }

  /** The keys of an id, the newest one first. */
  #of(id: string): StoredKey[] {
    return this.#read()
      .filter((key) => key.id === id)
      .toSorted((one, other) => other.made - one.made);
  }

  #read(): StoredKey[] {
    if (!this.#schema.exists) return [];
    const rows = this.#sql.exec(
      "SELECT id, hash, scopes, rooms, made FROM api_key ORDER BY id, made",
    );
    return rows.map(({ id, hash, scopes, rooms, made }) => ({
      ...{ id: `${id}`, hash: `${hash}`, scopes: JSON.parse(`${scopes}`) },
      rooms: rooms === null ? null : JSON.parse(`${rooms}`),
      made: Number(made),
    }));
  }

  #write({ id, hash, scopes, rooms, made }: StoredKey): void {
    this.#schema.create();
    this.#sql.exec(
      "INSERT INTO api_key VALUES (?, ?, ?, ?, ?)",
      ...[id, hash, JSON.stringify(scopes)],
      ...[rooms === null ? null : JSON.stringify(rooms), made],
    );
  }

  /** A key that is there stays as it is. */
  #load(key: StoredKey): void {
    const isKnown = this.#of(key.id).some(({ hash }) => hash === key.hash);
    if (!isKnown) this.#write(key);
  }

  #drop(keys: readonly StoredKey[]): void {
    for (const { id, hash } of keys)
      this.#sql.exec("DELETE FROM api_key WHERE id = ? AND hash = ?", id, hash);
  }
}
