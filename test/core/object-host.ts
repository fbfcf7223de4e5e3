// Runs one core the way a host must: an event in a transaction, its effects after the commit.
import { createHash } from "node:crypto";
import { serialize } from "node:v8";
import type {
  Address,
  Ask,
  Attachment,
  Core,
  Effects,
  Event,
  Tools,
} from "../../src/core/host.ts";
import type { Op, Reply } from "../../src/core/ops.ts";
import { Database, DiskFull } from "./database.ts";
import { Peer } from "./peer.ts";
import type { World } from "./world.ts";

const ATTACHMENT_MAX = 512;

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
  readonly #world: World;
  readonly #asks = new Map<Ask, Hear>();

  constructor(world: World, address: Address) {
    this.#world = world;
    this.address = address;
  }

  run(event: Event): void {
    const { now } = this.#world;
    let effects: Effects;
    try {
      effects = this.database.transaction(() => {
        this.core ??= this.#world.createCore(this, this.#tools());
        return this.core.on(event, now);
      });
    } catch (error) {
      this.fail("restarted");
      // What a test did on purpose is no bug.
      if (error instanceof DiskFull) return;
      throw error;
    }
    this.#perform(effects);
  }

  ask(ops: readonly Op[], hear: Hear): void {
    const ask: Ask = {};
    this.#asks.set(ask, hear);
    this.run({ kind: "asked", ask, ops: structuredClone(ops) });
  }

  /** Memory and sockets are gone; what waits for an answer gets none. */
  fail(as: "restarted" | "lost"): void {
    this.core = null;
    this.timer = null;
    for (const peer of [...this.peers]) {
      peer.closed = as;
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

  #tools(): Tools {
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
      pinged: (conn) => (conn instanceof Peer ? conn.pingedAt : null),
    };
  }

  #perform(effects: Effects): void {
    this.#world.logs.push(...effects.logs);
    for (const { conn, attachment } of effects.keep)
      if (conn instanceof Peer) conn.attachment = kept(attachment);
    for (const { to, frames } of effects.send)
      for (const conn of to)
        for (const frame of frames)
          if (conn instanceof Peer) conn.receive(frame);
    for (const { conn, as } of effects.close)
      if (conn instanceof Peer) {
        conn.closed ??= as;
        this.peers.delete(conn);
      }
    for (const { ask, replies } of effects.replies) {
      const hear = this.#asks.get(ask);
      this.#asks.delete(ask);
      hear?.(structuredClone(replies));
    }
    for (const call of effects.calls) this.#world.call(this, call);
    this.alarm = effects.alarm ?? this.alarm;
    this.timer = effects.timer;
    if (effects.forget) this.#forget();
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
  return structuredClone(attachment);
}
