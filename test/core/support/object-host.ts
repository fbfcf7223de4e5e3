// Object host: a test host runs one core as a real host must: an event in a transaction, its effects after the commit.
import { createHash } from "node:crypto";
import { serialize } from "node:v8";
import type {
  Address,
  Attachment,
  Core,
  Effects,
  Event,
  Platform,
  ReplyHandle,
} from "../../../src/core/shared/contract.ts";
import type { Op, Reply } from "../../../src/core/shared/rpc.ts";
import { Database, DiskFull } from "./database.ts";
import { Peer } from "./peer.ts";
import type { World } from "./world.ts";

const ATTACHMENT_MAX = 512;
/** After this time an alarm whose event failed goes off again, in ms. */
const ALARM_RETRY_MS = 2000;

/**
 * A fault at the next event: either the commit fails, or the object is killed
 * after the commit and so many of the effects.
 */
export type Fault =
  | { readonly kind: "uncommitted" }
  | { readonly after: number };

/** Receives the replies; null: the call has failed. */
type OnReplies = (replies: readonly Reply[] | null) => void;

export class ObjectHost {
  readonly address: Address;
  readonly peers = new Set<Peer>();
  database = new Database();
  /** When the timer goes off, ms since 1970; it is lost with the memory. */
  timer: number | null = null;
  alarm: number | null = null;
  /** The instance in memory; null while the object sleeps. */
  core: Core | null = null;
  nextFault: Fault | null = null;
  /** Calls to the object fail until this time, ms since 1970. */
  overloadedUntil = 0;
  readonly #world: World;
  readonly #asks = new Map<ReplyHandle, OnReplies>();

  constructor(world: World, address: Address) {
    this.#world = world;
    this.address = address;
  }

  get now(): number {
    return this.#world.now;
  }

  run(event: Event): void {
    const { now } = this.#world;
    const { nextFault } = this;
    this.nextFault = null;
    let effects: Effects;
    try {
      effects = this.database.transaction(() => {
        this.core ??= this.#world.createCore(this, this.#platform());
        const decided = this.core.on(event, now);
        if (nextFault !== null && "kind" in nextFault) throw new DiskFull();
        return decided;
      });
    } catch (error) {
      this.fail("restarted");
      // The test has caused this error on purpose.
      if (error instanceof DiskFull) return;
      throw error;
    }
    // Hosts write the alarm with the commit.
    this.alarm = effects.alarm ?? this.alarm;
    let left =
      nextFault !== null && "after" in nextFault ? nextFault.after : Infinity;
    for (const effect of this.#effects(effects)) {
      if (left-- === 0) {
        this.#world.kill(this);
        return;
      }
      effect();
    }
  }

  /** Runs the alarm; an alarm whose event is not committed goes off again. */
  fireAlarm(): void {
    this.alarm = null;
    const isUncommitted = this.nextFault !== null && "kind" in this.nextFault;
    this.run({ kind: "due", by: "alarm" });
    if (isUncommitted) this.alarm = this.#world.now + ALARM_RETRY_MS;
  }

  /** Drops an overdue alarm, as a platform does after too many attempts. */
  loseAlarm(): void {
    if (this.alarm !== null && this.alarm <= this.now) this.alarm = null;
  }

  ask(ops: readonly Op[], onReplies: OnReplies): void {
    const ask: ReplyHandle = {};
    this.#asks.set(ask, onReplies);
    this.run({ kind: "asked", ask, ops });
  }

  /** Loses memory and sockets; calls that wait for an answer fail. */
  fail(as: "restarted" | "lost"): void {
    this.core = null;
    this.timer = null;
    for (const peer of [...this.peers]) {
      peer.fail(as);
      this.peers.delete(peer);
    }
    const asks = [...this.#asks.values()];
    this.#asks.clear();
    for (const onReplies of asks) onReplies(null);
  }

  /** Has the object a timer, or calls to answer? Then it does not sleep. */
  get isWaiting(): boolean {
    return this.timer !== null || this.#asks.size > 0;
  }

  #platform(): Platform {
    return {
      sql: {
        exec: (query, ...values) => {
          if (!this.database.isInTransaction)
            throw new Error("SQL outside of an event.");
          return this.database.exec(query, ...values);
        },
      },
      hash: (text) => createHash("sha256").update(text).digest("base64url"),
      random: (bytes) => this.#world.random(bytes),
      lastPingAt: (conn) => (conn instanceof Peer ? conn.pingedAt : null),
      networkOf: (conn) =>
        conn instanceof Peer ? (conn.query.network ?? null) : null,
    };
  }

  /** The effects one by one, so that an object can be killed between any two. */
  *#effects(effects: Effects): Generator<() => void> {
    this.#world.logs.push(...effects.logs);
    for (const { conn, attachment } of effects.attachments)
      if (conn instanceof Peer)
        yield () => {
          conn.attachment = checkedAttachment(attachment);
        };
    for (const { to, frames } of effects.send)
      for (const conn of to)
        if (conn instanceof Peer)
          yield () => {
            for (const frame of frames) conn.receive(frame);
          };
    for (const { conn, as } of effects.close)
      if (conn instanceof Peer)
        yield () => {
          conn.closeByHost(as);
          // The platform lists the socket until its client has answered the close.
          if (conn.answersClose) this.peers.delete(conn);
        };
    for (const { ask, replies } of effects.replies)
      yield () => {
        const onReplies = this.#asks.get(ask);
        this.#asks.delete(ask);
        onReplies?.(structuredClone(replies));
      };
    for (const call of effects.calls) yield () => this.#world.call(this, call);
    this.timer = effects.timer;
    if (effects.deleteStorage) yield () => this.#deleteStorage();
    if (effects.restart) yield () => this.fail("restarted");
  }

  #deleteStorage(): void {
    this.core = null;
    this.alarm = null;
    this.database = new Database();
  }
}

function checkedAttachment(attachment: Attachment): unknown {
  const { length } = serialize(attachment);
  if (length > ATTACHMENT_MAX)
    throw new Error(`An attachment has ${length} bytes.`);
  return [...attachment];
}
