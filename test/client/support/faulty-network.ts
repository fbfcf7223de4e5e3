// Faulty network: a TCP proxy that disconnects, truncates, freezes, delays, drops and duplicates what passes through it.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type FrameSplitter, splitFrames } from "./split-frames.ts";

/** The fault of one frame of a client. */
export type FrameFault = "none" | "drop" | "duplicate";

export class FaultyNetwork {
  /** The URL of the proxy. */
  readonly url: string;
  /** Refuses new connections. */
  isDown = false;
  /** Called for every frame of a client. */
  frameFault: () => FrameFault = () => "none";
  /** Called for every chunk in both directions: milliseconds. */
  delayMs: () => number = () => 0;
  readonly #server: Server;
  readonly #connections = new Set<ProxiedConnection>();

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** Listens on a free port of this machine. */
  static async inFrontOf(target: string): Promise<FaultyNetwork> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string")
      throw new Error("There is no free port.");
    const network = new FaultyNetwork(
      server,
      `http://127.0.0.1:${address.port}`,
    );
    server.on("connection", (client) => {
      if (network.isDown) {
        client.destroy();
        return;
      }
      const upstream = connect(Number(port), hostname);
      const connection = new ProxiedConnection(network, client, upstream, () =>
        network.#connections.delete(connection),
      );
      network.#connections.add(connection);
    });
    return network;
  }

  /** Ends every connection in both directions, without a close frame. */
  disconnect(): void {
    for (const connection of this.#connections) connection.disconnect();
  }

  /** As `disconnect`, in the middle of the server's next chunk. */
  truncate(): void {
    for (const connection of this.#connections) connection.isTruncating = true;
  }

  /** Stops all traffic; neither side is told. */
  freeze(): void {
    for (const connection of this.#connections) connection.isFrozen = true;
  }

  async close(): Promise<void> {
    this.isDown = true;
    this.disconnect();
    this.#server.close();
    await once(this.#server, "close");
  }
}

class ProxiedConnection {
  isFrozen = false;
  isTruncating = false;
  readonly #client: Socket;
  readonly #upstream: Socket;

  constructor(
    network: FaultyNetwork,
    client: Socket,
    upstream: Socket,
    onClose: () => void,
  ) {
    this.#client = client;
    this.#upstream = upstream;
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      // A half-open side would not learn that the other one has gone.
      socket.on("close", () => {
        if (this.isFrozen) return;
        onClose();
        this.disconnect();
      });
    }
    this.#pipe(network, client, upstream, (frames, piece) =>
      frames(piece).flatMap((frame) => this.#withFault(network, frame)),
    );
    this.#pipe(network, upstream, client, (_, piece) => [piece]);
  }

  disconnect(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  /** In order, each chunk after its delay. */
  #pipe(
    network: FaultyNetwork,
    from: Socket,
    to: Socket,
    toPieces: (frames: FrameSplitter, piece: Buffer) => Buffer[],
  ): void {
    const frames = splitFrames();
    let queue = Promise.resolve();
    from.on("data", (data: Buffer) => {
      for (const piece of toPieces(frames, data)) {
        const delayMs = network.delayMs();
        queue = queue.then(async () => {
          if (delayMs > 0)
            await new Promise((done) => setTimeout(done, delayMs));
          if (this.isFrozen || to.destroyed) return;
          const isTruncated = this.isTruncating && to === this.#client;
          to.write(isTruncated ? piece.subarray(0, piece.length / 2) : piece);
          if (isTruncated) this.#client.end(() => this.disconnect());
        });
      }
    });
    from.on("end", () => {
      queue = queue.then(() => {
        if (!this.isFrozen) to.end();
      });
    });
  }

  #withFault(network: FaultyNetwork, frame: Buffer): Buffer[] {
    switch (network.frameFault()) {
      case "drop":
        return [];
      case "duplicate":
        return [frame, frame];
      default:
        return [frame];
    }
  }
}
