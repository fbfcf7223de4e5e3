// Block list: the holder of a name refuses private messages of some public ids, for as long as the claim lasts.
import * as v from "valibot";
import * as LIMITS from "../../protocol/limits.ts";
import { nameKey } from "../../protocol/name-key.ts";
import type { BlockedUser } from "../../protocol/server-frames.ts";
import type { Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { BLOCK_TABLES } from "./directory-tables.ts";

const RowSchema = v.object({
  user: v.string(),
  username: v.nullable(v.string()),
});

export class BlockList {
  readonly #sql: Sql;
  readonly #key: string;
  /**
   * The list has tables of its own, which are made when the first user is
   * blocked.
   */
  readonly #schema: Schema;
  /** Blocked users by public id; they are read on first use. */
  #all: Map<string, BlockedUser> | null = null;

  constructor(sql: Sql, key: string, tables?: StoredTables) {
    this.#sql = sql;
    this.#key = key;
    this.#schema = new Schema({
      ...{ sql, part: "blocks", migrations: BLOCK_TABLES },
      unrecorded: unrecorded("blocked", BLOCK_TABLES),
      ...(tables !== undefined && { tables }),
    });
  }

  has(user: string): boolean {
    return this.#read().has(user);
  }

  get list(): BlockedUser[] {
    return [...this.#read().values()];
  }

  /** @returns false if the list is full */
  add(blocked: BlockedUser): boolean {
    const all = this.#read();
    const { user, username = null } = blocked;
    if (!all.has(user) && all.size >= LIMITS.blockedUsersMax) return false;
    all.set(user, blocked);
    this.#schema.create();
    this.#sql.exec(
      "INSERT OR REPLACE INTO blocked VALUES (?, ?, ?)",
      this.#key,
      user,
      username,
    );
    return true;
  }

  /**
   * Removes a user by the public id, or by the name when they were blocked.
   *
   * @returns false if the list has no such user
   */
  remove(who: { user: string } | { username: string }): boolean {
    const found = this.list.filter(({ user, username }) =>
      "user" in who
        ? user === who.user
        : username !== undefined && nameKey(username) === nameKey(who.username),
    );
    for (const { user } of found) {
      this.#read().delete(user);
      this.#sql.exec(
        "DELETE FROM blocked WHERE key = ? AND user = ?",
        this.#key,
        user,
      );
    }
    return found.length > 0;
  }

  /** A user is erased. @returns true if the user was blocked */
  forget(user: string): boolean {
    return this.has(user) && this.remove({ user });
  }

  /** Empties the list: the claim has begun or ended. */
  clear(): void {
    if (this.#schema.exists)
      this.#sql.exec("DELETE FROM blocked WHERE key = ?", this.#key);
    this.#all = new Map();
  }

  #read(): Map<string, BlockedUser> {
    if (this.#all !== null) return this.#all;
    this.#all = new Map();
    if (!this.#schema.exists) return this.#all;
    const rows = this.#sql.exec(
      "SELECT user, username FROM blocked WHERE key = ? ORDER BY user",
      this.#key,
    );
    for (const row of rows) {
      const { user, username } = v.parse(RowSchema, row);
      this.#all.set(user, username === null ? { user } : { user, username });
    }
    return this.#all;
  }
}
