// The connections of one process, from the first frame to the last, and the way to its rooms.
import type { Address, ConnectRequest } from "../core/shared/contract.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { PING, PONG } from "../protocol/framing.ts";
import { CoreRunner, type CoreRunnerOptions } from "./core-runner.ts";
import { Peer, type Socket } from "./peer.ts";
import type { StorageProblem } from "./storage-health.ts";
import { WriteDrain } from "./write-drain.ts";

/** How long a stop waits for what is under way, in ms. */
const STOP_TIMEOUT_MS = 2000;

export type HostOptions = CoreRunnerOptions;

export class Host {
  readonly #coreRunner: CoreRunner;
  readonly #flushMs: number;
  readonly #writeDrain = new WriteDrain();
  readonly #peers = new Set<Peer>();
  #isStopping = false;

  constructor(options: HostOptions) {
    this.#coreRunner = new CoreRunner(options);
    this.#flushMs = options.settings.FLUSH_CEILING_MS;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Why what people write is not kept at present; null if it is. */
  checkStorage(): StorageProblem | null {
    return this.#coreRunner.checkStorage();
  }

  /** Rooms and names in memory. */
  get openCount(): number {
    return this.#coreRunner.openCount;
  }

  /** A connection to a room; its events go to `opened`, `heard` and `closed`. */
  connect(room: string, socket: Socket): Peer {
    return new Peer(room, socket, this.#writeDrain);
  }

  opened(peer: Peer, query: ConnectRequest): void {
    if (this.#isStopping) {
      peer.close("goingAway", Date.now());
      return;
    }
    this.#peers.add(peer);
    this.#coreRunner.attach(roomOf(peer), peer);
    this.#coreRunner.run(roomOf(peer), { kind: "opened", conn: peer, query });
  }

  /** @param data null: bytes that are no text */
  received(peer: Peer, data: string | null): void {
    if (!peer.isAttached || this.#isStopping) return;
    if (data === PING) {
      peer.pingedAt = Date.now();
      peer.sendNow(PONG);
    } else
      this.#coreRunner.run(roomOf(peer), { kind: "frame", conn: peer, data });
  }

  closed(peer: Peer, code: number): void {
    this.#peers.delete(peer);
    if (!peer.isAttached || this.#isStopping) return;
    peer.isAttached = false;
    this.#coreRunner.run(roomOf(peer), { kind: "closed", conn: peer, code });
  }

  /** Rejects if there is no answer. */
  ask(to: Address, ops: readonly Op[]): Promise<readonly Reply[]> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error("The room did not answer."));
      if (this.#isStopping) fail();
      else this.#coreRunner.ask(to, ops, { resolve, reject: fail });
    });
  }

  /** What waits is flushed, then everybody is told to come back later. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const by = Date.now() + this.#flushMs;
    await waitUntil(() => !this.#coreRunner.isBusy(by));
    for (const peer of this.#peers) peer.close("goingAway", Date.now());
    await waitUntil(() => [...this.#peers].every((peer) => peer.isClosed));
    this.#coreRunner.stop();
  }
}

function roomOf({ room }: Peer): Address {
  return { kind: "room", name: room };
}

async function waitUntil(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (!isSo() && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
}
