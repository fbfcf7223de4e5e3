// Core runner: runs the rooms and directories of one process, each event in a transaction and its effects after the commit.
import { Directory } from "../core/directory/directory.ts";
import { Room } from "../core/room/room.ts";
import { createService } from "../core/service/create-service.ts";
import type {
  Address,
  Callee,
  Core,
  Effects,
  Event,
  Platform,
  ReplyHandle,
} from "../core/shared/contract.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import type { HookRunner } from "../hooks/hook-runner.ts";
import { log, stackOf } from "../hosting/log.ts";
import { HostCounters } from "../hosting/metrics/host-counters.ts";
import {
  type EffectTarget,
  performEffects,
} from "../hosting/perform-effects.ts";
import { createServices, isObject, serviceOf } from "../hosting/services.ts";
import type { AppTokens } from "../http/app-tokens.ts";
import type { Settings } from "../protocol/settings.ts";
import type { DataSchemas } from "../protocol/standard-schema.ts";
import { Alarms } from "./alarms.ts";
import { copyData } from "./copy-data.ts";
import { CoreRecovery } from "./core-recovery.ts";
import {
  CoreRegistry,
  type CoreSlot,
  isIdle,
  type PendingReply,
} from "./core-registry.ts";
import { hash, random } from "./cryptography.ts";
import type { Database } from "./database.ts";
import { Erasure } from "./erasure.ts";
import { GroupCommit } from "./group-commit.ts";
import { Peer } from "./peer.ts";
import { StorageHealth, type StorageProblem } from "./storage-health.ts";

export interface CoreRunnerOptions {
  readonly database: Database;
  readonly settings: Settings;
  /** Rooms and names in memory at once. */
  readonly openMax: number;
  readonly appTokens: AppTokens;
  /** The app's schemas for data; absent: it has none. */
  readonly schemas?: DataSchemas | undefined;
  /** Calls the hooks of the app; absent or null: it has none. */
  readonly app?: HookRunner | null;
  /** Counts all work; absent: nobody reads it. */
  readonly counters?: HostCounters;
  /** Tells whether the database files are still in their place. */
  readonly isPresent?: () => boolean;
}

const SWEEP_MS = 10_000;
/** The delay before a failed alarm fires again. */
const ALARM_RETRY_MS = 30_000;

export class CoreRunner {
  readonly #options: CoreRunnerOptions;
  readonly #health: StorageHealth;
  readonly #groupCommit: GroupCommit;
  readonly #alarms: Alarms;
  readonly #erasure: Erasure;
  readonly #registry: CoreRegistry;
  readonly #platform: Platform;
  readonly #services: ReturnType<typeof createServices>;
  readonly #counters: HostCounters;
  readonly #recovery: CoreRecovery;
  readonly #sweeper: ReturnType<typeof setInterval>;

  constructor(options: CoreRunnerOptions) {
    const { database, openMax, isPresent } = options;
    const { counters = new HostCounters() } = options;
    this.#options = options;
    this.#counters = counters;
    this.#services = createServices({ ...options, counters });
    this.#health = new StorageHealth(database, isPresent);
    this.#groupCommit = new GroupCommit(
      database,
      (error) => {
        // One log line is enough for a disk that stays full.
        if (this.#health.observe(error)) return;
        log({ event: "turn failed", error: stackOf(error) });
      },
      () => this.#health.confirmCommit(),
    );
    this.#erasure = new Erasure(database, this.#groupCommit);
    this.#platform = {
      sql: this.#groupCommit.sql,
      hash,
      random,
      lastPingAt: (conn) => peerOf(conn).pingedAt,
      networkOf: (conn) => peerOf(conn).network,
      counters,
    };
    this.#registry = new CoreRegistry(openMax, (address) =>
      this.#run(address, { kind: "due", by: "timer" }),
    );
    this.#recovery = new CoreRecovery({
      ...{ registry: this.#registry, groupCommit: this.#groupCommit },
      run: ({ address }, event) => this.#run(address, event),
    });
    this.#alarms = new Alarms(database, this.#groupCommit, (address) =>
      this.#fireAlarm(address),
    );
    this.#sweeper = setInterval(() => {
      this.#registry.sweep(Date.now());
      this.#health.check();
    }, SWEEP_MS);
  }

  /** The reason why writes are not stored at present; null if they are. */
  checkStorage(): StorageProblem | null {
    return this.#health.check();
  }

  /** Cores in memory. */
  get openCount(): number {
    return this.#registry.openCount;
  }

  /** Users in rooms. */
  get memberCount(): number {
    return this.#registry.memberCount;
  }

  /** Adds a connection. Its events come with `run` until it is closed or dropped. */
  attach(address: Address, peer: Peer): void {
    this.#registry.slotFor(address, Date.now()).peers.add(peer);
  }

  run(address: Address, event: Event): void {
    this.#run(address, event);
  }

  /** The answer or the failure comes in a later commit. */
  ask(
    to: Address,
    ops: readonly Op[],
    waiting: Omit<PendingReply, "isCore">,
  ): void {
    this.#groupCommit.enqueue(() =>
      this.#ask(to, ops, { ...waiting, isCore: false }),
    );
  }

  /** Tells whether a call or a flush until that time is open. */
  isBusy(until: number): boolean {
    if (!this.#groupCommit.isIdle) return true;
    for (const { openCalls, timer } of this.#registry)
      if (openCalls > 0 || (timer.at !== null && timer.at <= until))
        return true;
    return false;
  }

  stop(): void {
    this.#recovery.stop();
    for (const { address, core } of [...this.#registry])
      if (core !== null) this.#run(address, { kind: "stopping" });
    this.#groupCommit.commit();
    this.#erasure.stop();
    clearInterval(this.#sweeper);
    this.#alarms.stop();
    for (const slot of this.#registry) this.#registry.close(slot);
  }

  #fireAlarm(address: Address): void {
    if (this.#run(address, { kind: "due", by: "alarm" }, true)) return;
    // Its writes are rolled back, so the alarm would fire at once, again and
    // again.
    const at = Date.now() + ALARM_RETRY_MS;
    const nothing = { committed() {}, failed() {} };
    this.#groupCommit.runEvent(
      () => this.#alarms.set(address, at),
      () => nothing,
    );
  }

  /** @returns false if the event failed, and nothing of it has happened */
  #run(address: Address, event: Event, isAlarm = false): boolean {
    const now = Date.now();
    const slot = this.#registry.slotFor(address, now);
    this.#recovery.reportClosed(slot);
    if ("conn" in event) this.#registry.touch(slot, peerOf(event.conn), now);
    try {
      this.#groupCommit.runEvent(
        () => {
          if (isAlarm) this.#alarms.clear(address);
          // Inside the event, since the constructor may migrate stored data.
          const core = slot.core ?? this.#create(slot);
          const effects = core.on(event, now);
          if (effects.deleteStorage) this.#alarms.clear(address);
          else if (effects.alarm !== undefined)
            this.#alarms.set(address, effects.alarm);
          return { core, effects };
        },
        ({ core, effects }) => {
          slot.uncommittedEvents++;
          const target = slot.effectTarget ?? this.#effectTarget(slot, core);
          if (slot.core === null)
            this.#registry.markOpen(slot, core, target, now);
          this.#passOn(slot, core, effects);
          return {
            committed: () => this.#perform(slot, target, effects),
            failed: (mayBeStored) => {
              slot.uncommittedEvents--;
              // Connections that stayed would miss events that are stored.
              if (mayBeStored) this.#recovery.drop(slot);
              else this.#recovery.restart(slot, now);
            },
          };
        },
      );
      return true;
    } catch (error) {
      const { kind } = event;
      this.#counters.failures++;
      if (!this.#health.observe(error))
        this.#log(address, {
          event: "core failed",
          kind,
          error: stackOf(error),
        });
      // The attachments are older than the events that wait for the commit.
      if (slot.uncommittedEvents > 0) this.#recovery.drop(slot);
      else this.#recovery.restart(slot, now);
      return false;
    }
  }

  #create({ address: { kind, name }, peers }: CoreSlot): Core {
    const platform = this.#platform;
    const { settings, schemas, app = null } = this.#options;
    if (kind === "directory")
      return new Directory({ platform, settings, key: name });
    if (kind === "service") return createService(platform, name);
    const connections = [...peers]
      .map((peer) => ({ conn: peer, attachment: peer.attachment }))
      // The connection that is being opened has no attachment yet.
      .filter(({ attachment }) => attachment !== null);
    const hooks = app?.hooks ?? null;
    return new Room({ platform, settings, name, connections, schemas, hooks });
  }

  #perform(slot: CoreSlot, target: EffectTarget, effects: Effects): void {
    slot.uncommittedEvents--;
    performEffects(effects, target, this.#counters);
    if (effects.hasErased) this.#erasure.noteErased();
    if (isIdle(slot)) this.#registry.settle(slot);
    if (effects.deleteStorage && isIdle(slot)) this.#registry.close(slot);
  }

  /**
   * Performs what follows the commit. Calls, replies to other cores and alarms
   * belong to the transaction: see `#passOn` and `#run`.
   */
  #effectTarget(slot: CoreSlot, core: Core): EffectTarget {
    const nothing = () => undefined;
    return {
      log: (entry) => this.#log(slot.address, entry),
      attach: (conn, attachment) => {
        peerOf(conn).attachment = attachment;
      },
      send: (conn, frames) => peerOf(conn).send(frames),
      close: (conn, as) => {
        const peer = peerOf(conn);
        peer.close(as, Date.now());
        slot.peers.delete(peer);
        slot.recentPeers.delete(peer);
      },
      reply: (handle, replies) => this.#reply(slot, handle, replies, false),
      call: nothing,
      setAlarm: nothing,
      setTimer: (at) => {
        if (slot.core === core) slot.timer.set(at, Date.now());
      },
      deleteStorage: nothing,
      restart: () => this.#recovery.drop(slot),
      slow: (conn) => {
        if (peerOf(conn).isAttached)
          this.#run(slot.address, { kind: "slow", conn });
      },
    };
  }

  /** Passes calls and replies to other cores, which are in the same transaction. */
  #passOn(slot: CoreSlot, core: Core, effects: Effects): void {
    for (const { ask, replies } of effects.replies)
      this.#reply(slot, ask, replies, true);
    for (const { id, to, ops } of effects.calls) {
      slot.openCalls++;
      this.#call(slot, core, id, to, copyData(ops));
    }
  }

  #reply(
    slot: CoreSlot,
    handle: ReplyHandle,
    replies: readonly Reply[],
    isCore: boolean,
  ): void {
    const pending = slot.pendingReplies.get(handle);
    if (pending?.isCore !== isCore) return;
    slot.pendingReplies.delete(handle);
    pending.resolve(replies);
  }

  /** The answer comes back as an event, unless the calling core is gone. */
  #call(
    slot: CoreSlot,
    core: Core,
    call: number,
    to: Callee,
    ops: readonly Op[],
  ): void {
    const answered = (replies: readonly Reply[] | null) => {
      if (slot.core !== core) return;
      slot.openCalls--;
      this.#run(slot.address, { kind: "answered", call, replies });
    };
    const reject = () => this.#groupCommit.enqueue(() => answered(null));
    if (!isObject(to)) {
      const onReplies = (replies: readonly Reply[]) =>
        this.#groupCommit.enqueue(() => answered(replies));
      serviceOf(to, this.#services).ask(ops).then(onReplies, reject);
      return;
    }
    const resolve = (replies: readonly Reply[]) => {
      const copy = copyData(replies);
      this.#groupCommit.enqueueInTransaction(() => answered(copy));
    };
    const waiting: PendingReply = { isCore: true, resolve, reject };
    this.#groupCommit.enqueueInTransaction(() => this.#ask(to, ops, waiting));
  }

  #ask(to: Address, ops: readonly Op[], waiting: PendingReply): void {
    const ask: ReplyHandle = {};
    this.#registry.slotFor(to, Date.now()).pendingReplies.set(ask, waiting);
    this.#run(to, { kind: "asked", ask, ops });
  }

  #log({ kind, name }: Address, entry: Readonly<Record<string, unknown>>) {
    const shown =
      kind === "directory" ? this.#platform.hash(name).slice(0, 12) : name;
    log({ [kind]: shown, ...entry });
  }
}

function peerOf(conn: object): Peer {
  if (conn instanceof Peer) return conn;
  throw new Error("Not a connection of this host.");
}
