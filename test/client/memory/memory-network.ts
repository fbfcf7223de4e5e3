// Memory network: joins the sockets of real clients to the rooms of a simulation, and is as bad as a real one.
import type { Socket } from "../../../src/client/environment.ts";
import { CLOSE_CODES, type CloseName } from "../../../src/protocol/errors.ts";
import { PING, PONG, SUBPROTOCOL } from "../../../src/protocol/framing.ts";
import { Peer } from "../../core/support/peer.ts";
import type { Simulation } from "./simulation.ts";

/** What becomes of a whole frame of the client's. */
export type Fate = "passes" | "drops" | "doubles";

/** No close frame came: RFC 6455, section 7.1.5. */
const ABNORMAL = 1006;

export class MemoryNetwork {
  /** New connections are refused. */
  isDown = false;
  /** Asked for every frame of a client's. */
  fate: () => Fate = () => "passes";
  /** Asked for every frame, either way: ms. */
  lag: () => number = () => 0;
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

  /** Ends every connection, both ways, without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.cut();
    this.#sockets.clear();
  }

  /** As `cut`, in the middle of the next frame that the server sends. */
  tear(): void {
    for (const socket of this.#sockets) socket.isTearing = true;
  }

  /** Nothing goes through any more, and neither side is told. */
  freeze(): void {
    for (const socket of this.#sockets) socket.isFrozen = true;
  }
}

type Hear = (event: never) => void;

/** Both ends of one connection: the client's, and the room's, a `Peer`. */
export class MemorySocket implements Socket {
  readonly protocol: string;
  /** Has the client's process ended? Then it says and hears nothing. */
  isDead: () => boolean = () => false;
  isTearing = false;
  isFrozen = false;
  readonly #network: MemoryNetwork;
  readonly #listeners = new Map<string, Hear[]>();
  #peer: WirePeer | null = null;
  #isClosed = false;
  /** When what was sent last arrives, each way: frames keep their order. */
  #upAt = 0;
  #downAt = 0;

  constructor(network: MemoryNetwork, room: string, isBatch: boolean) {
    this.#network = network;
    this.protocol = isBatch ? SUBPROTOCOL : "";
    const { world } = network.simulation;
    this.#up(() => {
      if (this.#isClosed) return;
      if (network.isDown) {
        this.cut();
        return;
      }
      const host = world.room(room);
      const query = {
        ...{ username: null, token: null, text: false, invalidReason: null },
        batch: isBatch,
      };
      const peer = new WirePeer(host, query);
      this.#peer = peer;
      peer.onFrame = (frame) => this.#down(() => this.#deliver(frame));
      peer.onEnd = (code, reason) =>
        this.#down(() => this.#ended(code, reason));
      host.peers.add(peer);
      host.run({ kind: "opened", conn: peer, query });
      this.#down(() => this.#emit("open", {}));
    });
  }

  send(data: string): void {
    if (this.isDead() || this.#isClosed) return;
    switch (this.#network.fate()) {
      case "drops":
        return;
      case "doubles":
        this.#up(() => this.#arrive(data));
        break;
      default:
    }
    this.#up(() => this.#arrive(data));
  }

  close(code = 1000): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#up(() => this.#peer?.close(code));
  }

  addEventListener(type: string, hear: Hear): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), hear]);
  }

  /** Each side learns it by itself, after its own time. */
  cut(): void {
    const { simulation, lag } = this.#network;
    this.#ended(ABNORMAL, "");
    const peer = this.#peer;
    if (this.isFrozen || peer === null) return;
    peer.vanish();
    simulation.after(lag(), () => peer.noticeClosed());
  }

  #arrive(data: string): void {
    const peer = this.#peer;
    if (peer === null || peer.closed !== null) return;
    if (data !== PING) {
      peer.send(data);
      return;
    }
    // As a host does it, without its room.
    peer.pingedAt = this.#network.simulation.now;
    peer.receive(PONG);
  }

  #deliver(frame: string): void {
    if (this.isTearing) this.cut();
    else this.#emit("message", { data: frame });
  }

  /** The client hears that it is over. */
  #ended(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#emit("close", { code, reason });
    const peer = this.#peer;
    // The room's host hears the answer to its close.
    if (code !== ABNORMAL && peer !== null)
      this.#up(() => peer.noticeClosed(code));
  }

  #emit(type: string, event: unknown): void {
    if (this.isDead()) return;
    for (const hear of this.#listeners.get(type) ?? []) hear(event as never);
  }

  #up(act: () => void): void {
    this.#upAt = this.#later(this.#upAt, act);
  }

  #down(act: () => void): void {
    this.#downAt = this.#later(this.#downAt, act);
  }

  /** @returns when it happens: not before what went the same way earlier */
  #later(last: number, act: () => void): number {
    const { simulation, lag } = this.#network;
    const at = Math.max(last, simulation.now + Math.ceil(lag()));
    simulation.after(at - simulation.now, () => {
      if (!this.isFrozen) act();
    });
    return at;
  }
}

/** The room's end of a connection: what it is sent goes over the network. */
class WirePeer extends Peer {
  onFrame: (frame: string) => void = () => {};
  onEnd: (code: number, reason: string) => void = () => {};

  override receive(frame: string): void {
    if (this.closed === null) this.onFrame(frame);
  }

  override shut(as: CloseName): void {
    const isFirst = this.closed === null;
    super.shut(as);
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
