// Perform effects: a host carries out what an event led to, in the order that the promises depend on.
import type {
  Attachment,
  Call,
  Conn,
  Effects,
  LogEntry,
  ReplyHandle,
} from "../core/shared/contract.ts";
import type { Reply } from "../core/shared/rpc.ts";
import type { CloseName } from "../protocol/errors.ts";
import type { HostCounters } from "./metrics/host-counters.ts";
import { isSlowReader } from "./slow-readers.ts";

/** The things that each host does in its own way. */
export interface EffectTarget {
  /** Writes one line to the log. */
  log(entry: LogEntry): void;
  /** Stores an attachment with its connection. */
  attach(conn: Conn, attachment: Attachment): void;
  /**
   * Sends frames, back to back.
   *
   * @returns bytes that wait for the client to read
   */
  send(conn: Conn, frames: readonly string[]): number;
  close(conn: Conn, as: CloseName): void;
  reply(handle: ReplyHandle, replies: readonly Reply[]): void;
  call(call: Call): void;
  /** Sets the durable alarm, ms since 1970. */
  setAlarm(at: number): void;
  /** Replaces the one-shot timer, ms since 1970; null: none is wanted. */
  setTimer(at: number | null): void;
  /** Deletes everything in storage, and the core with it. */
  deleteStorage(): void;
  /** Closes all connections as `restarted`, and drops the core. */
  restart(): void;
  /** A connection does not read what it is sent. */
  slow(conn: Conn): void;
}

/**
 * Performs effects AFTER the writes of their event are committed:
 *
 * - attachments BEFORE frames: a frame that was seen is known after a sleep
 * - frames BEFORE closes: a closed connection has got its last word
 * - frames BEFORE replies and calls: no other object runs ahead of the members
 * - slow connections last: each is an event of its own
 *
 * @param counters counts frames and calls; absent: nobody reads them
 */
export function performEffects(
  effects: Effects,
  host: EffectTarget,
  counters?: HostCounters,
): void {
  if (counters !== undefined) count(effects, counters);
  for (const entry of effects.logs) host.log(entry);
  for (const { conn, attachment } of effects.attachments)
    host.attach(conn, attachment);
  const slow: Conn[] = [];
  for (const { to, frames } of effects.send)
    for (const conn of to)
      if (isSlowReader(host.send(conn, frames))) slow.push(conn);
  for (const { conn, as } of effects.close) host.close(conn, as);
  for (const { ask, replies } of effects.replies) host.reply(ask, replies);
  for (const call of effects.calls) host.call(call);
  if (effects.alarm !== undefined) host.setAlarm(effects.alarm);
  host.setTimer(effects.timer);
  if (effects.deleteStorage) host.deleteStorage();
  if (effects.restart) host.restart();
  for (const conn of slow) host.slow(conn);
}

function count({ send, calls }: Effects, counters: HostCounters): void {
  for (const { to, frames } of send)
    counters.framesOut += to.length * frames.length;
  for (const { to } of calls) counters.calls[to.kind]++;
}
