// A world of rooms and directories without network or clock: calls are delivered, and time passes, by hand.
import { Directory } from "../../../src/core/directory/directory.ts";
import { Room } from "../../../src/core/room/room.ts";
import type {
  Address,
  Call,
  ConnectRequest,
  Core,
  LogEntry,
  Platform,
} from "../../../src/core/shared/contract.ts";
import type { Op, Reply, Verified } from "../../../src/core/shared/rpc.ts";
import { nameKey } from "../../../src/protocol/names.ts";
import {
  DEFAULT_SETTINGS,
  type Settings,
} from "../../../src/protocol/settings.ts";
import { ObjectHost } from "./object-host.ts";
import { Peer } from "./peer.ts";
import { chance } from "./random.ts";

/** A call on its way: to who is asked, in their hands, or coming back. */
export interface Flight {
  readonly from: ObjectHost;
  /** Who hears the answer; null: nobody does any more. */
  caller: Core | null;
  readonly call: number;
  readonly to: Pick<ObjectHost, "ask">;
  readonly ops: readonly Op[];
  leg: "there" | "asked" | "back";
  replies: readonly Reply[] | null;
}

/** A connection that asks for nothing in particular. */
const plain: ConnectRequest = {
  username: null,
  token: null,
  text: false,
  batch: false,
  invalidReason: null,
};

/** An object sleeps after this long without anything to do, in ms. */
const IDLE_MS = 10_000;
const RESTART_MS = 1000;
/** More than this many steps means that it never comes to rest. */
const STEPS = 100_000;

export class World {
  now = 1_750_000_000_000;
  readonly settings: Settings;
  /** Alarms go off so much late, in ms. */
  alarmLag = 0;
  /** Calls that are not answered yet, oldest first. */
  readonly flights: Flight[] = [];
  readonly logs: LogEntry[] = [];
  /** Hears of every call as it is made. */
  onCall: (call: Flight) => void = () => undefined;
  /** What the app's tokens say; one that is not listed is forged. */
  readonly tokens = new Map<string, Verified>();
  readonly #hosts = new Map<string, ObjectHost>();
  /** Stands for what a host checks the app's tokens with. */
  readonly #issuer: Flight["to"] = {
    ask: (ops, hear) => hear(ops.map((op) => this.#verify(op))),
  };
  readonly #draw: () => number;

  constructor(settings: Partial<Settings> = {}, seed = 1) {
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    this.#draw = chance(seed);
  }

  room(name: string): ObjectHost {
    return this.#host({ kind: "room", name });
  }

  /** The directory of a user's name, in whatever spelling. */
  directory(username: string): ObjectHost {
    return this.#host({ kind: "directory", name: nameKey(username) });
  }

  open(room: string, query: Partial<ConnectRequest> = {}): Peer {
    const host = this.room(room);
    const peer = new Peer(host, { ...plain, ...query });
    host.peers.add(peer);
    host.run({ kind: "opened", conn: peer, query: peer.query });
    return peer;
  }

  /** Asks a room as HTTP does. */
  read(room: string, op: Op): Reply {
    let heard: readonly Reply[] | null = null;
    this.room(room).ask([op], (replies) => {
      heard = replies;
    });
    const [reply] = heard ?? [];
    if (reply === undefined) throw new Error("The room did not answer.");
    return reply;
  }

  /** The oldest call with such an op in it; there must be one. */
  flight(type: Op["type"]): Flight {
    const isOne = (op: Op) => op.type === type;
    const found = this.flights.find(({ ops }) => ops.some(isOne));
    if (found === undefined) throw new Error(`No ${type} is on its way.`);
    return found;
  }

  /** One leg of a call: it reaches who is asked, or the answer who asked. */
  deliver(flight: Flight): void {
    const { to } = flight;
    const isRefused = to instanceof ObjectHost && this.now < to.overloadedUntil;
    if (flight.leg === "there" && isRefused) {
      this.lose(flight);
    } else if (flight.leg === "there") {
      flight.leg = "asked";
      flight.to.ask(flight.ops, (replies) => {
        if (!this.flights.includes(flight)) return;
        flight.leg = "back";
        flight.replies = replies;
      });
    } else if (flight.leg === "back") {
      this.#answer(flight, flight.replies);
    }
  }

  /** Fails for who called: before it took effect, or after `deliver`, after. */
  lose(flight: Flight): void {
    this.#answer(flight, null);
  }

  /** Fails for who called, and may take effect later all the same. */
  timeOut(flight: Flight): void {
    const { from, caller, call } = flight;
    flight.caller = null;
    this.#hear(from, caller, call, null);
  }

  /** Takes effect once more, at any time. */
  repeat({ from, call, to, ops }: Flight): void {
    const again = structuredClone(ops);
    const leg = "there";
    const flight = { from, call, to, ops: again, leg, replies: null } as const;
    this.flights.push({ ...flight, caller: null });
  }

  /** Delivers until nothing moves, but those calls that are held up. */
  settle(isHeld: (flight: Flight) => boolean = () => false): void {
    for (let step = 0; step < STEPS; step++) {
      const free = this.flights.filter((flight) => !isHeld(flight));
      const next = free.find(({ leg }) => leg !== "asked");
      if (next !== undefined) this.deliver(next);
      else if (free.length > 0 && free.length === this.flights.length)
        throw new Error("A call hangs.");
      else return;
    }
    throw new Error("The calls never come to rest.");
  }

  /** Time passes: what is due goes off, calls are not delivered. */
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
      if (this.#alarmOf(next) <= this.now) next.ring();
      else next.run({ kind: "due" });
      after();
    }
    throw new Error("The timers never come to rest.");
  }

  /** Time passes, and calls are delivered as they are made. */
  pass(ms: number): void {
    this.settle();
    this.advance(ms, () => this.settle());
  }

  /** Sleeps: memory goes, sockets and what was kept of them stay. */
  hibernate(host: ObjectHost): void {
    this.pass(IDLE_MS);
    if (host.isWaiting) throw new Error("It has something to wait for.");
    host.core = null;
  }

  /** Killed and started again: memory and sockets go, storage stays. */
  crash(host: ObjectHost): void {
    host.fail("lost");
    for (const flight of [...this.flights])
      if (flight.from === host) this.#land(flight);
    this.advance(RESTART_MS);
  }

  /** Sleeps at once, if nothing is under way that keeps it awake. */
  doze(host: ObjectHost): void {
    const isAsking = this.flights.some(
      ({ from, caller }) => caller !== null && from === host,
    );
    if (!host.isWaiting && !isAsking) host.core = null;
  }

  /** Killed in the midst of things: what it has sent on its way may arrive. */
  kill(host: ObjectHost): void {
    host.fail("lost");
    this.now += RESTART_MS;
  }

  /** The clock is set back: alarms go by it, timers do not. */
  setBack(ms: number): void {
    this.now -= ms;
    for (const host of this.hosts) if (host.timer !== null) host.timer -= ms;
  }

  /** Everything that there is, rooms and directories. */
  get hosts(): readonly ObjectHost[] {
    return [...this.#hosts.values()];
  }

  #alarmOf({ alarm }: ObjectHost): number {
    return alarm === null ? Infinity : alarm + this.alarmLag;
  }

  /** For cores and fuzzers: bytes that look random, the same for each seed. */
  random(bytes: number): string {
    const drawn = Uint8Array.from({ length: bytes }, () => this.#draw() & 255);
    return Buffer.from(drawn).toString("base64url");
  }

  createCore(host: ObjectHost, platform: Platform): Core {
    const { settings } = this;
    const { kind, name } = host.address;
    if (kind === "directory")
      return new Directory({ platform, settings, key: name });
    const connections = [...host.peers]
      .filter(({ attachment }) => attachment !== null)
      .map((conn) => ({ conn, attachment: conn.attachment }));
    return new Room({ platform, settings, name, connections });
  }

  call(from: ObjectHost, { id, to, ops }: Call): void {
    if (from.core === null) return;
    const flight: Flight = {
      from,
      caller: from.core,
      call: id,
      to: to.kind === "issuer" ? this.#issuer : this.#host(to),
      ops: structuredClone(ops),
      leg: "there",
      replies: null,
    };
    this.flights.push(flight);
    this.onCall(flight);
  }

  #answer(flight: Flight, replies: readonly Reply[] | null): void {
    if (!this.#land(flight)) return;
    const { from, caller, call } = flight;
    this.#hear(from, caller, call, replies);
  }

  #hear(
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

  /** @returns false if it had landed before */
  #land(flight: Flight): boolean {
    const at = this.flights.indexOf(flight);
    if (at >= 0) this.flights.splice(at, 1);
    return at >= 0;
  }

  #host(address: Address): ObjectHost {
    const key = `${address.kind} ${address.name}`;
    const host = this.#hosts.get(key) ?? new ObjectHost(this, address);
    this.#hosts.set(key, host);
    return host;
  }
}
