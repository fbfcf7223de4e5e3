// Room members: a room stores the users who may enter while others may not, in a table that is made for the first one.
import * as LIMITS from "../../protocol/limits.ts";
import type { Sql } from "../shared/contract.ts";
import { Schema, type StoredTables, unrecorded } from "../shared/schema.ts";
import { MEMBER_TABLES } from "./moderation-tables.ts";
import type { RoleHolder } from "./roles.ts";

export interface RoomMember {
  /** The public id. */
  readonly user: string;
  /** The key of the name, and the name, when the membership began. */
  readonly key: string;
  readonly username: string;
}

export class RoomMembers {
  readonly #sql: Sql;
  readonly #room: string;
  readonly #schema: Schema;
  /** Stored rows; null: not counted yet. */
  #count: number | null = null;

  /** Only reads. */
  constructor(sql: Sql, room: string, tables: StoredTables) {
    this.#sql = sql;
    this.#room = room;
    this.#schema = new Schema({
      ...{ sql, part: "room members", migrations: MEMBER_TABLES, tables },
      unrecorded: unrecorded("room_member", MEMBER_TABLES),
    });
  }

  /** Reads one row, since a room may have thousands of members. */
  has({ user, key }: RoleHolder): boolean {
    if (!this.#schema.exists) return false;
    const rows =
      key === null
        ? this.#sql.exec(
            "SELECT user FROM room_member WHERE room = ? AND user = ? LIMIT 1",
            ...[this.#room, user],
          )
        : this.#sql.exec(
            "SELECT user FROM room_member WHERE room = ? AND user = ? AND key = ?",
            ...[this.#room, user, key],
          );
    return rows.length > 0;
  }

  /** May one more user become a member? */
  get hasPlace(): boolean {
    if (!this.#schema.exists) return true;
    this.#count ??= this.#countRows();
    return this.#count < LIMITS.roomMembersMax;
  }

  /** @returns the member with this public id */
  find(user: string): RoomMember | undefined {
    return this.#findBy("user", user);
  }

  /** @returns the member who had a name when the membership began */
  findByKey(key: string): RoomMember | undefined {
    return this.#findBy("name", key);
  }

  /** Stores a member, unless it is stored already. */
  add({ user, key }: RoleHolder, member: RoomMember): void {
    if (this.has({ user, key: key ?? "" })) return;
    this.#schema.create();
    this.#sql.exec(
      "INSERT INTO room_member VALUES (?, ?, ?, ?, ?)",
      ...[this.#room, user, key ?? "", member.key, member.username],
    );
    if (this.#count !== null) this.#count++;
  }

  /** Removes a user, under all names. */
  remove(user: string): void {
    if (!this.#schema.exists) return;
    this.#sql.exec(
      "DELETE FROM room_member WHERE room = ? AND user = ?",
      ...[this.#room, user],
    );
    this.#count = null;
  }

  /** The user is erased. @returns the name; null: the user was no member */
  forget(user: string): string[] | null {
    const member = this.find(user);
    if (member === undefined) return null;
    this.remove(user);
    return [member.username];
  }

  #findBy(column: "user" | "name", value: string): RoomMember | undefined {
    if (!this.#schema.exists) return undefined;
    const [row] = this.#sql.exec(
      `SELECT user, name, username FROM room_member WHERE room = ? AND ${column} = ? LIMIT 1`,
      ...[this.#room, value],
    );
    if (row === undefined) return undefined;
    const { user, name, username } = row;
    return { user: `${user}`, key: `${name}`, username: `${username}` };
  }

  #countRows(): number {
    const [row] = this.#sql.exec(
      "SELECT count(*) AS n FROM room_member WHERE room = ?",
      this.#room,
    );
    return Number(row?.n ?? 0);
  }
}
