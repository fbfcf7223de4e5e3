// Fake socket: a WebSocket whose other end is the test.
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
  /** Set once the client has closed the socket. */
  closeCode: number | null = null;
  /** The raw frames, in order. */
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

  /** The server accepts the connection. */
  accept(protocol = "edge-chat.v1"): void {
    this.protocol = protocol;
    this.#fire("open", {});
  }

  /** The server sends these objects in one frame. */
  serverSends(...objects: object[]): void {
    const data = objects.map((object) => JSON.stringify(object)).join("\n");
    this.#fire("message", { data });
  }

  serverSendsRaw(data: unknown): void {
    this.#fire("message", { data });
  }

  /** The server or the network ends the connection. */
  serverCloses(code = 1006, reason = ""): void {
    this.#fire("error", {});
    this.#fire("close", { code, reason });
  }

  /** The frames sent since the last call. */
  takeSent(): SentFrame[] {
    const frames = this.frames.slice(this.#takenCount);
    this.#takenCount = this.frames.length;
    return frames.map((frame) => JSON.parse(frame));
  }

  /** True if a frame was sent since the last `takeSent`. */
  get hasUntakenFrames(): boolean {
    return this.frames.length > this.#takenCount;
  }

  #fire(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? [])
      listener(event as never);
  }
}
