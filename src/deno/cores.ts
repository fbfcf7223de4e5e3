// Runs the cores of one process: an event is a transaction, its effects follow the commit.
import { createHash, randomBytes } from "node:crypto";
import { Directory } from "../core/directory/directory.ts";
import { Room } from "../core/room/room.ts";
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
import type { AppTokens } from "../http/app-tokens.ts";
import * as LIMITS from "../protocol/limits.ts";
import type { Settings } from "../protocol/settings.ts";
import { Alarms } from "./alarms.ts";
import { type Cell, Cells, isAtRest, type Waiting } from "./cells.ts";
import type { Database } from "./database.ts";
import { log, stackOf } from "./log.ts";
import { Peer } from "./peer.ts";
import { StorageHealth, type StorageProblem } from "./storage-health.ts";
import { Turns } from "./turns.ts";

export interface CoresOptions {
  readonly database: Database;
  readonly settings: Settings;
  /** Rooms and names held in memory at once. */
  readonly openMax: number;
  readonly appTokens: AppTokens;
  /** Are the files of the database where they were? */
  readonly isPresent?: () => boolean;
}

const SWEEP_MS = 10_000;
/** A core whose alarm failed is woken again after this long, in ms. */
const ALARM_AGAIN_MS = 30_000;
/** A core that failed hears again of those who have gone after this long, in ms. */
const TELL_AGAIN_MS = 1000;

export class Cores {
  readonly #settings: Settings;
  readonly #appTokens: AppTokens;
  readonly #health: StorageHealth;
  readonly #turns: Turns;
  readonly #alarms: Alarms;
  readonly #cells: Cells;
  readonly #tools: Platform;
  readonly #sweeper: ReturnType<typeof setInterval>;
  #isStopped = false;

  constructor(options: CoresOptions) {
    const { database, settings, openMax, appTokens, isPresent } = options;
    this.#settings = settings;
    this.#appTokens = appTokens;
    this.#health = new StorageHealth(database, isPresent);
    this.#turns = new Turns(
      database,
      (error) => {
        // One line is enough for a disk that stays full.
        if (this.#health.observe(error)) return;
        log({ event: "turn failed", error: stackOf(error) });
      },
      () => this.#health.confirmCommit(),
    );
    this.#tools = {
      sql: this.#turns.sql,
      hash: (text) => createHash("sha256").update(text).digest("base64url"),
      random: (bytes) => randomBytes(bytes).toString("base64url"),
      lastPingAt: (conn) => peerOf(conn).pingedAt,
    };
    this.#cells = new Cells(openMax);
    this.#alarms = new Alarms(database, this.#turns, (address) =>
      this.#ring(address),
    );
    this.#sweeper = setInterval(() => {
      this.#cells.sweep(Date.now());
      this.#health.check();
    }, SWEEP_MS);
  }

  /** Why what people write is not kept at present; null if it is. */
  checkStorage(): StorageProblem | null {
    return this.#health.check();
  }

  /** How many are in memory. */
  get open(): number {
    return this.#cells.open;
  }

  /** Its events come with `run`, until it is closed or dropped. */
  attach(address: Address, peer: Peer): void {
    this.#cells.at(address, Date.now()).peers.add(peer);
  }

  run(address: Address, event: Event): void {
    this.#run(address, event);
  }

  /** The answer, or word that there is none, comes in a later turn. */
  ask(to: Address, ops: readonly Op[], waiting: Omit<Waiting, "isCore">): void {
    this.#turns.later(() => this.#ask(to, ops, { ...waiting, isCore: false }));
  }

  /** Does anything wait for an answer, or for a flush until then? */
  isBusy(until: number): boolean {
    if (!this.#turns.isIdle) return true;
    for (const { calls, timer } of this.#cells)
      if (calls > 0 || (timer !== null && timer.at <= until)) return true;
    return false;
  }

  stop(): void {
    this.#isStopped = true;
    this.#turns.end();
    clearInterval(this.#sweeper);
    this.#alarms.stop();
    for (const cell of this.#cells) this.#cells.close(cell);
  }

  #ring(address: Address): void {
    if (this.#run(address, { kind: "due" }, true)) return;
    // What it wrote is undone, so that it would ring at once, and for ever.
    const at = Date.now() + ALARM_AGAIN_MS;
    const nothing = { committed() {}, failed() {} };
    this.#turns.attempt(
      () => this.#alarms.set(address, at),
      () => nothing,
    );
  }

  /** @returns false if it failed: nothing of it has happened */
  #run(address: Address, event: Event, isAlarm = false): boolean {
    const now = Date.now();
    const cell = this.#cells.at(address, now);
    this.#tellGone(cell);
    if ("conn" in event) this.#cells.touch(cell, peerOf(event.conn), now);
    try {
      this.#turns.attempt(
        () => {
          if (isAlarm) this.#alarms.clear(address);
          // Made in here, since it may have to migrate what is stored.
          const core = cell.core ?? this.#create(cell);
          const effects = core.on(event, now);
          if (effects.deleteStorage) this.#alarms.clear(address);
          else if (effects.alarm !== undefined)
            this.#alarms.set(address, effects.alarm);
          return { core, effects };
        },
        ({ core, effects }) => {
          cell.unsettled++;
          if (cell.core === null) this.#cells.opened(cell, core, now);
          this.#pass(cell, core, effects);
          return {
            committed: () => this.#perform(cell, core, effects),
            failed: (mayBeStored) => {
              cell.unsettled--;
              // Connections that stayed would have a hole where it is stored.
              if (mayBeStored) this.#drop(cell);
              else this.#restart(cell, now);
            },
          };
        },
      );
      return true;
    } catch (error) {
      const { kind } = event;
      if (!this.#health.observe(error))
        this.#log(address, {
          event: "core failed",
          kind,
          error: stackOf(error),
        });
      // What is kept of its connections lags behind what waits for the commit.
      if (cell.unsettled > 0) this.#drop(cell);
      else this.#restart(cell, now);
      return false;
    }
  }

  #create({ address: { kind, name }, peers }: Cell): Core {
    const [tools, settings] = [this.#tools, this.#settings];
    if (kind === "directory")
      return new Directory({ tools, settings, key: name });
    const connections = [...peers]
      .map((peer) => ({ conn: peer, attachment: peer.attachment }))
      // The one that is being opened has none yet.
      .filter(({ attachment }) => attachment !== null);
    return new Room({ tools, settings, name, connections });
  }

  #perform(cell: Cell, core: Core, effects: Effects): void {
    cell.unsettled--;
    for (const entry of effects.logs) this.#log(cell.address, entry);
    for (const { conn, attachment } of effects.attachments)
      peerOf(conn).attachment = attachment;
    const slow: Peer[] = [];
    for (const { to, frames } of effects.send)
      for (const conn of to) {
        const peer = peerOf(conn);
        if (peer.send(frames) > LIMITS.unread) slow.push(peer);
      }
    for (const { conn, as } of effects.close) {
      const peer = peerOf(conn);
      peer.close(as, Date.now());
      cell.peers.delete(peer);
      cell.recent.delete(peer);
    }
    this.#reply(cell, effects, false);
    if (cell.core === core) this.#setTimer(cell, effects.timer);
    if (isAtRest(cell)) this.#cells.rest(cell);
    if (effects.deleteStorage && isAtRest(cell)) this.#cells.close(cell);
    for (const peer of slow)
      if (peer.isHere) this.#run(cell.address, { kind: "slow", conn: peer });
  }

  /** What goes to other cores: all is in one transaction, and one commit. */
  #pass(cell: Cell, core: Core, effects: Effects): void {
    this.#reply(cell, effects, true);
    for (const { id, to, ops } of effects.calls) {
      cell.calls++;
      this.#call(cell, core, id, to, structuredClone(ops));
    }
  }

  #reply(cell: Cell, { replies: all }: Effects, isCore: boolean): void {
    for (const { ask, replies } of all) {
      const waiting = cell.asks.get(ask);
      if (waiting?.isCore !== isCore) continue;
      cell.asks.delete(ask);
      waiting.resolve(replies);
    }
  }

  /** Its answer comes back as an event, unless the core that asked is gone. */
  #call(
    cell: Cell,
    core: Core,
    call: number,
    to: Callee,
    ops: readonly Op[],
  ): void {
    const answered = (replies: readonly Reply[] | null) => {
      if (cell.core !== core) return;
      cell.calls--;
      this.#run(cell.address, { kind: "answered", call, replies });
    };
    const reject = () => this.#turns.later(() => answered(null));
    if (to.kind === "issuer") {
      const heard = (replies: readonly Reply[]) =>
        this.#turns.later(() => answered(replies));
      this.#appTokens.ask(ops).then(heard, reject);
      return;
    }
    const resolve = (replies: readonly Reply[]) => {
      const copy = structuredClone(replies);
      this.#turns.within(() => answered(copy));
    };
    const waiting: Waiting = { isCore: true, resolve, reject };
    this.#turns.within(() => this.#ask(to, ops, waiting));
  }

  #ask(to: Address, ops: readonly Op[], waiting: Waiting): void {
    const ask: ReplyHandle = {};
    this.#cells.at(to, Date.now()).asks.set(ask, waiting);
    this.#run(to, { kind: "asked", ask, ops });
  }

  #setTimer(cell: Cell, at: number | null): void {
    if (at === (cell.timer?.at ?? null)) return;
    if (cell.timer !== null) clearTimeout(cell.timer.handle);
    cell.timer = null;
    if (at === null) return;
    const fire = () => {
      cell.timer = null;
      this.#run(cell.address, { kind: "due" });
    };
    cell.timer = { at, handle: setTimeout(fire, Math.max(0, at - Date.now())) };
  }

  /**
   * A bug, or storage that failed: the core goes. The next one has what is kept
   * of the connections, as after a sleep. Only those come back whose newest
   * events may be lost with its memory: the others need not notice.
   */
  #restart(cell: Cell, failedAt: number): void {
    const lost = [...cell.recent.keys()];
    const others = cell.peers.size - lost.length;
    if (others <= 0) {
      this.#drop(cell);
      return;
    }
    for (const peer of lost) peer.isHere = false;
    cell.untold = lost;
    const asks = this.#forget(cell);
    const isAgain = cell.failedAt > failedAt - TELL_AGAIN_MS;
    cell.failedAt = failedAt;
    const goOn = () => {
      if (!this.#isStopped) this.#tellGone(cell);
    };
    this.#turns.afterwards(() => {
      this.#tellRestarted(lost, asks);
      if (isAgain) setTimeout(goOn, TELL_AGAIN_MS);
      else this.#turns.later(goOn);
    });
  }

  /** The core after one that failed counts these as here, until it hears this. */
  #tellGone(cell: Cell): void {
    for (const conn of cell.untold.splice(0))
      this.#run(cell.address, { kind: "closed", conn, code: 1000 });
  }

  /** The same, where whoever used it has to come back. */
  #drop(cell: Cell): void {
    const peers = [...cell.peers];
    for (const peer of peers) peer.isHere = false;
    cell.peers.clear();
    cell.recent.clear();
    cell.untold = [];
    const asks = this.#forget(cell);
    this.#turns.afterwards(() => this.#tellRestarted(peers, asks));
  }

  /** @returns those who wait for its answers */
  #forget(cell: Cell): Waiting[] {
    const asks = [...cell.asks.values()];
    cell.asks.clear();
    this.#cells.close(cell);
    return asks;
  }

  /** Behind what earlier events of the turn have for them. */
  #tellRestarted(peers: readonly Peer[], asks: readonly Waiting[]): void {
    for (const peer of peers) peer.close("restarted", Date.now());
    for (const { reject } of asks) reject();
  }

  #log({ kind, name }: Address, entry: Readonly<Record<string, unknown>>) {
    const label =
      kind === "room"
        ? { room: name }
        : { directory: this.#tools.hash(name).slice(0, 12) };
    log({ ...label, ...entry });
  }
}

function peerOf(conn: object): Peer {
  if (conn instanceof Peer) return conn;
  throw new Error("Not a connection of this host.");
}
