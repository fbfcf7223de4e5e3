// Room registry: an object keeps the names of the rooms that have a log, so that the operator can list and visit them all.
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
import { REGISTRY_TABLES } from "./registry-tables.ts";

/** Sorts after each character of a name. */
const LAST_CHARACTER = "\u{10ffff}";

export class RoomRegistry implements Core {
  readonly #sql: Platform["sql"];
  readonly #shard: number;
  readonly #schema: Schema;

  /** Only reads. */
  constructor({ sql }: Pick<Platform, "sql">, shard: number) {
    this.#sql = sql;
    this.#shard = shard;
    this.#schema = new Schema({
      ...{ sql, part: "registry", migrations: REGISTRY_TABLES },
      unrecorded: unrecorded("registered_room", REGISTRY_TABLES),
    });
  }

  on(event: Event, now: number): Effects {
    const effects = noEffects();
    if (event.kind === "asked") {
      const replies = event.ops.map((op) => this.#answer(op, now));
      effects.replies.push({ ask: event.ask, replies });
    }
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
      "INSERT INTO registered_room VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      ...[this.#shard, room, now],
    );
  }

  #forget(room: string): void {
    if (!this.#schema.exists) return;
    this.#sql.exec(
      "DELETE FROM registered_room WHERE shard = ? AND room = ?",
      ...[this.#shard, room],
    );
  }

  #list({ prefix = "", after = "", limit }: ListRooms): RoomList {
    if (!this.#schema.exists) return { type: "rooms", rooms: [], more: false };
    const count = Math.min(Math.max(1, limit), REGISTRY_PAGE_MAX);
    const rows = this.#sql.exec(
      "SELECT room, since FROM registered_room WHERE shard = ? AND room > ? AND room >= ? AND room < ? ORDER BY room LIMIT ?",
      ...[this.#shard, after, prefix, prefix + LAST_CHARACTER, count + 1],
    );
    const rooms = rows
      .slice(0, count)
      .map(({ room, since }) => ({ room: `${room}`, since: Number(since) }));
    return { type: "rooms", rooms, more: rows.length > count };
  }
}
