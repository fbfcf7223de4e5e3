// Memory network: connects the sockets of real clients to the rooms of a simulation, with faults.
import type { Socket } from "../../../src/client/environment.ts";
import { CLOSE_CODES, type CloseName } from "../../../src/protocol/errors.ts";
import { PING, PONG, SUBPROTOCOL } from "../../../src/protocol/framing.ts";
import { Peer } from "../../core/support/peer.ts";
import type { Simulation } from "./simulation.ts";

/** The fault of one frame of a client. */
export type FrameFault = "none" | "drop" | "duplicate";

/** There was no close frame: RFC 6455, section 7.1.5. */
const ABNORMAL = 1006;

export class MemoryNetwork {
  /** Refuses new connections. */
  isDown = false;
  /** Called for every frame of a client. */
  frameFault: () => FrameFault = () => "none";
  /** Called for every frame in both directions: milliseconds. */
  delayMs: () => number = () => 0;
  readonly simulation: Simulation;
  readonly #sockets = new Set<MemorySocket>();

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  open(url: string, protocols: readonly string[]): MemorySocket {
    const [, room = ""] = /\/rooms\/([^/?]+)$/.exec(url) ?? [];
    const isBatch = protocols.includes(SUBPROTOCOL);
    const socket = new MemorySocket(this, decodeURIComponent(room), isBatch);
    this.#sockets.add(socket);
    return socket;
  }

  /** Ends every connection in both directions, without a close frame. */
  disconnect(): void {
    for (const socket of this.#sockets) socket.disconnect();
    this.#sockets.clear();
  }

  /** Ends the connection to one room, as `disconnect` does. */
  disconnectOne(pick: (sockets: MemorySocket[]) => MemorySocket): void {
    if (this.#sockets.size === 0) return;
    const socket = pick([...this.#sockets]);
    socket.disconnect();
    this.#sockets.delete(socket);
  }

  /** As `disconnect`, in the middle of the server's next frame. */
  truncate(): void {
    for (const socket of this.#sockets) socket.isTruncating = true;
  }

  /** Stops all traffic; neither side is told. */
  freeze(): void {
    for (const socket of this.#sockets) socket.isFrozen = true;
  }
}

type Listener = (event: never) => void;

/** Both ends of one connection: the client's socket, and the room's `Peer`. */
export class MemorySocket implements Socket {
  readonly protocol: string;
  /** True if the client's process has crashed: the socket is silent then. */
  hasCrashed: () => boolean = () => false;
  isTruncating = false;
  isFrozen = false;
  readonly #network: MemoryNetwork;
  readonly #listeners = new Map<string, Listener[]>();
  #peer: NetworkPeer | null = null;
  #isClosed = false;
  /** When the last frame arrives in each direction: frames keep their order. */
  #arrivesAtServerAt = 0;
  #arrivesAtClientAt = 0;

  constructor(network: MemoryNetwork, room: string, isBatch: boolean) {
    this.#network = network;
    this.protocol = isBatch ? SUBPROTOCOL : "";
    const { world } = network.simulation;
    this.#toServer(() => {
      if (this.#isClosed) return;
      if (network.isDown) {
        this.disconnect();
        return;
      }
      const host = world.room(room);
      const query = {
        ...{ username: null, token: null, text: false, invalidReason: null },
        batch: isBatch,
      };
      const peer = new NetworkPeer(host, query);
      this.#peer = peer;
      peer.onFrame = (frame) => this.#toClient(() => this.#deliver(frame));
      peer.onEnd = (code, reason) =>
        this.#toClient(() => this.#onEnd(code, reason));
      host.peers.add(peer);
      host.run({ kind: "opened", conn: peer, query });
      this.#toClient(() => this.#emit("open", {}));
    });
  }

  send(data: string): void {
    if (this.hasCrashed() || this.#isClosed) return;
    switch (this.#network.frameFault()) {
      case "drop":
        return;
      case "duplicate":
        this.#toServer(() => this.#arrive(data));
        break;
      default:
    }
    this.#toServer(() => this.#arrive(data));
  }

  close(code = 1000): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#toServer(() => this.#peer?.close(code));
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  /** Each side learns of the end after its own delay. */
  disconnect(): void {
    const { simulation, delayMs } = this.#network;
    this.#onEnd(ABNORMAL, "");
    const peer = this.#peer;
    if (this.isFrozen || peer === null) return;
    peer.vanish();
    simulation.after(delayMs(), () => peer.noticeClosed());
  }

  #arrive(data: string): void {
    const peer = this.#peer;
    if (peer === null || peer.closed !== null) return;
    if (data !== PING) {
      peer.send(data);
      return;
    }
    // A host answers pings without its room.
    peer.pingedAt = this.#network.simulation.now;
    peer.receive(PONG);
  }

  #deliver(frame: string): void {
    if (this.isTruncating) this.disconnect();
    else this.#emit("message", { data: frame });
  }

  /** The client learns of the end. */
  #onEnd(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#emit("close", { code, reason });
    const peer = this.#peer;
    // The room's host receives the answer to its close frame.
    if (code !== ABNORMAL && peer !== null)
      this.#toServer(() => peer.noticeClosed(code));
  }

  #emit(type: string, event: unknown): void {
    if (this.hasCrashed()) return;
    for (const listener of this.#listeners.get(type) ?? [])
      listener(event as never);
  }

  #toServer(callback: () => void): void {
    this.#arrivesAtServerAt = this.#schedule(this.#arrivesAtServerAt, callback);
  }

  #toClient(callback: () => void): void {
    this.#arrivesAtClientAt = this.#schedule(this.#arrivesAtClientAt, callback);
  }

  /**
   * @returns when the callback runs: not before earlier ones in that direction
   */
  #schedule(last: number, callback: () => void): number {
    const { simulation, delayMs } = this.#network;
    const at = Math.max(last, simulation.now + Math.ceil(delayMs()));
    simulation.after(at - simulation.now, () => {
      if (!this.isFrozen) callback();
    });
    return at;
  }
}

/** The room's end of a connection: its frames go through the network. */
class NetworkPeer extends Peer {
  onFrame: (frame: string) => void = () => {};
  onEnd: (code: number, reason: string) => void = () => {};

  override receive(frame: string): void {
    if (this.closed === null) this.onFrame(frame);
  }

  override closeByHost(as: CloseName): void {
    const isFirst = this.closed === null;
    super.closeByHost(as);
    const { code, reason } = CLOSE_CODES[as];
    if (isFirst) this.onEnd(code, reason);
  }

  override fail(as: "restarted" | "lost"): void {
    const isFirst = this.closed === null;
    super.fail(as);
    if (!isFirst) return;
    if (as === "lost") this.onEnd(ABNORMAL, "");
    else this.onEnd(CLOSE_CODES.restarted.code, CLOSE_CODES.restarted.reason);
  }
}
