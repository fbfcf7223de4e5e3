// Room context: the parts of one room, which its commands share, and the ways to send to its connections.

import type { ServerFrame } from "../../protocol/client-frames.ts";
import { errorFrame } from "../../protocol/codec.ts";
import {
  CLOSE_CODES,
  type CloseName,
  type ErrorCode,
} from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/name-key.ts";
import type { Role } from "../../protocol/roles.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { DataSchemas } from "../../protocol/standard-schema.ts";
import type { Recipient } from "../../protocol/text-format.ts";
import type { AppHooks } from "../shared/app-verdicts.ts";
import { Calls } from "../shared/calls.ts";
import {
  type Conn,
  type Effects,
  noEffects,
  type Platform,
} from "../shared/contract.ts";
import { type Counters, UNREAD_COUNTERS } from "../shared/counters.ts";
import type { Person } from "../shared/directory-requests.ts";
import { endpointsOf } from "../shared/events/endpoints.ts";
import type { EventDelivery } from "../shared/events/event-delivery.ts";
import { isPrivateRoom } from "../shared/room-access.ts";
import { Schedule } from "../shared/schedule.ts";
import { StoredTables } from "../shared/schema.ts";
import { AbsentRates } from "./absent-rates.ts";
import { CLOSED_ATTACHMENT, toAttachment } from "./attachment.ts";
import { BroadcastQueue, type Encoded } from "./broadcast-queue.ts";
import { type Connection, type Member, memberOf } from "./connection.ts";
import { DedupeWindow } from "./dedupe.ts";
import { encodeFrame, encodeLine } from "./encode-frame.ts";
import { Erasures } from "./erasures.ts";
import type { Flusher } from "./flusher.ts";
import { LeaveNotifier } from "./leave-notifier.ts";
import { Log } from "./log.ts";
import { MentionNotifier } from "./mention-notifier.ts";
import { MessageState } from "./message-state.ts";
import { MessageUpdates } from "./message-updates.ts";
import { ModerationState } from "./moderation-state.ts";
import { NoticeBoard } from "./notice-board.ts";
import { roleOfMember } from "./permission.ts";
import { Presence } from "./presence.ts";
import { PresenceBroadcaster } from "./presence-broadcaster.ts";
import { PresenceGrace } from "./presence-grace.ts";
import { PrivateQueue } from "./private-queue.ts";
import { Purges } from "./purges.ts";
import { ReadState } from "./read-state.ts";
import { Registration } from "./registration.ts";
import { ReportDelivery } from "./report-delivery.ts";
import { ReportQueue } from "./report-queue.ts";
import { createRetention, type Retention } from "./retention.ts";
import { RoomAlarm } from "./room-alarm.ts";
import { createDelivery } from "./room-delivery.ts";
import { createFlusher } from "./room-flusher.ts";
import { roomSchedule } from "./room-schedule.ts";
import { Searches } from "./searches.ts";
import { SendBuffer } from "./send-buffer.ts";
import { TokenExpiry } from "./token-expiry.ts";
import { Turns } from "./turns.ts";

/** The things that happen to a room's connections and members in time. */
export interface RoomTimers {
  /** Closes a connection whose token has ended. */
  expireToken(connection: Connection, now: number): void;
  /** Removes the members whose grace is over. */
  endGrace(now: number): void;
  /** May a user who is away, with a name of this key, be in the room? */
  admits(person: Person, key: string, now: number): boolean;
}

export class RoomContext {
  readonly platform: Platform;
  readonly settings: Settings;
  readonly counters: Counters;
  /** The app's schemas for data. */
  readonly schemas: DataSchemas;
  /** The app's hooks, and the frames that wait for them; null: it has none. */
  readonly hooks: AppHooks | null;
  readonly turns: Turns | null;
  /** The room's name. */
  readonly name: string;
  readonly log: Log;
  readonly dedupe: DedupeWindow;
  readonly moderation: ModerationState;
  /** The messages that were deleted. */
  readonly erasures: Erasures;
  /** The topic and the pinned messages. */
  readonly board: NoticeBoard;
  /** The reactions and replies of messages. */
  readonly messageState: MessageState;
  readonly purges: Purges;
  readonly searches: Searches;
  /** Deletes what is too old; null: nothing ever is. */
  readonly retention: Retention | null;
  readonly readState: ReadState;
  readonly reports: ReportQueue;
  readonly messageUpdates = new MessageUpdates(this);
  readonly broadcastQueue = new BroadcastQueue();
  readonly calls = new Calls();
  readonly schedule: Schedule;
  readonly grace: PresenceGrace;
  readonly presence: Presence;
  readonly privateQueue: PrivateQueue;
  readonly connections = new Map<Conn, Connection>();
  /** Only a token that names the room opens it, and a membership. */
  readonly isPrivate: boolean;
  /** Keys of names that no guest may have. */
  readonly reserved: ReadonlySet<string>;
  /** Connections that have joined. */
  readonly joined = new Set<Connection>();
  /** Connections that wait for the directory. */
  readonly joining = new Set<Connection>();
  readonly presenceBroadcaster: PresenceBroadcaster;
  readonly leaveNotifier: LeaveNotifier;
  readonly registration: Registration;
  readonly tokenExpiry: TokenExpiry;
  readonly absentRates: AbsentRates;
  readonly mentions: MentionNotifier;
  /** Published texts about which the app has been asked, without an answer yet. */
  publishesAsked = 0;
  /** Hands stored events to endpoints; null: there are none. */
  readonly events: EventDelivery<Connection> | null;
  /** Hands reports to endpoints; null: there are none. */
  readonly reportDelivery: ReportDelivery | null;
  readonly alarm = new RoomAlarm((at) => {
    this.effects.alarm = at;
  });
  /** Connections whose join was answered, with the frames that were buffered. */
  readonly releasedFrames: {
    connection: Connection;
    frames: readonly (string | null)[];
  }[] = [];
  /** When an import that has begun has failed, ms since 1970; Infinity: none has. */
  importEndsAt = Infinity;
  /** The effects of the present event. */
  effects: Effects = noEffects();
  readonly #sendBuffer = new SendBuffer();
  readonly #toPersist = new Set<Connection>();
  #version = 0;
  readonly #flusher: Flusher;

  constructor(
    platform: Platform,
    settings: Settings,
    name: string,
    { expireToken, endGrace, admits }: RoomTimers,
    schemas: DataSchemas,
    hooks: AppHooks | null = null,
  ) {
    this.hooks = hooks;
    this.turns = hooks === null ? null : new Turns(this);
    const hearsEvents = hooks?.hearsEvents === true;
    const endpoints = endpointsOf(platform, settings, name, hearsEvents);
    this.schedule = new Schedule(roomSchedule(endpoints.length > 0));
    this.platform = platform;
    this.counters = platform.counters ?? UNREAD_COUNTERS;
    this.settings = settings;
    this.schemas = schemas;
    this.name = name;
    const tables = new StoredTables(platform.sql);
    this.log = new Log(platform.sql, name, tables);
    this.erasures = new Erasures(platform.sql, name, tables);
    this.moderation = new ModerationState(
      ...([platform, name, tables, this.log, this.erasures] as const),
    );
    this.board = new NoticeBoard(platform.sql, name, tables);
    this.dedupe = new DedupeWindow(this.log);
    this.messageState = new MessageState(platform.sql, name, tables);
    this.isPrivate = isPrivateRoom(settings, name);
    this.reserved = new Set(settings.RESERVED_NAMES.map(nameKey));
    const { PRESENCE_GRACE_MS, FLUSH_CEILING_MS } = settings;
    const { RATE_BURST: burst, RATE_PER_SECOND: perSecond } = settings;
    this.absentRates = new AbsentRates({ burst, perSecond });
    this.grace = new PresenceGrace(
      this.schedule.add({
        ...{ name: "presence grace", clock: "timer", run: endGrace },
        delayMaxMs: PRESENCE_GRACE_MS,
      }),
    );
    this.presence = new Presence(this.grace);
    this.privateQueue = new PrivateQueue(
      this.calls,
      this.schedule,
      FLUSH_CEILING_MS,
    );
    this.#flusher = createFlusher(this, this.#sendBuffer);
    this.presenceBroadcaster = new PresenceBroadcaster(this);
    this.leaveNotifier = new LeaveNotifier(this);
    this.registration = new Registration(this, tables);
    this.tokenExpiry = new TokenExpiry({
      joined: this.joined,
      expire: expireToken,
    });
    this.reports = new ReportQueue(platform.sql, name, tables);
    this.purges = new Purges(this, tables);
    this.searches = new Searches(this);
    this.mentions = new MentionNotifier(this, admits, tables);
    this.retention = createRetention(this, tables);
    this.readState = new ReadState(this);
    this.events = endpoints.length > 0 ? createDelivery(this, endpoints) : null;
    this.reportDelivery =
      endpoints.length > 0 ? new ReportDelivery(this, endpoints) : null;
  }

  /**
   * Returns a version that rises with each use, also over restarts as long as the
   * clock does. If the clock was set back, a directory answers with its version.
   */
  nextVersion(now: number): number {
    this.#version = Math.max(now, this.#version + 1);
    return this.#version;
  }

  /** Notes a version that was used before. */
  observeVersion(version: number): void {
    this.#version = Math.max(this.#version, version);
  }

  /** Not everybody may enter: most rooms ask no more than this. */
  get isRestricted(): boolean {
    return this.isPrivate || !this.moderation.policy.admitsAll;
  }

  /** The room lets only some users in, and tells others nothing about itself. */
  get isGuarded(): boolean {
    return this.isPrivate || this.moderation.policy.access === "members";
  }

  /** @returns the role of a member; null: none */
  roleOf(member: Member): Role | null {
    return roleOfMember(this, member);
  }

  /** The trace of the request that is handled, as a field of a question to the app. */
  get trace(): { readonly traceparent?: string } {
    const { traceparent } = this.calls;
    return traceparent === null ? {} : { traceparent };
  }

  /** Sends frames to one connection, in order. */
  send(connection: Connection, ...messages: ServerFrame[]): void {
    this.sendEncoded(
      connection,
      messages.map((message) => encodeFrame(message, this.#reader(connection))),
    );
  }

  /** Sends lines that are JSON already. */
  sendLines(connection: Connection, lines: readonly string[]): void {
    this.sendEncoded(
      connection,
      lines.map((line) => encodeLine(line, this.#reader(connection))),
    );
  }

  sendEncoded(connection: Connection, encoded: readonly Encoded[]): void {
    this.#sendBuffer.add(connection, encoded);
  }

  /** Encodes a frame that all connections get alike. */
  encode(message: ServerFrame): Encoded {
    return encodeFrame(message, { user: null, room: this.name });
  }

  #reader(connection: Connection): Recipient {
    return { user: memberOf(connection)?.user ?? null, room: this.name };
  }

  sendError(
    connection: Connection,
    code: ErrorCode,
    more?: Parameters<typeof errorFrame>[1],
  ) {
    this.counters.refusals[code]++;
    this.send(connection, errorFrame(code, more));
  }

  /** Is the connection still in the room's list? */
  isOpen(connection: Connection): boolean {
    return this.connections.get(connection.conn) === connection;
  }

  /** Closes a connection and forgets it; frames that were sent before still arrive. */
  close(connection: Connection, as: CloseName): void {
    this.#toPersist.delete(connection);
    this.effects.attachments.push({
      conn: connection.conn,
      attachment: CLOSED_ATTACHMENT,
    });
    this.effects.close.push({ conn: connection.conn, as });
    this.connections.delete(connection.conn);
    if (CLOSE_CODES[as].code < CLOSE_CODES.refused.code)
      this.logClose(CLOSE_CODES[as].code);
  }

  /** Logs an abnormal close with the size of the room. */
  logClose(code: number): void {
    this.effects.logs.push({
      event: "closed",
      code,
      connections: this.connections.size,
      members: this.presence.count,
    });
  }

  /** Stores the state of the connection in its attachment, for after a sleep. */
  persist(connection: Connection): void {
    this.#toPersist.add(connection);
  }

  /**
   * Sends a frame that is not stored to all joined connections but some.
   *
   * @param mayWait it tells of a join or leave, and waits for others of its kind
   */
  broadcast(
    message: ServerFrame,
    except: ReadonlySet<Connection>,
    mayWait = false,
  ): void {
    this.broadcastQueue.notice(this.encode(message), except, mayWait);
  }

  /** Flushes the queues if their pacers allow it; otherwise they wait for it. */
  flushIfAllowed(now: number): void {
    this.privateQueue.flushIfAllowed(now);
    this.#flusher.flushIfAllowed(now);
  }

  /** Runs `done` in the event that writes the events that wait now. */
  afterFlush(done: () => void): void {
    this.#flusher.afterFlush(done);
  }

  /** Writes the events that wait to the log, then sends everything that waits. */
  flush(now: number): void {
    this.#flusher.flush(now);
  }

  /**
   * Replaces stored events, of which nothing may be left anywhere.
   *
   * @param changes the new JSON by seq
   */
  rewrite(changes: ReadonlyMap<number, string>): void {
    this.log.rewrite(changes);
    this.events?.rewritten();
    this.effects.hasErased = true;
  }

  /** The timer or the alarm has gone off, so the loop has nothing else to do. */
  timerFired(now: number): void {
    this.#flusher.timerFired(now);
  }

  /** Does all that is next at the end of an event, and sets the alarm for it. */
  endEvent(now: number): void {
    this.events?.settle(now);
    const eventsAt = this.events?.alarmAt ?? Infinity;
    // No list is made of these: this is the end of each event of each room.
    const next = Math.min(
      Math.min(this.tokenExpiry.next, eventsAt, this.importEndsAt),
      this.purges.settle(now),
      this.registration.settle(now),
      this.mentions.settle(now),
      this.retention?.settle(now) ?? Infinity,
      this.reportDelivery?.settle(now) ?? Infinity,
    );
    this.alarm.want(next, now);
    this.readState.settle(now);
  }

  /** Returns the effects of the present event; the next event starts anew. */
  takeEffects(): Effects {
    this.#sendBuffer.moveTo(this.effects.send);
    for (const connection of this.#toPersist)
      this.effects.attachments.push({
        conn: connection.conn,
        attachment: toAttachment(connection),
      });
    this.#toPersist.clear();
    this.calls.moveTo(this.effects.calls);
    this.effects.timer = this.schedule.next("timer");
    const effects = this.effects;
    this.effects = noEffects();
    return effects;
  }
}
