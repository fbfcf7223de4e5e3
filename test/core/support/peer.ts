// One connection as its client sees it: what it sends, and an inbox of what came.
import type { ConnectRequest } from "../../../src/core/shared/contract.ts";
import type {
  ClientFrame,
  ServerFrame,
} from "../../../src/protocol/client-frames.ts";
import type { CloseName } from "../../../src/protocol/errors.ts";
import { SEPARATOR } from "../../../src/protocol/framing.ts";
import type { ObjectHost } from "./object-host.ts";

type Type = ServerFrame["type"];
/** The messages of one type. */
type Of<T extends Type, M = ServerFrame> = M extends { type: infer U }
  ? T extends U
    ? M & { type: T }
    : never
  : never;

export class Peer {
  readonly host: ObjectHost;
  readonly query: ConnectRequest;
  /** Frames as they came. */
  readonly frames: string[] = [];
  /** What was in them, of a connection that speaks JSON. */
  inbox: ServerFrame[] = [];
  /** Lines of a connection that asked for text. */
  lines: string[] = [];
  /** How it was closed; "lost" if the network did it. null: it is open. */
  closed: CloseName | "lost" | null = null;
  /** What the room keeps of it. */
  attachment: unknown = null;
  /** When the host last answered a ping of it. */
  pingedAt: number | null = null;
  /** If not, the host lists it after it has closed it. */
  answersClose = true;
  /** Takes no notice of what it is sent. */
  isDeaf = false;
  /** What it was sent after the network was cut, and never saw. */
  readonly unseen: ServerFrame[] = [];
  /** When the host noticed that it is closed, ms since 1970. */
  noticedAt: number | null = null;
  /** How and when the host closed it, seen or not. */
  shutAs: { readonly as: CloseName; at: number } | null = null;

  constructor(host: ObjectHost, query: ConnectRequest) {
    this.host = host;
    this.query = query;
  }

  /** A frame as an object, a line typed by hand, or null: a binary frame. */
  send(frame: ClientFrame | string | null): void {
    if (this.closed !== null) return;
    const data = isObject(frame) ? JSON.stringify(frame) : frame;
    this.host.run({ kind: "frame", conn: this, data });
  }

  /** @param code 1006 if the network fails, 1000 or so if it is meant */
  close(code = 1006): void {
    if (this.closed !== null) return;
    this.vanish();
    this.noticeClosed(code);
  }

  /** The network is cut; the host has not noticed yet. */
  vanish(): void {
    this.closed ??= "lost";
  }

  /** The host notices that it is closed. */
  noticeClosed(code = 1006): void {
    if (!this.host.peers.has(this)) return;
    this.noticedAt ??= this.host.now;
    // A host that wakes up for it still lists it.
    this.host.run({ kind: "closed", conn: this, code });
    this.host.peers.delete(this);
  }

  /** The clock is set back: what was noted counts by it. */
  setBack(ms: number): void {
    if (this.noticedAt !== null) this.noticedAt -= ms;
    if (this.shutAs !== null) this.shutAs.at -= ms;
  }

  /** The host closes it. */
  shut(as: CloseName): void {
    this.shutAs ??= { as, at: this.host.now };
    this.closed ??= as;
  }

  /** The host is no more; it may have been about to close it. */
  fail(as: "restarted" | "lost"): void {
    this.shutAs ??= { as: "restarted", at: this.host.now };
    this.closed ??= as;
  }

  receive(frame: string): void {
    if (this.isDeaf) return;
    if (this.closed === "lost" && !this.query.text)
      this.unseen.push(...this.#read(frame));
    if (this.closed !== null) return;
    if (!frame.isWellFormed()) throw new Error("A frame is not Unicode.");
    this.frames.push(frame);
    if (this.query.text) {
      this.lines.push(frame);
      return;
    }
    this.inbox.push(...this.#read(frame));
  }

  #read(frame: string): ServerFrame[] {
    const objects = this.query.batch ? frame.split(SEPARATOR) : [frame];
    return objects.map((object) => JSON.parse(object));
  }

  /** What came of one type, oldest first. */
  all<T extends Type>(type: T): Of<T>[] {
    return this.inbox.filter((message) => isOf(message, type));
  }

  /** The newest of one type; there must be one. */
  last<T extends Type>(type: T): Of<T> {
    const last = this.all(type).at(-1);
    if (last === undefined)
      throw new Error(`No ${type} among ${JSON.stringify(this.inbox)}`);
    return last;
  }

  /** Empties the inbox. */
  take(): ServerFrame[] {
    const taken = this.inbox;
    this.inbox = [];
    return taken;
  }

  /** Empties the lines. */
  read(): string[] {
    const read = this.lines;
    this.lines = [];
    return read;
  }

  /** Texts of the room messages that came, oldest first. */
  get heard(): string[] {
    return this.all("message").map(({ text }) => text);
  }

  /** Texts of the private messages that came, oldest first. */
  get privateTexts(): string[] {
    return this.all("private").map(({ text }) => text);
  }
}

function isObject(frame: ClientFrame | string | null): frame is ClientFrame {
  return typeof frame === "object" && frame !== null;
}

function isOf<T extends Type>(message: ServerFrame, type: T): message is Of<T> {
  return message.type === type;
}
