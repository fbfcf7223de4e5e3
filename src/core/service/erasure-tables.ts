// Erasure tables: the service of erasures stores its jobs, the places that are still to be visited, and whom it has erased.
import * as v from "valibot";
import type { Sql } from "../shared/contract.ts";
import { REGISTRY_START } from "../shared/registry-requests.ts";
import { type Migrations, Schema, unrecorded } from "../shared/schema.ts";

const ERASURE_TABLES: Migrations = [
  [
    // hash: of the user's public id. job: JSON, see JobSchema; of a job that has
    // ended it names no user.
    `CREATE TABLE IF NOT EXISTS erasure_job (
      hash TEXT PRIMARY KEY,
      job TEXT NOT NULL
    ) WITHOUT ROWID`,
    // kind: holder, letters or room. name: the key of a name, or a room.
    `CREATE TABLE IF NOT EXISTS erasure_task (
      hash TEXT,
      kind TEXT,
      name TEXT,
      PRIMARY KEY (hash, kind, name)
    ) WITHOUT ROWID`,
    // at: when the user was erased, ms since 1970. Nothing from before may come
    // back with an import.
    `CREATE TABLE IF NOT EXISTS erased_user (
      hash TEXT PRIMARY KEY,
      at INTEGER NOT NULL
    ) WITHOUT ROWID`,
  ],
];

const CursorSchema = v.object({ shard: v.number(), after: v.string() });

const JobSchema = v.object({
  /** The public id; null: the job has ended. */
  user: v.nullable(v.string()),
  /** Keys of all names that the user had. */
  keys: v.array(v.string()),
  /** Those of them that the user had when the erasure began. */
  heldKeys: v.optional(v.array(v.string()), []),
  /** When the user ceased to have a name, by its key, ms since 1970. */
  ends: v.optional(v.array(v.tuple([v.string(), v.number()])), []),
  /** The place in the registry of rooms; null: all rooms have been asked. */
  cursor: v.nullable(CursorSchema),
  /** The place in the registry of names, which are asked after the rooms. */
  nameCursor: v.optional(v.nullable(CursorSchema), REGISTRY_START),
  /** How often the visit of all rooms has begun. */
  passes: v.number(),
  /** A claim ended after rooms had been visited: the user may have been there since. */
  isLate: v.boolean(),
  /** Rooms in which nothing is left. */
  rooms: v.number(),
  /** Names of the registry in which nothing is left. */
  names: v.optional(v.number(), 0),
  begun: v.number(),
  ended: v.nullable(v.number()),
  state: v.picklist(["running", "done", "incomplete"]),
  /** Of a job that was given up: what has not answered. */
  unanswered: v.array(v.string()),
  unansweredRooms: v.number(),
  unansweredNames: v.number(),
});

export type Job = v.InferOutput<typeof JobSchema> & { readonly hash: string };

/**
 * "letters": a name that has letters of the user. "name": one of the registry that
 * has not answered, and of which nothing is known.
 */
export type TaskKind = "holder" | "letters" | "name" | "room";

export class ErasureTables {
  readonly #sql: Sql;
  readonly #schema: Schema;

  /** Only reads. */
  constructor(sql: Sql) {
    this.#sql = sql;
    this.#schema = new Schema({
      ...{ sql, part: "erasures of users", migrations: ERASURE_TABLES },
      unrecorded: unrecorded("erasure_job", ERASURE_TABLES),
    });
  }

  /** All jobs, the oldest first. */
  jobs(): Job[] {
    if (!this.#schema.exists) return [];
    return this.#sql
      .exec("SELECT hash, job FROM erasure_job")
      .map(({ hash, job }) => ({
        hash: `${hash}`,
        ...v.parse(JobSchema, JSON.parse(`${job}`)),
      }))
      .toSorted((one, other) => one.begun - other.begun);
  }

  saveJob({ hash, ...job }: Job): void {
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO erasure_job VALUES (?, ?)",
      ...[hash, JSON.stringify(job)],
    );
  }

  deleteJob({ hash }: Job): void {
    this.#sql.exec("DELETE FROM erasure_job WHERE hash = ?", hash);
  }

  /** A repeat changes nothing. */
  addTask({ hash }: Job, kind: TaskKind, name: string): void {
    this.#sql.exec(
      "INSERT INTO erasure_task VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      ...[hash, kind, name],
    );
  }

  deleteTask({ hash }: Job, kind: TaskKind, name: string): void {
    this.#sql.exec(
      "DELETE FROM erasure_task WHERE hash = ? AND kind = ? AND name = ?",
      ...[hash, kind, name],
    );
  }

  deleteTasks({ hash }: Job): void {
    this.#sql.exec("DELETE FROM erasure_task WHERE hash = ?", hash);
  }

  /** @returns names after one, ascending */
  tasks({ hash }: Job, kind: TaskKind, after: string, limit: number): string[] {
    if (!this.#schema.exists) return [];
    return this.#sql
      .exec(
        "SELECT name FROM erasure_task WHERE hash = ? AND kind = ? AND name > ? ORDER BY name LIMIT ?",
        ...[hash, kind, after, limit],
      )
      .map(({ name }) => `${name}`);
  }

  hasTask({ hash }: Job, kind: TaskKind, name: string): boolean {
    const rows = this.#sql.exec(
      "SELECT name FROM erasure_task WHERE hash = ? AND kind = ? AND name = ?",
      ...[hash, kind, name],
    );
    return rows.length > 0;
  }

  countTasks({ hash }: Job, kind: TaskKind): number {
    if (!this.#schema.exists) return 0;
    const [row] = this.#sql.exec(
      "SELECT count(*) AS n FROM erasure_task WHERE hash = ? AND kind = ?",
      ...[hash, kind],
    );
    return Number(row?.n ?? 0);
  }

  remember(hash: string, at: number): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO erased_user VALUES (?, ?)",
      hash,
      at,
    );
  }

  /** @returns erased users after a hash, ascending */
  erased(after: string, limit: number): { hash: string; at: number }[] {
    if (!this.#schema.exists) return [];
    return this.#sql
      .exec(
        "SELECT hash, at FROM erased_user WHERE hash > ? ORDER BY hash LIMIT ?",
        ...[after, limit],
      )
      .map(({ hash, at }) => ({ hash: `${hash}`, at: Number(at) }));
  }
}
