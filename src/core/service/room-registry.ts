// Room registry: an object keeps the names of the rooms that have a log, or of the users that last, so that the operator can list and visit them all.

import {
  type Core,
  type Effects,
  type Event,
  noEffects,
  type Platform,
} from "../shared/contract.ts";
import {
  type ListRooms,
  REGISTRY_PAGE_MAX,
  type RoomList,
} from "../shared/registry-requests.ts";
import type { Op, Reply } from "../shared/rpc.ts";
import { Schema, unrecorded } from "../shared/schema.ts";
import { answerOps } from "./answer-ops.ts";
import { NAME_REGISTRY_TABLES, REGISTRY_TABLES } from "./registry-tables.ts";

/** Sorts after each character of a name. */
const LAST_CHARACTER = "\u{10ffff}";

export class RoomRegistry implements Core {
  readonly #sql: Platform["sql"];
  readonly #shard: number;
  readonly #table: string;
  readonly #schema: Schema;

  /** Only reads. @param of what it lists */
  constructor(
    { sql }: Pick<Platform, "sql">,
    shard: number,
    of: "rooms" | "names",
  ) {
    this.#sql = sql;
    this.#shard = shard;
    const isOfRooms = of === "rooms";
    this.#table = isOfRooms ? "registered_room" : "registered_name";
    const migrations = isOfRooms ? REGISTRY_TABLES : NAME_REGISTRY_TABLES;
    this.#schema = new Schema({
      ...{ sql, part: isOfRooms ? "registry" : "names", migrations },
      unrecorded: unrecorded(this.#table, migrations),
    });
  }

  on(event: Event, now: number): Effects {
    const effects = noEffects();
    answerOps(effects, event, (op) => this.#answer(op, now));
    return effects;
  }

  #answer(op: Op, now: number): Reply {
    switch (op.type) {
      case "enter-room":
        this.#enter(op.room, now);
        return { type: "done" };
      case "forget-room":
        this.#forget(op.room);
        return { type: "done" };
      case "rooms":
        return this.#list(op);
      default:
        // A newer release has questions that this one does not know.
        return { type: "refused", code: "unsupported" };
    }
  }

  /** A repeat changes nothing, and writes nothing. */
  #enter(room: string, now: number): void {
    this.#schema.create();
    this.#sql.exec(
      `INSERT INTO ${this.#table} VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
      ...[this.#shard, room, now],
    );
  }

  #forget(room: string): void {
    if (!this.#schema.exists) return;
    this.#sql.exec(
      `DELETE FROM ${this.#table} WHERE shard = ? AND room = ?`,
      ...[this.#shard, room],
    );
  }

  #list({ prefix = "", after = "", limit }: ListRooms): RoomList {
    if (!this.#schema.exists) return { type: "rooms", rooms: [], more: false };
    const count = Math.min(Math.max(1, limit), REGISTRY_PAGE_MAX);
    const rows = this.#sql.exec(
      `SELECT room, since FROM ${this.#table} WHERE shard = ? AND room > ? AND room >= ? AND room < ? ORDER BY room LIMIT ?`,
      ...[this.#shard, after, prefix, prefix + LAST_CHARACTER, count + 1],
    );
    const rooms = rows
      .slice(0, count)
      .map(({ room, since }) => ({ room: `${room}`, since: Number(since) }));
    return { type: "rooms", rooms, more: rows.length > count };
  }
}
