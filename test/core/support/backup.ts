// Backup: a test copies the storage of a whole world, and later puts the world back to it, as a host does.
import {
  moveClaims,
  renewMarkers,
} from "../../../src/core/directory/restore-names.ts";
import {
  readLedger,
  writeLedger,
} from "../../../src/core/room/erasure-ledger.ts";
import {
  finishPurges,
  type RenewedRoom,
  renewEpochs,
  repeatAllErasures,
} from "../../../src/core/room/restore-rooms.ts";
import { Database } from "./database.ts";
import type { ObjectHost } from "./object-host.ts";
import type { World } from "./world.ts";

/** The storage of one object, and its alarm. */
interface Stored {
  readonly database: Database;
  readonly alarm: number | null;
}

/** By object. */
export type Backup = ReadonlyMap<ObjectHost, Stored>;

export function backUp(world: World): Backup {
  const stored = world.hosts.map((host) => {
    const database = copyOf(host.database);
    finishPurges(database);
    return [host, { database, alarm: host.alarm }] as const;
  });
  return new Map(stored);
}

/** The erasures of all rooms, as lines. */
export function ledgerOf(world: World): string[] {
  const lines = world.hosts.flatMap(({ database }) => writeLedger(database));
  return [...new Set(lines)];
}

/**
 * All objects lose their memory and sockets, and have the storage of the backup. It
 * can be restored more than once.
 *
 * @param ledger lines of erasures
 */
export function restore(
  world: World,
  backup: Backup,
  ledger: readonly string[] | null = null,
  byMs = 1,
): void {
  world.pendingCalls.length = 0;
  const rooms: RenewedRoom[] = [];
  for (const host of world.hosts) {
    host.fail("lost");
    const { database, alarm } = backup.get(host) ?? {};
    host.database = copyOf(database ?? new Database());
    host.alarm = alarm ?? null;
    const erased = ledger === null ? [] : readLedger(host.database, ledger);
    repeatAllErasures(host.database, erased);
    rooms.push(...renewEpochs(host.database, (bytes) => world.random(bytes)));
    moveClaims(host.database, byMs);
  }
  for (const host of world.hosts) renewMarkers(host.database, rooms);
}

function copyOf(database: Database): Database {
  const copy = new Database();
  const made = database.exec(
    "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
  );
  for (const { name, sql } of made) {
    copy.exec(String(sql));
    for (const row of database.exec(`SELECT * FROM "${name}"`)) {
      const values = Object.values(row);
      const marks = values.map(() => "?").join();
      copy.exec(`INSERT INTO "${name}" VALUES (${marks})`, ...values);
    }
  }
  return copy;
}
