// Editing view: a client that shows the messages of a room as they are now, by the rules of the protocol document.
import type {
  ClientFrame,
  ModeratedEvent,
  ServerFrame,
} from "../../../src/protocol/client-frames.ts";
import type { Peer } from "../support/peer.ts";
import { join, userOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

interface Answer {
  readonly type: string;
  readonly code?: string;
  readonly seq?: number;
  readonly duplicate?: boolean;
}

export class EditingView {
  readonly who: string;
  /** The text of each message; null: it is deleted. */
  messages = new Map<number, string | null>();
  /** Whose each message is, and when its text was written. */
  readonly #authors = new Map<number, [user: string, at: number]>();
  topic = "";
  pins: readonly number[] = [];
  readonly #world: World;
  #peer: Peer;
  #read = 0;
  #epoch = "";
  /** All events up to this one are applied. */
  #cursor = 0;
  /** Own frames without an ack, by their id. */
  readonly #sent = new Map<string, ClientFrame>();

  constructor(world: World, who: string) {
    this.#world = world;
    this.who = who;
    this.#peer = join(world, "lobby", who, { history: 200 });
    this.read();
  }

  get frames(): readonly string[] {
    return this.#peer.frames;
  }

  drop(): void {
    this.#peer.close();
    this.#world.settle();
  }

  send(frame: ClientFrame): void {
    this.#connect();
    if ("id" in frame && frame.id !== undefined)
      this.#sent.set(frame.id, frame);
    this.#peer.send(frame);
    this.#world.settle();
  }

  /** @returns the newest answer to a frame */
  answer(id: string): Answer {
    const answers = this.#peer.inbox.filter(
      (frame) => "id" in frame && frame.id === id && isAnswer(frame),
    );
    this.read();
    const answer = answers.at(-1);
    if (answer === undefined) throw new Error(`No answer to ${id}.`);
    return answer as Answer;
  }

  /** @returns all frames of a new connection that resumes from the first event */
  replay(): readonly string[] {
    this.drop();
    const since = { since: 0, epoch: this.#epoch };
    return join(this.#world, "lobby", this.who, since).frames;
  }

  /** Comes back if the connection is lost, and applies what has arrived. */
  read(): void {
    this.#connect();
    while (this.#read < this.#peer.inbox.length) {
      const frame = this.#peer.inbox[this.#read++];
      if (frame !== undefined) this.#apply(frame);
    }
  }

  #connect(): void {
    if (this.#peer.closed === null) return;
    const resume = { since: this.#cursor, epoch: this.#epoch, history: 200 };
    this.#peer = join(this.#world, "lobby", this.who, resume);
    this.#read = 0;
  }

  #apply(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.#setRoom(frame);
        if (!frame.resumed) this.#restart(frame);
        return;
      case "reset":
        this.#setRoom(frame);
        this.#restart(frame);
        this.#peer.send({ type: "history", limit: 200 });
        return;
      case "history":
        if (frame.epoch !== this.#epoch) return;
        for (const event of frame.messages) {
          this.#noteAuthor(event);
          if (event.type === "message")
            this.messages.set(event.seq, event.text);
          if (event.type === "erased") this.messages.set(event.seq, null);
        }
        return;
      case "ack":
        if ("seq" in frame && frame.seq !== undefined && !frame.duplicate)
          this.#applyOwn(frame.id ?? "", frame.seq);
        return;
      default:
        if (!("seq" in frame) || frame.seq <= this.#cursor) return;
        this.#cursor = frame.seq;
        if (frame.type === "message") this.messages.set(frame.seq, frame.text);
        else if (frame.type === "erased") this.messages.set(frame.seq, null);
        else if (frame.type === "deleted") this.#change(frame.of, null);
        else if (frame.type === "moderated" && frame.action === "purge")
          this.#purge(frame);
        else if (frame.type === "edited" && frame.text !== undefined)
          this.#change(frame.of, frame.text);
        this.#noteAuthor(frame);
    }
  }

  /** An own event: the ack stands in its place. */
  #applyOwn(id: string, seq: number): void {
    if (seq <= this.#cursor) return;
    this.#cursor = seq;
    const frame = this.#sent.get(id);
    const { now: at } = this.#world;
    const own = { type: frame?.type ?? "", seq, at, user: userOf(this.who) };
    if (frame?.type === "message") this.#noteAuthor(own);
    if (frame?.type === "edit")
      this.#noteAuthor({ ...own, type: "edited", of: frame.of });
    if (frame?.type === "message") this.messages.set(seq, frame.text);
    if (frame?.type === "edit") this.#change(frame.of, frame.text);
    if (frame?.type === "delete") this.#change(frame.of, null);
  }

  /** All that a user has said or edited since a time is deleted. */
  #purge({ target, since = 0, from = 1, to = 0 }: ModeratedEvent): void {
    for (const [seq, [user, at]] of this.#authors)
      if (user === target?.user && at >= since && seq >= from && seq <= to)
        this.#change(seq, null);
  }

  /** Notes who has written a text last, and when. */
  #noteAuthor(event: {
    readonly type: string;
    readonly seq: number;
    readonly at: number;
    readonly user?: string;
    readonly of?: number;
    readonly edited?: number;
  }): void {
    const { type, seq, of, user = "", at, edited = at } = event;
    const newest = Math.max(at, edited);
    if (type === "message") this.#authors.set(seq, [user, newest]);
    if (type === "edited") this.#authors.set(of ?? 0, [user, newest]);
  }

  /** A message that is deleted stays so. */
  #change(of: number, text: string | null): void {
    const before = this.messages.get(of);
    if (before !== undefined && before !== null) this.messages.set(of, text);
  }

  #restart({ epoch, seq }: { epoch: string; seq: number }): void {
    this.#epoch = epoch;
    this.#cursor = seq;
    this.messages.clear();
  }

  #setRoom({
    epoch,
    topic = "",
    pins = [],
  }: {
    epoch: string;
    topic?: string;
    pins?: number[];
  }): void {
    this.#epoch = epoch;
    this.topic = topic;
    this.pins = pins;
  }
}

function isAnswer({ type }: ServerFrame): boolean {
  return type === "ack" || type === "error";
}
