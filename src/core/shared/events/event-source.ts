// Event source: a room or a directory, as the delivery of its stored events to endpoints needs it.
import type { Calls } from "../calls.ts";
import type { LogEntry, Sql } from "../contract.ts";
import type { PresenceNotice } from "../event-batches.ts";
import type { Schedule } from "../schedule.ts";
import type { StoredTables } from "../schema.ts";
import type { Endpoint } from "./endpoints.ts";
import type { BatchSource } from "./event-batcher.ts";

/** A connection, whose attachment keeps the cursors over a sleep. */
export interface CursorCarrier {
  eventCursors: string | null;
}

/** Tells an endpoint what is not stored: who is in a room. */
export interface NoticeFeed {
  /** A connection's attachment has this stamp from before a sleep. */
  restoreStamp(stamp: number): void;
  /** @returns a number for the attachment */
  stamp(now: number): number;
  /** All connections are restored. */
  begin(): void;
  /** @param key of the name of a member who has joined or left */
  changed(key: string): void;
  /** When the next batch can leave, ms since 1970; null: there is none. */
  dueAt(now: number): number | null;
  /** @returns the next batch, which `delivered` or `failed` follows */
  take(now: number): readonly PresenceNotice[];
  delivered(): void;
  failed(): void;
}

/** The part of a room or a directory that the delivery needs. */
export interface EventSource<C extends CursorCarrier> extends BatchSource {
  readonly sql: Sql;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly joined: ReadonlySet<C>;
  /** Stores a connection's attachment, which outlives a sleep. */
  persist(connection: C): void;
  writeLog(entry: LogEntry): void;
  /** @returns null if the endpoint hears of nothing but stored events */
  createFeed(endpoint: Endpoint, tables: StoredTables): NoticeFeed | null;
}
