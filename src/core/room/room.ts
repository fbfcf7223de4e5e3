// Room: one chat room as a function of events, which returns the effects that its host performs.
import type { Settings } from "../../protocol/settings.ts";
import type { DataSchemas } from "../../protocol/standard-schema.ts";
import type { AppHooks } from "../shared/app-verdicts.ts";
import { collectReplies } from "../shared/collect-replies.ts";
import type {
  Conn,
  Core,
  Effects,
  Event,
  Platform,
  ReplyHandle,
} from "../shared/contract.ts";
import type { Reply } from "../shared/rpc.ts";
import { traceOf } from "../shared/trace.ts";
import { isClosedAttachment, parseAttachment } from "./attachment.ts";
import type { Connection } from "./connection.ts";
import { RoomContext, type RoomTimers } from "./context.ts";
import {
  connectionClosed,
  disconnect,
  disconnectExpired,
  removeMember,
} from "./leave.ts";
import { dropOldImport } from "./log-import.ts";
import { admitsAbsent } from "./mention-admission.ts";
import { openConnection, restoreConnection } from "./open.ts";
import { receive } from "./pipeline.ts";
import { answerRequest } from "./requests.ts";
import { closeAll } from "./room-closing.ts";
import { deleteRows } from "./room-deletion.ts";
import { SilenceCheck } from "./silence.ts";

export interface RoomOptions {
  readonly platform: Platform;
  readonly settings: Settings;
  readonly name: string;
  /** The app's schemas for data; absent: it has none. */
  readonly schemas?: DataSchemas | undefined;
  /** All open connections with their attachments: nothing else survives a sleep. */
  readonly connections: Iterable<{ conn: Conn; attachment: unknown }>;
  /** The app decides about joins and texts; absent: it does not. */
  readonly hooks?: AppHooks | null;
}

export class Room implements Core {
  #context: RoomContext;
  readonly #createContext: () => RoomContext;
  readonly #silence = new SilenceCheck();
  /** No event has come since the room was loaded. */
  #isFresh = true;
  /** Connections that were in the midst of a join when the memory went. */
  readonly #unrestorable: Conn[] = [];
  /** Connections that joined before the room became private, and may not stay. */
  readonly #uninvited: Connection[] = [];
  /** Connections whose frames waited for the app when the memory went. */
  readonly #interrupted: Connection[] = [];
  /** Questions without an answer yet, with the number of their ops. */
  readonly #openAsks = new Map<ReplyHandle, number>();
  /** Answers the operator who has the room deleted; null: nobody has. */
  #answerDeletion: ((reply: Reply) => void) | null = null;

  constructor({ connections, ...options }: RoomOptions) {
    const { platform, settings, name, schemas = {}, hooks = null } = options;
    const timers: RoomTimers = {
      expireToken: (connection, now) =>
        disconnectExpired(this.#context, connection, now),
      endGrace: (now) => this.#endGrace(now),
      admits: (...user) => admitsAbsent(this.#context, ...user),
    };
    this.#createContext = () =>
      new RoomContext(platform, settings, name, timers, schemas, hooks);
    this.#context = this.#createContext();
    for (const { conn, attachment } of connections) {
      if (isClosedAttachment(attachment)) continue;
      const restored = parseAttachment(attachment);
      if (restored === null) {
        this.#unrestorable.push(conn);
        continue;
      }
      if (restored.eventCursors !== null)
        this.#context.events?.restore(restored.eventCursors);
      const { connection, mayStay } = restoreConnection(
        this.#context,
        conn,
        restored,
      );
      if (!mayStay) this.#uninvited.push(connection);
      else if (restored.hasLostFrames) this.#interrupted.push(connection);
    }
    const { alarm, events } = this.#context;
    events?.begin();
    if (events !== null) alarm.restored(events.alarmAt);
  }

  on(event: Event, now: number): Effects {
    const context = this.#context;
    context.retention?.advance(now);
    if (this.#isFresh) this.#closeLeftovers(now);
    if ("conn" in event) {
      const connection = context.connections.get(event.conn);
      if (connection !== undefined) connection.lastFrameAt = now;
    }
    this.#silence.run(context, now);
    this.#handle(event, now);
    if (this.#answerDeletion !== null)
      return this.#delete(this.#answerDeletion, now);
    this.#receiveReleased(now);
    context.calls.traceparent = null;
    context.tokenExpiry.due(now);
    context.schedule.run(now);
    context.flushIfAllowed(now);
    context.endEvent(now);
    return context.takeEffects();
  }

  get memberCount(): number {
    return this.#context.presence.count;
  }

  #handle(event: Event, now: number): void {
    const context = this.#context;
    switch (event.kind) {
      case "opened":
        openConnection(context, event.conn, event.query, now);
        break;
      case "frame": {
        const connection = context.connections.get(event.conn);
        if (connection === undefined) break;
        context.calls.traceparent = connection.traceparent ?? null;
        receive(context, connection, event.data, now);
        break;
      }
      case "closed": {
        const connection = context.connections.get(event.conn);
        if (connection === undefined) break;
        connectionClosed(context, connection, now);
        if (!isNormalClose(event.code)) context.logClose(event.code);
        break;
      }
      case "slow": {
        const connection = context.connections.get(event.conn);
        if (connection === undefined) break;
        // The network is at fault, so the member gets the time to come back.
        connectionClosed(context, connection, now);
        context.close(connection, "slow");
        break;
      }
      case "asked":
        this.#openAsks.set(event.ask, event.ops.length);
        collectReplies(
          event.ops,
          (op, answer) => {
            context.calls.traceparent = traceOf(op);
            if (op.type === "delete-room" && context.log.epoch !== null)
              this.#answerDeletion = answer;
            else answerRequest(context, op, now, answer);
          },
          (replies) => {
            this.#openAsks.delete(event.ask);
            context.effects.replies.push({ ask: event.ask, replies });
          },
        );
        break;
      case "answered":
        context.calls.answered(event.call, event.replies, now);
        break;
      case "due":
        if (event.by === "alarm") {
          context.alarm.fired();
          dropOldImport(context, now);
        }
        context.timerFired(now);
        break;
      case "stopping":
        context.events?.stop();
        context.reportDelivery?.stop();
        break;
      default:
        event satisfies never;
    }
  }

  /**
   * Deletes the room with all that it has stored, and goes on as a room that
   * nobody has joined. What it still waits for is forgotten, as by a crash.
   */
  #delete(answer: (reply: Reply) => void, now: number): Effects {
    this.#answerDeletion = null;
    const context = this.#context;
    closeAll(context, now);
    deleteRows(context.platform.sql, context.name);
    context.effects.hasErased = true;
    context.effects.logs.push({ event: "room deleted" });
    answer({ type: "done" });
    for (const [ask, count] of this.#openAsks)
      context.effects.replies.push({
        ask,
        replies: Array.from({ length: count }, () => UNAVAILABLE),
      });
    this.#openAsks.clear();
    const { calls, ...effects } = context.takeEffects();
    this.#context = this.#createContext();
    this.#context.calls.continueFrom(context.calls);
    this.#context.endEvent(now);
    const { calls: own, timer, alarm } = this.#context.takeEffects();
    return { ...effects, calls: [...calls, ...own], timer, alarm };
  }

  /** Connections that a sleep or a new setting left behind: their clients come back. */
  #closeLeftovers(now: number): void {
    const context = this.#context;
    this.#isFresh = false;
    for (const conn of this.#unrestorable.splice(0))
      context.effects.close.push({ conn, as: "restarted" });
    for (const connection of this.#uninvited.splice(0))
      disconnect(context, connection, "restarted", now);
    for (const connection of this.#interrupted.splice(0)) {
      // Its user did nothing wrong, and gets the time to come back.
      connectionClosed(context, connection, now);
      context.close(connection, "restarted");
    }
  }

  /** Frames that waited for a join which has been answered by now. */
  #receiveReleased(now: number): void {
    const context = this.#context;
    if (context.releasedFrames.length === 0) return;
    for (const { connection, frames } of context.releasedFrames.splice(0)) {
      context.calls.traceparent = connection.traceparent ?? null;
      for (const data of frames)
        if (context.isOpen(connection)) receive(context, connection, data, now);
    }
  }

  #endGrace(now: number): void {
    const context = this.#context;
    const { PRESENCE_GRACE_MS } = context.settings;
    for (const member of context.grace.expired(now, PRESENCE_GRACE_MS))
      removeMember(context, member, now);
  }
}

const UNAVAILABLE: Reply = {
  ...{ type: "refused", code: "unavailable", retryAfter: 1000 },
};

/** Codes of RFC 6455 for a close that somebody wanted. */
function isNormalClose(code: number): boolean {
  return code === 1000 || code === 1001 || code === 1005;
}
