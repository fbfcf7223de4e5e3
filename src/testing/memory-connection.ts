// Memory connection: one connection of a test chat, which keeps the frames that the server sends.
import type { ServerFrame } from "../protocol/server-frames.ts";

export class MemoryConnection {
  readonly received: ServerFrame[] = [];
  #closed: string | null = null;

  /** The reason of the close; null: it is open. */
  get closed(): string | null {
    return this.#closed;
  }

  receive(frame: string): void {
    // A frame of our own server, with one object.
    const object: ServerFrame = JSON.parse(frame);
    if (this.#closed === null) this.received.push(object);
  }

  closeByServer(reason: string): void {
    this.#closed ??= reason;
  }
}
