// Roles: a room stores the roles of its users, in a table that is made when the first user gets a role.
import { higherRole, ROLES, type Role } from "../../protocol/roles.ts";
import type { Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { ROLE_TABLES } from "./moderation-tables.ts";

/** So many users of a room have a role at most. */
const ROLES_MAX = 1000;

/** A user who may have a role. */
export interface RoleHolder {
  /** The public id. */
  readonly user: string;
  /**
   * The key of the name; null: the identity alone counts, as of an app's user.
   * A role under a registered name holds under that name only.
   */
  readonly key: string | null;
}

export class Roles {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  /** By public id, then by the key of the name; null: not read yet. */
  #known: Map<string, Map<string, Role>> | null = null;

  /** Only reads. */
  constructor(sql: Sql, room: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "roles", migrations: ROLE_TABLES, tables },
      unrecorded: unrecorded("role", ROLE_TABLES),
    });
  }

  /** @returns the stored role; null: there is none */
  find({ user, key }: RoleHolder): Role | null {
    const own = this.#all().get(user);
    if (own === undefined) return null;
    if (key !== null) return own.get(key) ?? null;
    return [...own.values()].reduce<Role | null>(higherRole, null);
  }

  /** May one more user get a role? */
  get hasPlace(): boolean {
    return this.#all().size < ROLES_MAX;
  }

  /**
   * Stores the one role of a user, under one name.
   *
   * @param role null: the user has none any more, under any name
   */
  set({ user, key }: RoleHolder, role: Role | null): void {
    const all = this.#all();
    if (all.has(user))
      this.#sql.exec(
        "DELETE FROM role WHERE room = ? AND user = ?",
        this.#room,
        user,
      );
    all.delete(user);
    if (role === null) return;
    this.#schema.create();
    this.#sql.exec(
      "INSERT INTO role VALUES (?, ?, ?, ?)",
      ...[this.#room, user, key ?? "", role],
    );
    all.set(user, new Map([[key ?? "", role]]));
  }

  /** The user is erased. @returns null: the user had no role */
  forget(user: string): string[] | null {
    if (!this.#all().has(user)) return null;
    this.set({ user, key: null }, null);
    return [];
  }

  #all(): Map<string, Map<string, Role>> {
    if (this.#known === null) {
      this.#known = new Map();
      for (const { user, key, role } of this.#rows()) {
        const own = this.#known.get(`${user}`) ?? new Map<string, Role>();
        // A newer release may have roles that this one does not know.
        const known = ROLES.find((one) => one === role);
        if (known !== undefined) own.set(`${key}`, known);
        this.#known.set(`${user}`, own);
      }
    }
    return this.#known;
  }

  #rows() {
    if (!this.#schema.exists) return [];
    return this.#sql.exec(
      "SELECT user, key, role FROM role WHERE room = ?",
      this.#room,
    );
  }
}
