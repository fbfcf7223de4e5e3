// Core object: runs a core inside a Durable Object, commits the writes of an event, then performs its effects.
import { DurableObject } from "cloudflare:workers";
import { createHash } from "node:crypto";
import type {
  Address,
  Attachment,
  Call,
  Callee,
  Conn,
  Core,
  Effects,
  Event,
  LogEntry,
  Platform,
  ReplyHandle,
  SqlValue,
} from "../core/shared/contract.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import type { HookRunner } from "../hooks/hook-runner.ts";
import { log, stackOf } from "../hosting/log.ts";
import { OneShotTimer } from "../hosting/one-shot-timer.ts";
import {
  type EffectTarget,
  performEffects,
} from "../hosting/perform-effects.ts";
import { type Service, type Services, serviceOf } from "../hosting/services.ts";
import type { ChatConfig } from "../http/chat-config.ts";
import { CLOSE_CODES } from "../protocol/errors.ts";
import { DeferredWrites } from "./deferred-writes.ts";
import type { Env } from "./env.ts";
import type { ObjectMetrics } from "./object-metrics.ts";
import { random } from "./random-pool.ts";

/** The latest time that a Date can hold: ECMAScript, "Time Values". */
const TIME_MAX_MS = 8.64e15;

/** The part of the configuration that objects use. */
export interface ObjectConfig extends Pick<ChatConfig, "settings" | "schemas"> {
  /** Calls the hooks of the app; null: it has none. */
  readonly app: HookRunner | null;
  readonly services: Services;
  /** The Worker asks the app about connections, and tells the room its word. */
  readonly asksOnConnect: boolean;
  /** Counts what the object does; null: nobody reads it. */
  readonly metrics: ObjectMetrics | null;
}

/** The promise of an RPC call that has no reply yet. */
interface PendingReply {
  resolve(replies: readonly Reply[]): void;
  reject(error: Error): void;
}

/** @returns the SHA-256 as 43 characters of base64url */
export function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Calls one object. */
export function askObject(
  env: Env,
  { kind, name }: Address,
  ops: readonly Op[],
): Promise<readonly Reply[]> {
  return objectOf(env, { kind, name }).ask(ops);
}

function objectOf(env: Env, { kind, name }: Address): Service {
  switch (kind) {
    case "room":
      return env.ROOM.getByName(name);
    case "directory":
      return env.DIRECTORY.getByName(name);
    case "service":
      return env.SERVICE.getByName(name);
    default:
      return kind satisfies never;
  }
}

export abstract class CoreObject extends DurableObject<Env> {
  readonly #sql = new DeferredWrites({
    exec: (query, values) => this.exec(query, values),
    transaction: (work) => this.ctx.storage.transactionSync(work),
  });
  #core: Core | null = null;
  #pendingReplies = new Map<ReplyHandle, PendingReply>();
  readonly #timer = new OneShotTimer(
    () => void this.run({ kind: "due", by: "timer" }),
  );
  readonly #target = this.#effectTarget();

  protected readonly config: ObjectConfig;

  constructor(ctx: DurableObjectState, env: Env, config: ObjectConfig) {
    super(ctx, env);
    this.config = config;
  }

  protected abstract createCore(platform: Platform): Core;

  /** Names the object in the log, without a person's name. */
  protected abstract get label(): Readonly<Record<string, string>>;

  protected get name(): string {
    return this.ctx.id.name ?? this.ctx.id.toString();
  }

  /** Runs one statement at once. */
  protected exec(
    query: string,
    values: readonly SqlValue[],
  ): readonly Readonly<Record<string, SqlValue>>[] {
    const { sql } = this.ctx.storage;
    const cursor = sql.exec<Record<string, SqlValue>>(query, ...values);
    const rows = cursor.toArray();
    const { metrics } = this.config;
    if (metrics !== null) {
      metrics.counters.rowsRead += cursor.rowsRead;
      metrics.counters.rowsWritten += cursor.rowsWritten;
    }
    return rows;
  }

  /** The RPC method: the Worker and other objects call it. */
  ask(ops: readonly Op[]): Promise<readonly Reply[]> {
    const ask: ReplyHandle = {};
    return new Promise((resolve, reject) => {
      this.#pendingReplies.set(ask, { resolve, reject });
      this.run({ kind: "asked", ask, ops });
    });
  }

  /**
   * Throws if the event fails, so that the runtime calls the alarm again later.
   */
  override alarm(): void {
    if (!this.run({ kind: "due", by: "alarm" }))
      throw new Error("The object failed.");
  }

  /**
   * Runs one event: a transaction if it writes, then its effects.
   *
   * @returns false if the event failed, and nothing of it has happened
   */
  protected run(event: Event): boolean {
    const now = Date.now();
    let core: Core;
    let effects: Effects;
    try {
      // Inside the try block, since the constructor may migrate stored data.
      core = this.#core ?? this.createCore(this.#platform());
      effects = core.on(event, now);
      this.#sql.commit();
      this.#core = core;
    } catch (error) {
      this.#fail(event, error);
      return false;
    }
    const { metrics } = this.config;
    performEffects(effects, this.#target, metrics?.counters);
    metrics?.endEvent(now, () => this.#gauges(), core.memberCount ?? 0);
    return true;
  }

  #gauges() {
    const connections = this.ctx.getWebSockets().length;
    return { connections, members: this.#core?.memberCount ?? 0 };
  }

  #platform(): Platform {
    const { metrics } = this.config;
    return {
      sql: this.#sql,
      hash,
      random,
      ...(metrics !== null && { counters: metrics.counters }),
      lastPingAt: (conn) =>
        this.ctx
          .getWebSocketAutoResponseTimestamp(conn as WebSocket)
          ?.getTime() ?? null,
      networkOf: (conn) => this.ctx.getTags(conn as WebSocket)[0] ?? null,
    };
  }

  #effectTarget(): EffectTarget {
    return {
      log: (entry) => this.#log(entry),
      attach: persistAttachment,
      send: sendFrames,
      close: (conn, as) => {
        const { code, reason } = CLOSE_CODES[as];
        closeSocket(conn, code, reason);
      },
      reply: (handle, replies) => {
        this.#pendingReplies.get(handle)?.resolve(replies);
        this.#pendingReplies.delete(handle);
      },
      call: (call) => this.#call(call),
      setAlarm: (at) =>
        void this.ctx.storage.setAlarm(Math.min(at, TIME_MAX_MS)),
      setTimer: (at) => this.#timer.set(at, Date.now()),
      deleteStorage: () => {
        this.#core = null;
        void this.ctx.storage.deleteAll();
      },
      restart: () => this.#restart(),
      slow: (conn) => this.run({ kind: "slow", conn }),
    };
  }

  /** The answer comes back as an event, unless the calling core is gone. */
  #call({ id, to, ops }: Call): void {
    const core = this.#core;
    const answered = (replies: readonly Reply[] | null) => {
      if (this.#core === core)
        this.run({ kind: "answered", call: id, replies });
    };
    this.#callee(to)
      .ask(ops)
      .then(answered, (error: unknown) => {
        this.#log({
          event: "call failed",
          to: to.kind,
          error: stackOf(error),
        });
        answered(null);
      });
  }

  #callee({ kind, name }: Callee): Service {
    switch (kind) {
      case "room":
      case "directory":
      case "service":
        return objectOf(this.env, { kind, name });
      default:
        return serviceOf({ kind, name }, this.config.services);
    }
  }

  /** Handles a bug or a storage error: nothing of this event has happened. */
  #fail(event: Event, error: unknown): void {
    const { metrics } = this.config;
    if (metrics !== null) metrics.counters.failures++;
    this.#sql.rollback();
    this.#log({
      event: "core failed",
      kind: event.kind,
      error: stackOf(error),
    });
    this.#restart();
  }

  /** The next event makes another core. Calls of this one are not answered. */
  #restart(): void {
    this.#core = null;
    for (const { reject } of this.#pendingReplies.values())
      reject(new Error("The object failed."));
    this.#pendingReplies.clear();
    this.#timer.clear();
    const { code, reason } = CLOSE_CODES.restarted;
    for (const socket of this.ctx.getWebSockets())
      closeSocket(socket, code, reason);
  }

  /**
   * Writes one line of JSON: the event and its place, never the text of a
   * message.
   */
  #log(entry: LogEntry): void {
    log({ ...this.label, ...entry });
  }
}

function persistAttachment(conn: Conn, attachment: Attachment): void {
  const socket = conn as WebSocket;
  if (socket.readyState === WebSocket.OPEN)
    socket.serializeAttachment(attachment);
}

/**
 * A socket that is closing or broken must not affect the others.
 *
 * @returns bytes that wait for the client to read
 */
function sendFrames(conn: Conn, frames: readonly string[]): number {
  const socket = conn as WebSocket;
  if (socket.readyState !== WebSocket.OPEN) return 0;
  try {
    for (const frame of frames) socket.send(frame);
    return socket.bufferedAmount;
  } catch {
    closeSocket(conn, CLOSE_CODES.goingAway.code, CLOSE_CODES.goingAway.reason);
    return 0;
  }
}

/** Also answers the client's close frame: the runtime leaves that to us. */
export function closeSocket(conn: Conn, code?: number, reason?: string): void {
  try {
    (conn as WebSocket).close(code, reason);
  } catch {
    // It is closed already.
  }
}
