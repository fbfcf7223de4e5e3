// Reading a room: its events in order, holes filled, what is shown told and remembered.
import * as LIMITS from "../protocol/limits.ts";
import type {
  HistoryPage,
  RoomMessage,
  WelcomeFrame,
} from "../protocol/server-frames.ts";
import type { ChatMessage, HistoryResult } from "./events.ts";
import { Keeper } from "./keeper.ts";
import type { Session } from "./session.ts";
import { type Following, Stream } from "./stream.ts";
import { has, isRoomEvent, isRoomMessage, type RoomEvent } from "./wire.ts";

const EPOCH_MAX = 64;

export class Reading {
  readonly #session: Session;
  readonly #history: number;
  /** Keeps what was shown last. */
  readonly #keeper: Keeper;
  /** Where we are. */
  stream: Stream;
  #isFilling = false;
  #isPageNext = false;
  /** Events up to here were there before we were: their names may be old. */
  #metAfter = 0;

  /** @param history how many messages from before to begin with */
  constructor(session: Session, history: number) {
    const { person, room } = session;
    const { storage, environment } = person;
    this.#session = session;
    this.#history = history;
    this.#keeper = new Keeper(storage, environment, person.key("room", room));
    this.stream = new Stream(null, history > 0);
  }

  /** Goes on where a chat before this one was. */
  async load(): Promise<void> {
    const kept = await this.#keeper.get();
    // No server has a longer epoch: it would refuse to be joined with this one.
    if (!has(kept, "epoch seq+") || String(kept.epoch).length > EPOCH_MAX)
      return;
    const shown = { epoch: String(kept.epoch), seq: Number(kept.seq) };
    this.stream = new Stream(shown, this.#history > 0);
  }

  welcome(welcome: WelcomeFrame): void {
    const { asks, timeline } = this.#session;
    const history = this.#history;
    const stream = this.stream;
    this.#isFilling = false;
    this.#metAfter = welcome.seq;
    stream.join(welcome);
    if (stream.pageIsDue && history === 0) {
      timeline.more = welcome.seq > 0;
      this.#tell(stream.page([]));
    }
    this.#isPageNext = stream.pageIsDue;
    const past = stream.wantsPast;
    if (past === null) return;
    const begin = (messages: readonly unknown[], more: boolean) => {
      timeline.more = more;
      this.#tell(stream.past(messages.filter(isRoomEvent)));
    };
    asks.add(
      { type: "history", before: past.seq + 1, limit: history },
      "history",
      ({ messages, more }) => begin(messages, more),
    );
  }

  /** The next `history` is the page after a welcome, and answers nothing. */
  get isPageNext(): boolean {
    return this.#isPageNext;
  }

  page({ messages, more }: HistoryPage): void {
    this.#isPageNext = false;
    const events = messages.filter(isRoomEvent);
    const isFirst = this.#session.timeline.messages.length === 0;
    this.#tell(this.stream.page(events));
    if (isFirst) this.#session.timeline.more = more;
  }

  /** An event, also one's own that was acked. */
  event(event: RoomEvent): void {
    if (isRoomMessage(event) && event.seq > this.#metAfter)
      this.#session.person.met(event.username, event.user);
    this.#tell(this.stream.event(event));
  }

  reset(epoch: string, seq: number): void {
    this.stream.reset(epoch, seq);
    this.#isFilling = false;
    const limit = Math.max(1, this.#history);
    this.#session.asks.add({ type: "history", limit }, "history", (page) =>
      this.page(page),
    );
  }

  /** After each frame: asks for what is missing. */
  advance(): void {
    const { asks, connection } = this.#session;
    const stream = this.stream;
    const after = stream.hole;
    if (after === null || this.#isFilling) return;
    this.#isFilling = true;
    asks.add(
      { type: "history", after, limit: LIMITS.historyPageMax },
      "history",
      ({ messages, epoch }) => {
        this.#isFilling = false;
        const events = messages.filter(isRoomEvent);
        if (epoch === stream.place.epoch) this.#tell(stream.fill(events));
        else connection.start();
      },
    );
  }

  /** A page for somebody who asked for it. */
  result({ messages, more }: HistoryPage): HistoryResult {
    const known = messages.filter(isRoomEvent).filter(isRoomMessage);
    return { messages: known.map((one) => this.#show(one, true)), more };
  }

  /** Resolves when what must outlive the chat is in the storage. */
  close(): Promise<void> {
    return this.#keeper.flush();
  }

  #show(message: RoomMessage, past: boolean): ChatMessage {
    const mine = message.user === this.#session.person.user;
    return { ...message, mine, past };
  }

  #tell(following: Following): void {
    const { person, timeline, sending } = this.#session;
    const shown: ChatMessage[] = [];
    for (const one of following) {
      if ("type" in one) {
        if (one.after === null) timeline.clear();
        this.#session.emit(one);
        continue;
      }
      const { event, isNew, isPast } = one;
      if (!isRoomMessage(event)) continue;
      if (event.user === person.user) sending.own(event);
      if (isNew) shown.push(this.#show(event, isPast));
    }
    timeline.add(shown);
    for (const message of shown) this.#session.emit(message);
    if (this.stream.shown !== null) this.#keeper.set(this.stream.shown);
  }
}
