// The connections of one process, from the first frame to the last, and the way to its rooms.
import type { Address, ConnectRequest } from "../core/shared/contract.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { PING, PONG } from "../protocol/framing.ts";
import { Cores, type CoresOptions } from "./cores.ts";
import { Peer, type Socket } from "./peer.ts";
import { Pump } from "./pump.ts";
import type { StorageProblem } from "./storage-health.ts";

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

  opened(peer: Peer, query: ConnectRequest): void {
    if (this.#isStopping) {
      peer.close("goingAway", Date.now());
      return;
    }
    this.#peers.add(peer);
    this.#cores.attach(roomOf(peer), peer);
    this.#cores.run(roomOf(peer), { kind: "opened", conn: peer, query });
  }

  /** @param data null: bytes that are no text */
  heard(peer: Peer, data: string | null): void {
    if (!peer.isHere || this.#isStopping) return;
    if (data === PING) {
      peer.pingedAt = Date.now();
      peer.answer(PONG);
    } else this.#cores.run(roomOf(peer), { kind: "frame", conn: peer, data });
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

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isSo() && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
}
