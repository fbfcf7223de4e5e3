// Memory object: runs the core of one room or name in a test chat: an event in a transaction, then its effects.
import type {
  Address,
  Attachment,
  Call,
  Core,
  Event,
  LogEntry,
  Platform,
  ReplyHandle,
} from "../core/shared/contract.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import {
  type EffectTarget,
  performEffects,
} from "../hosting/perform-effects.ts";
import { CLOSE_CODES } from "../protocol/errors.ts";
import type { MemoryConnection } from "./memory-connection.ts";
import { MemoryDatabase } from "./memory-database.ts";

/** The chat around an object. */
export interface ObjectSurroundings {
  now(): number;
  readonly platform: Pick<Platform, "hash" | "random">;
  createCore(address: Address, platform: Platform): Core;
  /** Calls another object, the issuer or the app. */
  call(call: Call): Promise<readonly Reply[]>;
  log(entry: LogEntry): void;
  /** The core has thrown in an event that nobody waits for. */
  failed(error: unknown): void;
}

export class MemoryObject {
  readonly address: Address;
  /** When the timer and the alarm are due, ms since 1970. */
  #timer: number | null = null;
  #alarm: number | null = null;
  #database = new MemoryDatabase();
  #core: Core | null = null;
  readonly #chat: ObjectSurroundings;
  readonly #pendingReplies = new Map<
    ReplyHandle,
    (replies: readonly Reply[]) => void
  >();
  readonly #target: EffectTarget;

  constructor(address: Address, chat: ObjectSurroundings) {
    this.address = address;
    this.#chat = chat;
    this.#target = {
      log: (entry) => chat.log(entry),
      // Nothing sleeps here, so nothing is read back.
      attach: (_conn: object, _attachment: Attachment) => undefined,
      send: (conn, frames) => {
        for (const frame of frames) (conn as MemoryConnection).receive(frame);
        return 0;
      },
      close: (conn, as) =>
        (conn as MemoryConnection).closeByServer(CLOSE_CODES[as].reason),
      reply: (handle, replies) => {
        this.#pendingReplies.get(handle)?.(replies);
        this.#pendingReplies.delete(handle);
      },
      call: (call) => this.#call(call),
      setAlarm: (at) => {
        this.#alarm = at;
      },
      setTimer: (at) => {
        this.#timer = at;
      },
      deleteStorage: () => {
        this.#core = null;
        this.#database = new MemoryDatabase();
      },
      // Nobody restores a backup in a chat in memory.
      restart: () => undefined,
      slow: () => undefined,
    };
  }

  /** When the next event of its own is due, ms since 1970; Infinity: never. */
  get dueAt(): number {
    return Math.min(this.#timer ?? Infinity, this.#alarm ?? Infinity);
  }

  /** Runs what is due. */
  runDue(): void {
    const now = this.#chat.now();
    const isAlarm = (this.#alarm ?? Infinity) <= now;
    if ((this.#timer ?? Infinity) <= now) this.#timer = null;
    if (isAlarm) this.#alarm = null;
    this.run({ kind: "due", by: isAlarm ? "alarm" : "timer" });
  }

  /** @throws Error if the core throws; nothing of the event has happened then */
  run(event: Event): void {
    const effects = this.#database.transaction(() => {
      this.#core ??= this.#chat.createCore(this.address, this.#platform());
      return this.#core.on(event, this.#chat.now());
    });
    performEffects(effects, this.#target);
  }

  ask(ops: readonly Op[]): Promise<readonly Reply[]> {
    const ask: ReplyHandle = {};
    return new Promise((resolve) => {
      this.#pendingReplies.set(ask, resolve);
      this.run({ kind: "asked", ask, ops });
    });
  }

  #call(call: Call): void {
    const core = this.#core;
    const answered = (replies: readonly Reply[] | null) => {
      if (this.#core !== core) return;
      try {
        this.run({ kind: "answered", call: call.id, replies });
      } catch (error) {
        this.#chat.failed(error);
      }
    };
    void this.#chat.call(call).then(answered, () => answered(null));
  }

  #platform(): Platform {
    return {
      ...this.#chat.platform,
      // Of the present database: there is another one after `deleteStorage`.
      sql: { exec: (...query) => this.#database.exec(...query) },
      // Nobody pings here, so nobody is silent.
      lastPingAt: () => null,
    };
  }
}
