// Room delivery: a room hands its stored events, and its presence, to the endpoints that hear of it.
import type { Role } from "../../protocol/roles.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Calls } from "../shared/calls.ts";
import type { Effects, LogEntry, Platform } from "../shared/contract.ts";
import type { Endpoint } from "../shared/events/endpoints.ts";
import { EventDelivery } from "../shared/events/event-delivery.ts";
import type { Schedule } from "../shared/schedule.ts";
import type { StoredTables } from "../shared/schema.ts";
import type { Connection, Member } from "./connection.ts";
import type { Log } from "./log.ts";
import type { Presence } from "./presence.ts";
import { PresenceFeed } from "./presence-feed.ts";
import { PresenceMark } from "./presence-mark.ts";

/** The parts of a room that the delivery uses. */
export interface DeliveringRoom {
  readonly name: string;
  readonly platform: Platform;
  readonly settings: Settings;
  readonly log: Log;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly joined: ReadonlySet<Connection>;
  readonly presence: Presence;
  /** The effects of the present event. */
  readonly effects: Effects;
  nextVersion(now: number): number;
  roleOf(member: Member): Role | null;
  persist(connection: Connection): void;
}

/** @returns the delivery of a room's events to its endpoints */
export function createDelivery(
  context: DeliveringRoom,
  endpoints: readonly Endpoint[],
): EventDelivery<Connection> {
  const { name, log, calls, schedule, joined, presence } = context;
  const { sql } = context.platform;
  const feedRoom = {
    ...{ log, presence, graceMs: context.settings.PRESENCE_GRACE_MS },
    nextVersion: (now: number) => context.nextVersion(now),
    roleOf: (member: Member) => context.roleOf(member),
  };
  const room = {
    ...{ name, log, calls, schedule, joined, sql, isDirectory: false },
    persist: (connection: Connection) => context.persist(connection),
    writeLog: (entry: LogEntry) => void context.effects.logs.push(entry),
    createFeed: (endpoint: Endpoint, tables: StoredTables) => {
      if (!endpoint.hearsPresence) return null;
      const mark = new PresenceMark(sql, name, endpoint.name, tables);
      return new PresenceFeed(feedRoom, mark);
    },
  };
  return new EventDelivery(room, endpoints);
}
