// A WebSocket of which a test is the other end.
import type { Socket } from "../../../src/client/environment.ts";

type Listener = (event: never) => void;

/** A frame that the client sent. */
export interface SentFrame {
  readonly type: string;
  readonly [field: string]: unknown;
}

export class FakeSocket implements Socket {
  readonly url: string;
  readonly protocols: readonly string[];
  protocol = "";
  /** Set once the client has closed it. */
  closeCode: number | null = null;
  /** Raw, in order. */
  readonly frames: string[] = [];
  #takenCount = 0;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    this.frames.push(data);
  }

  close(code = 1005): void {
    this.closeCode ??= code;
  }

  /** The server takes the connection. */
  accept(protocol = "edge-chat.v1"): void {
    this.protocol = protocol;
    this.#fire("open", {});
  }

  /** The server says these objects, in one frame. */
  serverSends(...objects: object[]): void {
    const data = objects.map((object) => JSON.stringify(object)).join("\n");
    this.#fire("message", { data });
  }

  serverSendsRaw(data: unknown): void {
    this.#fire("message", { data });
  }

  /** The connection ends, by the server or the network. */
  serverCloses(code = 1006, reason = ""): void {
    this.#fire("error", {});
    this.#fire("close", { code, reason });
  }

  /** What the client has sent since this was asked last. */
  takeSent(): SentFrame[] {
    const frames = this.frames.slice(this.#takenCount);
    this.#takenCount = this.frames.length;
    return frames.map((frame) => JSON.parse(frame));
  }

  /** Has it sent something that was not asked for yet? */
  get hasUntakenFrames(): boolean {
    return this.frames.length > this.#takenCount;
  }

  #fire(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? [])
      listener(event as never);
  }
}
