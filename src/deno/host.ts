// The connections of one process, from the first frame to the last, and the way to its rooms.
import { Buffer } from "node:buffer";
import type { Address, Query } from "../core/host.ts";
import type { Op, Reply } from "../core/ops.ts";
import { PING, PONG } from "../protocol/framing.ts";
import { Cores, type CoresOptions } from "./cores.ts";
import { Peer, type Socket } from "./peer.ts";
import { Pump } from "./pump.ts";
import type { StorageProblem } from "./storage-health.ts";

/** Above this a frame costs the connection, as on Cloudflare. */
const FRAME_BYTES = 32 * 1024 * 1024;
/** How long a stop waits for what is under way, in ms. */
const PATIENCE_MS = 2000;

export type HostOptions = CoresOptions;

export class Host {
  readonly #cores: Cores;
  readonly #flushMs: number;
  readonly #pump = new Pump();
  readonly #peers = new Set<Peer>();
  #isStopping = false;

  constructor(options: HostOptions) {
    this.#cores = new Cores(options);
    this.#flushMs = options.settings.FLUSH_CEILING_MS;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Why what people write is not kept at present; null if it is. */
  checkStorage(): StorageProblem | null {
    return this.#cores.checkStorage();
  }

  /** Rooms and names in memory. */
  get open(): number {
    return this.#cores.open;
  }

  /** A connection to a room; its events go to `opened`, `heard` and `closed`. */
  connect(room: string, socket: Socket): Peer {
    return new Peer(room, socket, this.#pump);
  }

  opened(peer: Peer, query: Query): void {
    if (this.#isStopping) {
      peer.close("goingAway", Date.now());
      return;
    }
    this.#peers.add(peer);
    this.#cores.attach(roomOf(peer), peer);
    this.#cores.run(roomOf(peer), { kind: "opened", conn: peer, query });
  }

  heard(peer: Peer, data: string | ArrayBuffer): void {
    if (!peer.isHere || this.#isStopping) return;
    if (data === PING) {
      peer.pingedAt = Date.now();
      peer.answer(PONG);
    } else if (isTooLarge(data)) {
      peer.closeTooLarge();
      this.closed(peer, 1009);
    } else
      this.#cores.run(roomOf(peer), {
        kind: "frame",
        conn: peer,
        data: typeof data === "string" ? data : null,
      });
  }

  closed(peer: Peer, code: number): void {
    this.#peers.delete(peer);
    if (!peer.isHere || this.#isStopping) return;
    peer.isHere = false;
    this.#cores.run(roomOf(peer), { kind: "closed", conn: peer, code });
  }

  /** Rejects if there is no answer. */
  ask(to: Address, ops: readonly Op[]): Promise<readonly Reply[]> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error("The room did not answer."));
      if (this.#isStopping) fail();
      else this.#cores.ask(to, ops, { resolve, reject: fail });
    });
  }

  /** What waits is flushed, then everybody is told to come back later. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const by = Date.now() + this.#flushMs;
    await until(() => !this.#cores.isBusy(by));
    for (const peer of this.#peers) peer.close("goingAway", Date.now());
    await until(() => [...this.#peers].every((peer) => peer.isClosed));
    this.#cores.stop();
  }
}

function roomOf({ room }: Peer): Address {
  return { kind: "room", name: room };
}

function isTooLarge(data: string | ArrayBuffer): boolean {
  if (typeof data !== "string") return data.byteLength > FRAME_BYTES;
  // UTF-8 takes at most three bytes for each UTF-16 unit.
  return data.length * 3 > FRAME_BYTES && Buffer.byteLength(data) > FRAME_BYTES;
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isSo() && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
}
