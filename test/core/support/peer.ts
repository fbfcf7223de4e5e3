// Peer: a test sees one connection as its client does, sends frames and reads an inbox of received ones.
import type { ConnectRequest } from "../../../src/core/shared/contract.ts";
import type {
  ClientFrame,
  ServerFrame,
} from "../../../src/protocol/client-frames.ts";
import type { CloseName } from "../../../src/protocol/errors.ts";
import { SEPARATOR } from "../../../src/protocol/framing.ts";
import type { ObjectHost } from "./object-host.ts";

type Type = ServerFrame["type"];
/** The frames of one type. */
type FrameOf<T extends Type, M = ServerFrame> = M extends { type: infer U }
  ? T extends U
    ? M & { type: T }
    : never
  : never;

export class Peer {
  readonly host: ObjectHost;
  readonly query: ConnectRequest;
  /** Received frames, undecoded. */
  readonly frames: string[] = [];
  /** The objects in received frames, of a connection in JSON. */
  inbox: ServerFrame[] = [];
  /** Received lines, of a connection in text. */
  lines: string[] = [];
  /** How the connection was closed; "lost": by the network; null: it is open. */
  closed: CloseName | "lost" | null = null;
  /** The attachment that the room has set. */
  attachment: unknown = null;
  /** When the host last answered a ping of the client, ms since 1970. */
  pingedAt: number | null = null;
  /** If false, the host still lists the connection after it has closed it. */
  answersClose = true;
  /** If true, the client ignores all frames. */
  ignoresFrames = false;
  /** Objects sent after the network was cut, which the client never got. */
  readonly unseen: ServerFrame[] = [];
  /** When the host noticed that the connection is closed, ms since 1970. */
  closeNoticedAt: number | null = null;
  /** How and when the host closed the connection, even if the client did not see it. */
  closedByHost: { readonly as: CloseName; at: number } | null = null;

  constructor(host: ObjectHost, query: ConnectRequest) {
    this.host = host;
    this.query = query;
  }

  /** @param frame an object, a typed line, or null for a binary frame */
  send(frame: ClientFrame | string | null): void {
    if (this.closed !== null) return;
    const data = isObject(frame) ? JSON.stringify(frame) : frame;
    this.host.run({ kind: "frame", conn: this, data });
  }

  /** @param code 1006: the network fails; 1000 or 1001: the client closes */
  close(code = 1006): void {
    if (this.closed !== null) return;
    this.vanish();
    this.noticeClosed(code);
  }

  /** Cuts the network; the host does not notice yet. */
  vanish(): void {
    this.closed ??= "lost";
  }

  /** Makes the host notice that the connection is closed. */
  noticeClosed(code = 1006): void {
    if (!this.host.peers.has(this)) return;
    this.closeNoticedAt ??= this.host.now;
    // A host that wakes up for this event still lists the connection.
    this.host.run({ kind: "closed", conn: this, code });
    this.host.peers.delete(this);
  }

  /** Sets the recorded times back with the clock. */
  setClockBack(ms: number): void {
    if (this.closeNoticedAt !== null) this.closeNoticedAt -= ms;
    if (this.closedByHost !== null) this.closedByHost.at -= ms;
  }

  /** The host closes the connection. */
  closeByHost(as: CloseName): void {
    this.closedByHost ??= { as, at: this.host.now };
    this.closed ??= as;
  }

  /** The host has failed; it may have been about to close the connection. */
  fail(as: "restarted" | "lost"): void {
    this.closedByHost ??= { as: "restarted", at: this.host.now };
    this.closed ??= as;
  }

  receive(frame: string): void {
    if (this.ignoresFrames) return;
    if (this.closed === "lost" && !this.query.text)
      this.unseen.push(...this.#parse(frame));
    if (this.closed !== null) return;
    if (!frame.isWellFormed()) throw new Error("A frame is not Unicode.");
    this.frames.push(frame);
    if (this.query.text) {
      this.lines.push(frame);
      return;
    }
    this.inbox.push(...this.#parse(frame));
  }

  #parse(frame: string): ServerFrame[] {
    const objects = this.query.batch ? frame.split(SEPARATOR) : [frame];
    return objects.map((object) => JSON.parse(object));
  }

  /** Received objects of one type, oldest first. */
  all<T extends Type>(type: T): FrameOf<T>[] {
    return this.inbox.filter((message) => isOf(message, type));
  }

  /** @returns the newest object of one type; @throws if there is none */
  last<T extends Type>(type: T): FrameOf<T> {
    const last = this.all(type).at(-1);
    if (last === undefined)
      throw new Error(`No ${type} among ${JSON.stringify(this.inbox)}`);
    return last;
  }

  /** @returns the inbox, which is empty then */
  take(): ServerFrame[] {
    const taken = this.inbox;
    this.inbox = [];
    return taken;
  }

  /** @returns the lines, which are removed */
  takeLines(): string[] {
    const read = this.lines;
    this.lines = [];
    return read;
  }

  /** Texts of the received room messages, oldest first. */
  get messageTexts(): string[] {
    return this.all("message").map(({ text }) => text);
  }

  /** Texts of the received private messages, oldest first. */
  get privateTexts(): string[] {
    return this.all("private").map(({ text }) => text);
  }
}

function isObject(frame: ClientFrame | string | null): frame is ClientFrame {
  return typeof frame === "object" && frame !== null;
}

function isOf<T extends Type>(
  message: ServerFrame,
  type: T,
): message is FrameOf<T> {
  return message.type === type;
}
