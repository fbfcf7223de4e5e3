// Registration: a room enters itself in the registry of rooms once its log has begun, and takes itself out once it is deleted.
import type { Calls } from "../shared/calls.ts";
import type { Platform, Sql } from "../shared/contract.ts";
import { REGISTRY_POLICY, RegistryCall } from "../shared/registry-call.ts";
import { registryName, registryShardOf } from "../shared/registry-requests.ts";
import { ReliableCalls } from "../shared/reliable-calls.ts";
import type { Schedule } from "../shared/schedule.ts";
import { Schema, type StoredTables } from "../shared/schema.ts";
import { ROOM_TABLES } from "./room-tables.ts";

/** The name of the retries in the schedule. */
export const REGISTRATION_SCHEDULE = "registration";

/** The end of the name of the row that is the mark: no room can have the name. */
const MARK = " (registered)";

/** The parts of a room that its registration uses. */
export interface RegisteringRoom {
  readonly name: string;
  readonly platform: Pick<Platform, "sql" | "hash">;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly log: { readonly epoch: string | null };
}

/**
 * A mark, which is one row, says that the registry has the room. So a room with a
 * log and no mark has still to enter itself, and one with a mark and no log has to
 * take itself out: also after a crash, and if an older release has made the log.
 */
export class Registration {
  readonly #room: RegisteringRoom;
  readonly #calls: ReliableCalls<RegistryCall>;
  /** The call that is not over; null: there is none. */
  #call: RegistryCall | null = null;
  #isMarked: boolean;

  /** Only reads. */
  constructor(room: RegisteringRoom, tables: StoredTables) {
    this.#room = room;
    const { sql } = room.platform;
    const schema = new Schema({
      ...{ sql, tables, part: "room", migrations: ROOM_TABLES },
    });
    this.#isMarked = schema.exists && isMarked(sql, room.name);
    this.#calls = new ReliableCalls({
      ...{ calls: room.calls, schedule: room.schedule },
      ...{
        name: REGISTRATION_SCHEDULE,
        clock: "alarm",
        policy: REGISTRY_POLICY,
      },
      handler: {
        op: (call) => call.op,
        isSuccess: (reply) => reply.type === "done",
        done: (call) => this.#done(call.op),
      },
    });
  }

  /**
   * The end of each event.
   *
   * @returns when an alarm is wanted, ms since 1970; Infinity: it is not
   */
  settle(now: number): number {
    const hasLog = this.#room.log.epoch !== null;
    if (this.#call === null && hasLog !== this.#isMarked)
      this.#send(hasLog, now);
    return this.#call?.dueAt ?? Infinity;
  }

  #send(hasLog: boolean, now: number): void {
    const { name, platform } = this.#room;
    const type = hasLog ? "enter-room" : "forget-room";
    const shard = registryShardOf(platform.hash(name));
    this.#call = new RegistryCall(registryName(shard), { type, room: name });
    this.#calls.send(this.#call, now);
  }

  #done({ type }: RegistryCall["op"]): void {
    const { name, platform } = this.#room;
    this.#call = null;
    this.#isMarked = type === "enter-room";
    platform.sql.exec(
      this.#isMarked
        ? "INSERT INTO room VALUES (?, '')"
        : "DELETE FROM room WHERE room = ?",
      name + MARK,
    );
  }
}

function isMarked(sql: Sql, room: string): boolean {
  const query = "SELECT room FROM room WHERE room = ?";
  return sql.exec(query, room + MARK).length > 0;
}

/**
 * Finds the rooms that an older release has made, in a file with many rooms: the
 * registry does not have them yet.
 *
 * @returns their names
 */
export function findUnregisteredRooms(sql: Sql): string[] {
  const [table] = sql.exec(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'room'",
  );
  if (table === undefined) return [];
  const rows = sql.exec(
    "SELECT room FROM room WHERE instr(room, ' ') = 0 AND room || ? NOT IN (SELECT room FROM room)",
    MARK,
  );
  return rows.map(({ room }) => `${room}`);
}
