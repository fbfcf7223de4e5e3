// Runs a core inside a Durable Object: what an event writes in a transaction, its effects after the commit.
import { DurableObject } from "cloudflare:workers";
import { createHash } from "node:crypto";
import type {
  Attachment,
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
import { CLOSE_CODES } from "../protocol/errors.ts";
import * as LIMITS from "../protocol/limits.ts";
import { DeferredWrites } from "./deferred-writes.ts";
import type { Env } from "./env.ts";
import { random } from "./random-pool.ts";
import { appTokens } from "./settings.ts";

/** The latest time that a Date holds: ECMAScript, "Time Values". */
const TIME_MAX_MS = 8.64e15;

/** Somebody's question, until it is answered. */
interface PendingReply {
  resolve(replies: readonly Reply[]): void;
  reject(error: Error): void;
}

export abstract class CoreObject extends DurableObject<Env> {
  readonly #sql = new DeferredWrites({
    exec: (query, values) => this.exec(query, values),
    transaction: (work) => this.ctx.storage.transactionSync(work),
  });
  #core: Core | null = null;
  #pendingReplies = new Map<ReplyHandle, PendingReply>();
  #timer: { at: number; handle: ReturnType<typeof setTimeout> } | null = null;

  protected abstract createCore(platform: Platform): Core;

  /** Which object it is, for the log: no name of a person. */
  protected abstract get label(): Readonly<Record<string, string>>;

  protected get name(): string {
    return this.ctx.id.name ?? this.ctx.id.toString();
  }

  /** One statement, at once. */
  protected exec(
    query: string,
    values: readonly SqlValue[],
  ): readonly Readonly<Record<string, SqlValue>>[] {
    const { sql } = this.ctx.storage;
    return sql.exec<Record<string, SqlValue>>(query, ...values).toArray();
  }

  /** RPC: what other objects, and the Worker, ask of this one. */
  ask(ops: readonly Op[]): Promise<readonly Reply[]> {
    const ask: ReplyHandle = {};
    return new Promise((resolve, reject) => {
      this.#pendingReplies.set(ask, { resolve, reject });
      this.run({ kind: "asked", ask, ops });
    });
  }

  /** Throws where it failed: then the runtime calls it again, in a while. */
  override alarm(): void {
    if (!this.run({ kind: "due" })) throw new Error("The object failed.");
  }

  /**
   * One event: a transaction if it writes, and then its effects.
   *
   * @returns false if it failed: nothing of it has happened
   */
  protected run(event: Event): boolean {
    const now = Date.now();
    let core: Core;
    let effects: Effects;
    try {
      // Made in here, since it may have to migrate what is stored.
      core = this.#core ?? this.createCore(this.#platform());
      effects = core.on(event, now);
      this.#sql.commit();
      this.#core = core;
    } catch (error) {
      this.#fail(event, error);
      return false;
    }
    this.#perform(core, effects, now);
    return true;
  }

  #platform(): Platform {
    return {
      sql: this.#sql,
      hash: (text) => createHash("sha256").update(text).digest("base64url"),
      random,
      lastPingAt: (conn) =>
        this.ctx
          .getWebSocketAutoResponseTimestamp(conn as WebSocket)
          ?.getTime() ?? null,
    };
  }

  #perform(core: Core, effects: Effects, now: number): void {
    for (const entry of effects.logs) this.#log(entry);
    for (const { conn, attachment } of effects.attachments)
      persistAttachment(conn, attachment);
    const slow: Conn[] = [];
    for (const { to, frames } of effects.send)
      for (const conn of to)
        if (sendFrames(conn, frames) > LIMITS.unreadBytesMax) slow.push(conn);
    for (const { conn, as } of effects.close) {
      const { code, reason } = CLOSE_CODES[as];
      closeSocket(conn, code, reason);
    }
    for (const { ask, replies } of effects.replies) {
      this.#pendingReplies.get(ask)?.resolve(replies);
      this.#pendingReplies.delete(ask);
    }
    for (const { id, to, ops } of effects.calls) this.#call(core, id, to, ops);
    if (effects.alarm !== undefined)
      void this.ctx.storage.setAlarm(Math.min(effects.alarm, TIME_MAX_MS));
    this.#setTimer(effects.timer, now);
    if (effects.deleteStorage) {
      this.#core = null;
      void this.ctx.storage.deleteAll();
    }
    for (const conn of slow) this.run({ kind: "slow", conn });
  }

  /** Its answer comes back as an event, unless the core that asked is gone. */
  #call(core: Core, call: number, to: Callee, ops: readonly Op[]): void {
    const answered = (replies: readonly Reply[] | null) => {
      if (this.#core === core) this.run({ kind: "answered", call, replies });
    };
    this.#callee(to)
      .ask(ops)
      .then(answered, (error: unknown) => {
        this.#log({
          event: "call failed",
          to: to.kind,
          error: describeError(error),
        });
        answered(null);
      });
  }

  #callee({ kind, name }: Callee): {
    ask(ops: readonly Op[]): Promise<readonly Reply[]>;
  } {
    switch (kind) {
      case "room":
        return this.env.ROOM.getByName(name);
      case "directory":
        return this.env.DIRECTORY.getByName(name);
      case "issuer":
        return appTokens;
      default:
        return kind satisfies never;
    }
  }

  #setTimer(at: number | null, now: number): void {
    if (at === (this.#timer?.at ?? null)) return;
    if (this.#timer !== null) clearTimeout(this.#timer.handle);
    this.#timer = null;
    if (at === null) return;
    const fire = () => {
      this.#timer = null;
      this.run({ kind: "due" });
    };
    this.#timer = { at, handle: setTimeout(fire, Math.max(0, at - now)) };
  }

  /** A bug, or storage that failed: nothing of this event has happened. */
  #fail(event: Event, error: unknown): void {
    this.#sql.rollback();
    this.#log({
      event: "core failed",
      kind: event.kind,
      error: describeError(error),
    });
    this.#core = null;
    for (const { reject } of this.#pendingReplies.values())
      reject(new Error("The object failed."));
    this.#pendingReplies.clear();
    if (this.#timer !== null) clearTimeout(this.#timer.handle);
    this.#timer = null;
    const { code, reason } = CLOSE_CODES.restarted;
    for (const socket of this.ctx.getWebSockets())
      closeSocket(socket, code, reason);
  }

  /** One line of JSON: what happened and where, never what people wrote. */
  #log(entry: LogEntry): void {
    console.log(JSON.stringify({ ...this.label, ...entry }));
  }
}

/** A stack for the log: frames only, the message may quote what people wrote. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, message, stack = "" } = error;
  const lines = stack.replace(message, "").split("\n");
  const frames = lines.filter((line) => /^\s+at /.test(line)).slice(0, 5);
  return `${name}: ${frames.map((frame) => frame.trim()).join(" ")}`;
}

function persistAttachment(conn: Conn, attachment: Attachment): void {
  const socket = conn as WebSocket;
  if (socket.readyState === WebSocket.OPEN)
    socket.serializeAttachment(attachment);
}

/**
 * A socket that is closing, or broken, costs nobody else anything.
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

/** Also answers a close of the client's: the runtime leaves that to us. */
export function closeSocket(conn: Conn, code?: number, reason?: string): void {
  try {
    (conn as WebSocket).close(code, reason);
  } catch {
    // Closed already.
  }
}
