// A WebSocket of which a test is the other end.
import type { Socket } from "../../src/client/environment.ts";

type Hear = (event: never) => void;

/** A frame that the client sent. */
export interface Sent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export class FakeSocket implements Socket {
  readonly url: string;
  readonly protocols: readonly string[];
  protocol = "";
  /** Set once the client has closed it. */
  closedWith: number | null = null;
  /** Raw, in order. */
  readonly frames: string[] = [];
  #read = 0;
  readonly #listeners = new Map<string, Hear[]>();

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  addEventListener(type: string, hear: Hear): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), hear]);
  }

  send(data: string): void {
    this.frames.push(data);
  }

  close(code = 1005): void {
    this.closedWith ??= code;
  }

  /** The server takes the connection. */
  accept(protocol = "edge-chat.v1"): void {
    this.protocol = protocol;
    this.#fire("open", {});
  }

  /** The server says these objects, in one frame. */
  says(...objects: object[]): void {
    const data = objects.map((object) => JSON.stringify(object)).join("\n");
    this.#fire("message", { data });
  }

  saysRaw(data: unknown): void {
    this.#fire("message", { data });
  }

  /** The connection ends, by the server or the network. */
  ends(code = 1006, reason = ""): void {
    this.#fire("error", {});
    this.#fire("close", { code, reason });
  }

  /** What the client has sent since this was asked last. */
  sent(): Sent[] {
    const frames = this.frames.slice(this.#read);
    this.#read = this.frames.length;
    return frames.map((frame) => JSON.parse(frame));
  }

  /** Has it sent something that was not asked for yet? */
  get hasMore(): boolean {
    return this.frames.length > this.#read;
  }

  #fire(type: string, event: object): void {
    for (const hear of this.#listeners.get(type) ?? []) hear(event as never);
  }
}
