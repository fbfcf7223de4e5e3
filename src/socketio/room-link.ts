// Room link: one connection of a client to a room, which joins, sends, and takes every event once and in order.

import { historyPageMax } from "../protocol/limits.ts";
import type {
  ErrorFrame,
  HistoryPage,
  RoomEvent,
  WelcomeFrame,
} from "../protocol/server-frames.ts";
import type { RoomPort } from "./contract.ts";
import type { MailFrame, RoomFrame, RoomFrames } from "./room-frames.ts";

/** The answer to a frame of the client. */
export type Answer = Readonly<Record<string, unknown>>;
export type Reply = (answer: Answer) => void;

export interface LinkOwner {
  onWelcome(
    link: RoomLink,
    welcome: WelcomeFrame,
    batch: readonly RoomFrame[],
  ): void;
  /** The newest page, after a join that resumes nothing, or after a reset. */
  onPage(link: RoomLink, page: HistoryPage): void;
  onEvent(link: RoomLink, event: RoomFrame): void;
  onMail(link: RoomLink, frame: MailFrame): void;
  /** Events are missing which the room no longer keeps. */
  onGap(link: RoomLink): void;
  /** The room refuses the join. */
  onRefused(link: RoomLink, error: ErrorFrame): void;
  /** An error that belongs to no frame. */
  onError(link: RoomLink, error: ErrorFrame): void;
  /** The connection cannot go on. The client must come back. */
  onBroken(link: RoomLink, now: number): void;
}

/** Frames of one client that wait for their answer in one room. */
const PENDING_MAX = 256;
const REQUESTS_MAX = 8;
/** The pause before a page that was refused is asked for again. */
const RETRY_MS = 1000;

interface Request {
  readonly frame: string;
  /** null: the link's own. */
  readonly reply: Reply | null;
}

export interface LinkOptions {
  readonly room: string;
  readonly frames: RoomFrames;
  readonly owner: LinkOwner;
  /** The events up to here have been had. */
  readonly since: { readonly epoch: string; readonly seq: number } | null;
  /** Called with the first answer to the join. */
  readonly onJoined: Reply | null;
  readonly port: RoomPort;
}

export class RoomLink {
  readonly room: string;
  epoch: string;
  /** The number up to which every event was taken. */
  seq: number;
  state: "joining" | "joined" | "closed" = "joining";
  /** The newest welcome. */
  welcome: WelcomeFrame | null = null;
  readonly onJoined: Reply | null;
  readonly #frames: RoomFrames;
  readonly #owner: LinkOwner;
  readonly #port: RoomPort;
  /** The replies by the id of a frame, oldest first. */
  readonly #pending = new Map<string, Reply[]>();
  #pendingCount = 0;
  /** Requests have no id and are answered in order. */
  readonly #requests: Request[] = [];
  /** Requests of the client that wait for the join and its page. */
  readonly #early: Request[] = [];
  /** The join asks for no page. */
  hasNoPage = false;
  /** The page of the join has not come yet. */
  #awaitsFirstPage = false;
  #isCatchingUp = false;
  /** The highest number that was seen. */
  #head = 0;
  #retryAt: number | null = null;

  constructor(options: LinkOptions) {
    this.room = options.room;
    this.#frames = options.frames;
    this.#owner = options.owner;
    this.#port = options.port;
    this.onJoined = options.onJoined;
    this.epoch = options.since?.epoch ?? "";
    this.seq = options.since?.seq ?? 0;
  }

  /** Something waits for the room's answer. */
  get isBusy(): boolean {
    return this.state === "joining" || this.#pendingCount > 0;
  }

  get deadline(): number {
    return this.#retryAt ?? Infinity;
  }

  tick(now: number): void {
    if (this.#retryAt === null || this.#retryAt > now) return;
    this.#retryAt = null;
    this.#catchUp();
  }

  /** Sends a frame without an answer. */
  send(frame: object): void {
    if (this.state !== "closed") this.#port.send(JSON.stringify(frame));
  }

  /**
   * Sends a frame with an id.
   *
   * @returns false if too many wait for their answer
   */
  sendWithId(id: string, frame: string, reply: Reply): boolean {
    if (this.#pendingCount >= PENDING_MAX) return false;
    const replies = this.#pending.get(id);
    if (replies === undefined) this.#pending.set(id, [reply]);
    else replies.push(reply);
    this.#pendingCount++;
    this.#port.send(frame);
    return true;
  }

  /**
   * Asks for a page or for members, after the join and its page.
   *
   * @returns false if too many requests wait
   */
  request(frame: object, reply: Reply): boolean {
    if (this.#requests.length + this.#early.length >= REQUESTS_MAX)
      return false;
    const request = { frame: JSON.stringify(frame), reply };
    if (this.state === "joining" || this.#awaitsFirstPage)
      this.#early.push(request);
    else this.#request(request);
    return true;
  }

  close(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.#port.close();
    this.#failAll();
  }

  /** The connection has closed by itself. */
  closed(): void {
    this.state = "closed";
    this.#failAll();
  }

  /** Takes a frame of the room. */
  take(text: string, now: number): void {
    const batch = this.#frames.read(text, this.room);
    for (const one of batch) {
      if (this.state === "closed") return;
      this.#take(one, batch, now);
    }
  }

  #take(one: RoomFrame, batch: readonly RoomFrame[], now: number): void {
    const { frame } = one;
    switch (frame.type) {
      case "welcome":
        this.#welcome(frame, batch);
        return;
      case "ack":
        if ("seq" in frame && frame.duplicate !== true)
          this.#takesNext(frame.seq);
        this.#settle(frame.id, frame);
        return;
      case "error":
        this.#fail(frame, now);
        return;
      case "history":
        this.#page(frame, now);
        return;
      case "members":
        this.#answerRequest(frame);
        return;
      case "private":
      case "mention":
        this.#owner.onMail(this, frame);
        return;
      case "reset":
        this.epoch = frame.epoch;
        this.seq = frame.seq;
        this.#head = frame.seq;
        this.#request({ frame: '{"type":"history"}', reply: null });
        return;
      default:
        if ("seq" in frame && typeof frame.seq === "number") {
          if (!this.#takesNext(frame.seq)) return;
        }
        if (one.args !== null) this.#owner.onEvent(this, one);
    }
  }

  #welcome(welcome: WelcomeFrame, batch: readonly RoomFrame[]): void {
    this.state = "joined";
    this.welcome = welcome;
    this.epoch = welcome.epoch;
    this.#head = welcome.seq;
    if (!welcome.resumed) {
      this.seq = welcome.seq;
      this.#awaitsFirstPage = !this.hasNoPage;
    }
    this.#owner.onWelcome(this, welcome, batch);
    if (welcome.resumed && welcome.more) this.#catchUp();
    if (!this.#awaitsFirstPage) this.#sendEarly();
  }

  #sendEarly(): void {
    for (const request of this.#early.splice(0)) this.#request(request);
  }

  /** Tells whether an event is the next one, and asks for those before it. */
  #takesNext(seq: number): boolean {
    if (seq > this.#head) this.#head = seq;
    if (seq === this.seq + 1) {
      this.seq = seq;
      return true;
    }
    if (seq > this.seq) this.#catchUp();
    return false;
  }

  #catchUp(): void {
    if (this.#isCatchingUp || this.#retryAt !== null) return;
    this.#isCatchingUp = true;
    const frame = { type: "history", after: this.seq, limit: historyPageMax };
    this.#request({ frame: JSON.stringify(frame), reply: null });
  }

  #request(request: Request): void {
    // One at a time, since an error does not say which request it refuses.
    if (this.#requests.push(request) === 1) this.#port.send(request.frame);
  }

  #shiftRequest(): Request | undefined {
    const request = this.#requests.shift();
    const next = this.#requests[0];
    if (next !== undefined) this.#port.send(next.frame);
    return request;
  }

  #answerRequest(answer: object): void {
    this.#shiftRequest()?.reply?.({ ...answer });
  }

  #page(page: HistoryPage, now: number): void {
    if (this.#awaitsFirstPage) {
      this.#awaitsFirstPage = false;
      this.#owner.onPage(this, page);
      this.#sendEarly();
      return;
    }
    const request = this.#shiftRequest();
    if (request?.reply) request.reply({ ...page });
    else if (this.#isCatchingUp) this.#takePage(page, now);
    else this.#owner.onPage(this, page);
  }

  #takePage(page: HistoryPage, now: number): void {
    this.#isCatchingUp = false;
    if (page.epoch !== this.epoch) {
      this.#owner.onBroken(this, now);
      return;
    }
    const first: RoomEvent | undefined = page.messages[0];
    if (first !== undefined && first.seq > this.seq + 1) {
      this.seq = first.seq - 1;
      this.#owner.onGap(this);
    }
    for (const event of page.messages) {
      if (event.seq !== this.seq + 1) continue;
      this.seq = event.seq;
      const one = this.#frames.ofEvent(event);
      if (one.args !== null) this.#owner.onEvent(this, one);
    }
    if (page.more || (first !== undefined && this.seq < this.#head))
      this.#catchUp();
  }

  #fail(error: ErrorFrame, now: number): void {
    if (error.id !== undefined) this.#settle(error.id, error);
    else if (this.state === "joining") this.#owner.onRefused(this, error);
    else if (this.#requests.length === 0) this.#owner.onError(this, error);
    else {
      const request = this.#shiftRequest();
      if (request?.reply) request.reply(error as unknown as Answer);
      else {
        this.#isCatchingUp = false;
        this.#retryAt = now + (error.retryAfter ?? RETRY_MS);
      }
    }
  }

  #settle(id: string | undefined, answer: object): void {
    if (id === undefined) return;
    const replies = this.#pending.get(id);
    const reply = replies?.shift();
    if (replies?.length === 0) this.#pending.delete(id);
    if (reply === undefined) return;
    this.#pendingCount--;
    reply({ ...answer });
  }

  /** Nobody knows what became of the frames that have no answer. */
  #failAll(): void {
    const waiting = [...this.#pending.values()].flat();
    for (const { reply } of [...this.#requests, ...this.#early])
      if (reply !== null) waiting.push(reply);
    this.#pending.clear();
    this.#pendingCount = 0;
    this.#requests.length = 0;
    this.#early.length = 0;
    for (const reply of waiting) reply(UNANSWERED);
  }
}

const UNANSWERED: Answer = {
  type: "error",
  code: "unavailable",
  message: "The connection to the room ended before it answered.",
};
