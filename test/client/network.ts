// A bad network between a client and a server: cuts, tears, freezes, delays, drops and doubles what goes through it.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type Frames, splitFrames } from "./frames.ts";

/** What becomes of a whole frame of the client's. */
export type Fate = "passes" | "drops" | "doubles";

export class Network {
  /** The server, by way of this. */
  readonly url: string;
  /** New connections are refused. */
  isDown = false;
  /** Asked for every frame of a client's. */
  fate: () => Fate = () => "passes";
  /** Asked for every piece that goes through, either way: ms. */
  lag: () => number = () => 0;
  readonly #server: Server;
  readonly #lines = new Set<Line>();

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** Listens on a free port of this machine. */
  static async to(target: string): Promise<Network> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string")
      throw new Error("There is no free port.");
    const network = new Network(server, `http://127.0.0.1:${address.port}`);
    server.on("connection", (client) => {
      if (network.isDown) {
        client.destroy();
        return;
      }
      const upstream = connect(Number(port), hostname);
      const line = new Line(network, client, upstream, () =>
        network.#lines.delete(line),
      );
      network.#lines.add(line);
    });
    return network;
  }

  /** Ends every connection, both ways, without a word. */
  cut(): void {
    for (const line of this.#lines) line.cut();
  }

  /** As `cut`, in the middle of the next piece that the server sends. */
  tear(): void {
    for (const line of this.#lines) line.isTearing = true;
  }

  /** Nothing goes through any more, and neither side is told. */
  freeze(): void {
    for (const line of this.#lines) line.isFrozen = true;
  }

  async close(): Promise<void> {
    this.isDown = true;
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }
}

class Line {
  isFrozen = false;
  isTearing = false;
  readonly #client: Socket;
  readonly #upstream: Socket;

  constructor(
    network: Network,
    client: Socket,
    upstream: Socket,
    gone: () => void,
  ) {
    this.#client = client;
    this.#upstream = upstream;
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      // Half-open, the one side does not learn that the other has gone.
      socket.on("close", () => {
        if (this.isFrozen) return;
        gone();
        this.cut();
      });
    }
    this.#pipe(network, client, upstream, (frames, piece) =>
      frames(piece).flatMap((frame) => this.#fated(network, frame)),
    );
    this.#pipe(network, upstream, client, (_, piece) => [piece]);
  }

  cut(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  /** In order, each piece after its time. */
  #pipe(
    network: Network,
    from: Socket,
    to: Socket,
    toPieces: (frames: Frames, piece: Buffer) => Buffer[],
  ): void {
    const frames = splitFrames();
    let last = Promise.resolve();
    from.on("data", (data: Buffer) => {
      for (const piece of toPieces(frames, data)) {
        const lag = network.lag();
        last = last.then(async () => {
          if (lag > 0) await new Promise((done) => setTimeout(done, lag));
          if (this.isFrozen || to.destroyed) return;
          const isTorn = this.isTearing && to === this.#client;
          to.write(isTorn ? piece.subarray(0, piece.length / 2) : piece);
          if (isTorn) this.#client.end(() => this.cut());
        });
      }
    });
    from.on("end", () => {
      last = last.then(() => {
        if (!this.isFrozen) to.end();
      });
    });
  }

  #fated(network: Network, frame: Buffer): Buffer[] {
    switch (network.fate()) {
      case "drops":
        return [];
      case "doubles":
        return [frame, frame];
      default:
        return [frame];
    }
  }
}
