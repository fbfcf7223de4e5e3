// Runs one core the way a host must: an event in a transaction, its effects after the commit.
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
/** An alarm whose event failed goes off again after so long, in ms. */
const ALARM_AGAIN_MS = 2000;

/**
 * What befalls an object at its next event: nothing of it is committed; or it
 * is committed, and the object killed after so many of the effects.
 */
export type Blow =
  | { readonly kind: "uncommitted" }
  | { readonly after: number };

/** Hears the replies; null if there will be none. */
type Hear = (replies: readonly Reply[] | null) => void;

export class ObjectHost {
  readonly address: Address;
  readonly peers = new Set<Peer>();
  database = new Database();
  /** When the one-shot timer goes off: memory, not storage. */
  timer: number | null = null;
  alarm: number | null = null;
  /** The instance that is awake. */
  core: Core | null = null;
  blow: Blow | null = null;
  /** Calls to it fail until then, ms since 1970. */
  overloadedUntil = 0;
  readonly #world: World;
  readonly #asks = new Map<ReplyHandle, Hear>();

  constructor(world: World, address: Address) {
    this.#world = world;
    this.address = address;
  }

  get now(): number {
    return this.#world.now;
  }

  run(event: Event): void {
    const { now } = this.#world;
    const { blow } = this;
    this.blow = null;
    let effects: Effects;
    try {
      effects = this.database.transaction(() => {
        this.core ??= this.#world.createCore(this, this.#platform());
        const decided = this.core.on(event, now);
        if (blow !== null && "kind" in blow) throw new DiskFull();
        return decided;
      });
    } catch (error) {
      this.fail("restarted");
      // What a test did on purpose is no bug.
      if (error instanceof DiskFull) return;
      throw error;
    }
    // Hosts write it with the commit.
    this.alarm = effects.alarm ?? this.alarm;
    let left = blow !== null && "after" in blow ? blow.after : Infinity;
    for (const effect of this.#effects(effects)) {
      if (left-- === 0) {
        this.#world.kill(this);
        return;
      }
      effect();
    }
  }

  /** The alarm goes off; it does again where nothing came of it. */
  ring(): void {
    this.alarm = null;
    const isDoomed = this.blow !== null && "kind" in this.blow;
    this.run({ kind: "due" });
    if (isDoomed) this.alarm = this.#world.now + ALARM_AGAIN_MS;
  }

  /** One that is overdue has been tried too often. */
  loseAlarm(): void {
    if (this.alarm !== null && this.alarm <= this.now) this.alarm = null;
  }

  ask(ops: readonly Op[], hear: Hear): void {
    const ask: ReplyHandle = {};
    this.#asks.set(ask, hear);
    this.run({ kind: "asked", ask, ops });
  }

  /** Memory and sockets are gone; what waits for an answer gets none. */
  fail(as: "restarted" | "lost"): void {
    this.core = null;
    this.timer = null;
    for (const peer of [...this.peers]) {
      peer.fail(as);
      this.peers.delete(peer);
    }
    const asks = [...this.#asks.values()];
    this.#asks.clear();
    for (const hear of asks) hear(null);
  }

  /** Is anything to come of what was asked of it, or by it? */
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
    };
  }

  /** One by one, so that an object can be killed between any two. */
  *#effects(effects: Effects): Generator<() => void> {
    this.#world.logs.push(...effects.logs);
    for (const { conn, attachment } of effects.attachments)
      if (conn instanceof Peer)
        yield () => {
          conn.attachment = kept(attachment);
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
          conn.shut(as);
          // The platform lists it until its client has answered the close.
          if (conn.answersClose) this.peers.delete(conn);
        };
    for (const { ask, replies } of effects.replies)
      yield () => {
        const hear = this.#asks.get(ask);
        this.#asks.delete(ask);
        hear?.(structuredClone(replies));
      };
    for (const call of effects.calls) yield () => this.#world.call(this, call);
    this.timer = effects.timer;
    if (effects.deleteStorage) yield () => this.#forget();
  }

  #forget(): void {
    this.core = null;
    this.alarm = null;
    this.database = new Database();
  }
}

function kept(attachment: Attachment): unknown {
  const { length } = serialize(attachment);
  if (length > ATTACHMENT_MAX) throw new Error(`Keeps ${length} bytes.`);
  return [...attachment];
}
