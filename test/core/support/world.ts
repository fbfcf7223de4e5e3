// World: a test runs rooms and directories without network or clock; it delivers calls and advances time by hand.
import { Directory } from "../../../src/core/directory/directory.ts";
import { Room } from "../../../src/core/room/room.ts";
import { createService } from "../../../src/core/service/create-service.ts";
import type { AppHooks } from "../../../src/core/shared/app-verdicts.ts";
import type {
  Address,
  Call,
  Callee,
  ConnectRequest,
  Core,
  LogEntry,
  Platform,
} from "../../../src/core/shared/contract.ts";
import type { Op, Reply, Verified } from "../../../src/core/shared/rpc.ts";
import { nameKey } from "../../../src/protocol/name-key.ts";
import {
  DEFAULT_SETTINGS,
  type Settings,
} from "../../../src/protocol/settings.ts";
import type { DataSchemas } from "../../../src/protocol/standard-schema.ts";
import { ObjectHost } from "./object-host.ts";
import { Peer } from "./peer.ts";
import { seededRandom } from "./random.ts";

/** A call between objects: on the way there, being answered, or on the way back. */
export interface PendingCall {
  readonly from: ObjectHost;
  /** The core that gets the answer; null: the answer is dropped. */
  caller: Core | null;
  readonly call: number;
  readonly to: Pick<ObjectHost, "ask">;
  readonly ops: readonly Op[];
  leg: "there" | "asked" | "back";
  replies: readonly Reply[] | null;
}

/** A connection without any options. */
const plain: ConnectRequest = {
  username: null,
  token: null,
  text: false,
  batch: false,
  invalidReason: null,
};

/** After this time without work an object sleeps, in ms. */
const IDLE_MS = 10_000;
const IDLE_AGAIN_MAX = 5;
const RESTART_MS = 1000;
/** A world that takes more steps than this never becomes quiet. */
const STEPS = 100_000;

export class World {
  now = 1_750_000_000_000;
  readonly settings: Settings;
  /** The app's schemas for data, of rooms that are loaded from now on. */
  schemas: DataSchemas = {};
  /** By how much alarms go off late, in ms. */
  alarmLagMs = 0;
  /** Unanswered calls, oldest first. */
  readonly pendingCalls: PendingCall[] = [];
  readonly logs: LogEntry[] = [];
  /** Is called with every new call. */
  onCall: (call: PendingCall) => void = () => undefined;
  /** Claims of the app's tokens; a token that is not listed is forged. */
  readonly tokens = new Map<string, Verified>();
  /** The app's hooks, and the promises behind their tickets; null: none. */
  hooks: AppHooks | null = null;
  app: PendingCall["to"] = {
    ask: (_, onReplies) => onReplies(null),
  };
  /** The webhooks by their URLs. */
  readonly webhooks = new Map<string, PendingCall["to"]>();
  readonly #hosts = new Map<string, ObjectHost>();
  /** The issuer that checks the app's tokens. */
  readonly #issuer: PendingCall["to"] = {
    ask: (ops, onReplies) => onReplies(ops.map((op) => this.#verify(op))),
  };
  readonly #bits: () => number;

  constructor(settings: Partial<Settings> = {}, seed = 1) {
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    this.#bits = seededRandom(seed);
  }

  room(name: string): ObjectHost {
    return this.#host({ kind: "room", name });
  }

  /** The directory of a user's name, in any spelling. */
  directory(username: string): ObjectHost {
    return this.#host({ kind: "directory", name: nameKey(username) });
  }

  /** A service object, such as a part of the registry of rooms. */
  service(name: string): ObjectHost {
    return this.#host({ kind: "service", name });
  }

  open(room: string, query: Partial<ConnectRequest> = {}): Peer {
    const host = this.room(room);
    const peer = new Peer(host, { ...plain, ...query });
    host.peers.add(peer);
    host.run({ kind: "opened", conn: peer, query: peer.query });
    return peer;
  }

  /** Asks a room as HTTP does. @throws if the room does not answer at once */
  askRoom(room: string, op: Op): Reply {
    let answers: readonly Reply[] | null = null;
    this.room(room).ask([op], (replies) => {
      answers = replies;
    });
    const [reply] = answers ?? [];
    if (reply === undefined) throw new Error("The room did not answer.");
    return reply;
  }

  /** @returns the oldest call with an op of this type; @throws if there is none */
  pendingCall(type: Op["type"]): PendingCall {
    const isOne = (op: Op) => op.type === type;
    const found = this.pendingCalls.find(({ ops }) => ops.some(isOne));
    if (found === undefined) throw new Error(`No ${type} is pending.`);
    return found;
  }

  /** Moves a call one step: to the object that is asked, or its answer to the caller. */
  deliver(pending: PendingCall): void {
    const { to } = pending;
    const isRefused = to instanceof ObjectHost && this.now < to.overloadedUntil;
    if (pending.leg === "there" && isRefused) {
      this.lose(pending);
    } else if (pending.leg === "there") {
      pending.leg = "asked";
      pending.to.ask(pending.ops, (replies) => {
        if (!this.pendingCalls.includes(pending)) return;
        pending.leg = "back";
        pending.replies = replies;
      });
    } else if (pending.leg === "back") {
      this.#answer(pending, pending.replies);
    }
  }

  /** Fails a call for its caller: before it takes effect, or after `deliver`. */
  lose(pending: PendingCall): void {
    this.#answer(pending, null);
  }

  /** Fails a call for its caller; the call may still take effect later. */
  timeOut(pending: PendingCall): void {
    const { from, caller, call } = pending;
    pending.caller = null;
    this.#notifyCaller(from, caller, call, null);
  }

  /** Adds a copy of a call, which takes effect once more. */
  repeat({ from, call, to, ops }: PendingCall): void {
    const again = structuredClone(ops);
    const leg = "there";
    const pending = { from, call, to, ops: again, leg, replies: null } as const;
    this.pendingCalls.push({ ...pending, caller: null });
  }

  /**
   * Delivers calls until none is left, except those for which `isHeld` is true,
   * and those that the app has not decided yet.
   */
  settle(isHeld: (pending: PendingCall) => boolean = () => false): void {
    for (let step = 0; step < STEPS; step++) {
      const free = this.pendingCalls.filter(
        (pending) => !isHeld(pending) && !this.#isUndecided(pending),
      );
      const next = free.find(({ leg }) => leg !== "asked");
      if (next !== undefined) this.deliver(next);
      else if (free.length > 0 && free.length === this.pendingCalls.length)
        throw new Error("A call hangs.");
      else return;
    }
    throw new Error("The calls never end.");
  }

  /** Advances the clock: timers and alarms go off, calls are not delivered. */
  advance(ms: number, after: () => void = () => undefined): void {
    const until = this.now + ms;
    for (let step = 0; step < STEPS; step++) {
      const due = (host: ObjectHost) =>
        Math.min(host.timer ?? Infinity, this.#alarmOf(host));
      let next: ObjectHost | null = null;
      for (const host of this.#hosts.values())
        if (next === null || due(host) < due(next)) next = host;
      if (next === null || due(next) > until) {
        this.now = until;
        return;
      }
      this.now = Math.max(this.now, due(next));
      if ((next.timer ?? Infinity) <= this.now) next.timer = null;
      if (this.#alarmOf(next) <= this.now) next.fireAlarm();
      else next.run({ kind: "due", by: "timer" });
      after();
    }
    throw new Error("The timers never end.");
  }

  /** Advances the clock, and delivers calls as they are made. */
  pass(ms: number): void {
    this.settle();
    this.advance(ms, () => this.settle());
  }

  /** Puts an idle object to sleep: it loses its memory, not sockets and attachments. */
  hibernate(host: ObjectHost): void {
    this.pass(IDLE_MS);
    // A timer from meanwhile, such as that of a cursor's row, ends as well.
    for (let i = 0; i < IDLE_AGAIN_MAX && host.isWaiting; i++)
      this.pass(IDLE_MS);
    if (host.isWaiting) throw new Error("The object has work to wait for.");
    host.core = null;
  }

  /** Kills an object and starts it again: it loses memory, sockets and its calls. */
  crash(host: ObjectHost): void {
    host.fail("lost");
    for (const pending of [...this.pendingCalls])
      if (pending.from === host) this.#remove(pending);
    this.advance(RESTART_MS);
  }

  /** Puts an object to sleep at once, if nothing keeps it awake. */
  sleepIfIdle(host: ObjectHost): void {
    const isAsking = this.pendingCalls.some(
      ({ from, caller }) => caller !== null && from === host,
    );
    if (!host.isWaiting && !isAsking) host.core = null;
  }

  /** Kills an object; the calls that it has made may still arrive. */
  kill(host: ObjectHost): void {
    host.fail("lost");
    this.now += RESTART_MS;
  }

  /** Sets the clock back: alarms depend on it, timers do not. */
  setClockBack(ms: number): void {
    this.now -= ms;
    for (const host of this.hosts) if (host.timer !== null) host.timer -= ms;
  }

  /** All rooms and directories. */
  get hosts(): readonly ObjectHost[] {
    return [...this.#hosts.values()];
  }

  #alarmOf({ alarm }: ObjectHost): number {
    return alarm === null ? Infinity : alarm + this.alarmLagMs;
  }

  /** @returns bytes that look random, as base64url, the same for each seed */
  random(bytes: number): string {
    const drawn = Uint8Array.from({ length: bytes }, () => this.#bits() & 255);
    return Buffer.from(drawn).toString("base64url");
  }

  createCore(host: ObjectHost, platform: Platform): Core {
    const { settings } = this;
    const { kind, name } = host.address;
    if (kind === "directory")
      return new Directory({ platform, settings, key: name });
    if (kind === "service") return createService(platform, name);
    const connections = [...host.peers]
      .filter(({ attachment }) => attachment !== null)
      .map((conn) => ({ conn, attachment: conn.attachment }));
    const { schemas, hooks } = this;
    return new Room({ platform, settings, name, connections, schemas, hooks });
  }

  call(from: ObjectHost, { id, to, ops }: Call): void {
    if (from.core === null) return;
    const pending: PendingCall = {
      from,
      caller: from.core,
      call: id,
      to: this.#calleeOf(to),
      ops: structuredClone(ops),
      leg: "there",
      replies: null,
    };
    this.pendingCalls.push(pending);
    this.onCall(pending);
  }

  /** The app takes its time: the test answers for it. */
  #isUndecided({ to, leg }: PendingCall): boolean {
    const isOutside =
      to === this.app || [...this.webhooks.values()].includes(to);
    return isOutside && leg === "asked";
  }

  #calleeOf(to: Callee): PendingCall["to"] {
    if (to.kind === "issuer") return this.#issuer;
    if (to.kind === "webhook") return this.webhooks.get(to.name) ?? this.app;
    return to.kind === "app" ? this.app : this.#host(to);
  }

  #answer(pending: PendingCall, replies: readonly Reply[] | null): void {
    if (!this.#remove(pending)) return;
    const { from, caller, call } = pending;
    this.#notifyCaller(from, caller, call, replies);
  }

  #notifyCaller(
    from: ObjectHost,
    caller: Core | null,
    call: number,
    replies: readonly Reply[] | null,
  ): void {
    if (caller !== null && from.core === caller)
      from.run({ kind: "answered", call, replies });
  }

  #verify(op: Op): Reply {
    const forged: Reply = { type: "refused", code: "unauthorized" };
    return op.type === "verify"
      ? (this.tokens.get(op.token) ?? forged)
      : forged;
  }

  /** @returns false if the call was removed before */
  #remove(pending: PendingCall): boolean {
    const at = this.pendingCalls.indexOf(pending);
    if (at >= 0) this.pendingCalls.splice(at, 1);
    return at >= 0;
  }

  #host(address: Address): ObjectHost {
    const key = `${address.kind} ${address.name}`;
    const host = this.#hosts.get(key) ?? new ObjectHost(this, address);
    this.#hosts.set(key, host);
    return host;
  }
}
