// Dump requests: the admin reads and writes the stored state of rooms, names and keys with these ops, for a backup.
import type { StoredKey } from "./key-requests.ts";

/** A row by columns, without the name of its object. */
export type DumpedRow = Readonly<Record<string, string | number | null>>;

/** Rows by tables. */
export type TableDump = Readonly<Record<string, readonly DumpedRow[]>>;

/** Host to room or directory: its state, but for the log of a room. */
export interface ReadDump {
  readonly type: "dump";
}

/** Host to room without events: the state of a backup takes the place of its own. */
export interface LoadRoom {
  readonly type: "load-room";
  readonly tables: TableDump;
}

/**
 * Host to directory: a name of a backup, which nobody has here. A repeat changes
 * nothing.
 */
export interface LoadName {
  readonly type: "load-name";
  readonly tables: TableDump;
  /** All claims of a backup begin so much later, ms: see restore-names.ts. */
  readonly movedBy: number;
}

/** Host to keys: keys of a backup, beside those that are there. */
export interface LoadKeys {
  readonly type: "load-keys";
  readonly keys: readonly StoredKey[];
}

/** Reply to `dump`. */
export interface Dump {
  readonly type: "dump";
  /** The epoch of the room's log; null: it has none, or it is a name. */
  readonly epoch: string | null;
  /** The newest event of the room; 0: there is none, or it is a name. */
  readonly seq: number;
  /** From which epoch the log was imported; null: from none. */
  readonly parent: string | null;
  /** The name as it is shown; null: it is a room, or nobody has the name. */
  readonly username: string | null;
  readonly tables: TableDump;
}

/** Reply to the loads, beside `done`. */
export interface LoadRefused {
  readonly type: "load-refused";
  /**
   * The name is another user's here, or the room has events; or the tables are not
   * those of this release.
   */
  readonly why: "taken" | "unreadable";
  readonly message: string;
}
