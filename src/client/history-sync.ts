// History sync: shows the room's messages in order, requests missing ones, and stores the last position shown.
import * as LIMITS from "../protocol/limits.ts";
import type {
  HistoryPage,
  RoomMessage,
  WelcomeFrame,
} from "../protocol/server-frames.ts";
import { DebouncedValue } from "./debounced-value.ts";
import type { ChatMessage, HistoryResult } from "./events.ts";
import {
  hasFields,
  isRoomEvent,
  isRoomMessage,
  type RoomEvent,
} from "./parse-frame.ts";
import { type SequencedItems, Sequencer } from "./sequencer.ts";
import type { Session } from "./session.ts";

const EPOCH_MAX = 64;

export class HistorySync {
  readonly #session: Session;
  readonly #historyLimit: number;
  /** The position of the last message shown. */
  readonly #storedPosition: DebouncedValue;
  /** The order of the room's events. */
  sequencer: Sequencer;
  #isRequestingMissing = false;
  #isFirstPageNext = false;
  /** Names of events up to here may have changed since. */
  #seqAtJoin = 0;

  /** @param historyLimit the number of older messages to begin with */
  constructor(session: Session, historyLimit: number) {
    const { account, room } = session;
    const { storage, environment } = account;
    this.#session = session;
    this.#historyLimit = historyLimit;
    this.#storedPosition = new DebouncedValue(
      storage,
      environment,
      account.key("room", room),
    );
    this.sequencer = new Sequencer(null, historyLimit > 0);
  }

  /** Continues where an earlier chat with this storage stopped. */
  async load(): Promise<void> {
    const stored = await this.#storedPosition.get();
    // No server has a longer epoch: it would refuse a join with this one.
    if (
      !hasFields(stored, "epoch seq+") ||
      String(stored.epoch).length > EPOCH_MAX
    )
      return;
    const lastShown = { epoch: String(stored.epoch), seq: Number(stored.seq) };
    this.sequencer = new Sequencer(lastShown, this.#historyLimit > 0);
  }

  onWelcome(welcome: WelcomeFrame): void {
    const { requests, timeline } = this.#session;
    const historyLimit = this.#historyLimit;
    const sequencer = this.sequencer;
    this.#isRequestingMissing = false;
    this.#seqAtJoin = welcome.seq;
    sequencer.onWelcome(welcome);
    if (sequencer.isPageDue && historyLimit === 0) {
      timeline.more = welcome.seq > 0;
      this.#apply(sequencer.startWithPage([]));
    }
    this.#isFirstPageNext = sequencer.isPageDue;
    const before = sequencer.historyDueBefore;
    if (before === null) return;
    const startWithHistory = (messages: readonly unknown[], more: boolean) => {
      timeline.more = more;
      this.#apply(sequencer.startWithHistory(messages.filter(isRoomEvent)));
    };
    requests.add(
      { type: "history", before: before.seq + 1, limit: historyLimit },
      "history",
      ({ messages, more }) => startWithHistory(messages, more),
    );
  }

  /** The next `history` frame follows the welcome, and answers no request. */
  get isFirstPageNext(): boolean {
    return this.#isFirstPageNext;
  }

  onPage({ messages, more }: HistoryPage): void {
    this.#isFirstPageNext = false;
    const events = messages.filter(isRoomEvent);
    const wasEmpty = this.#session.timeline.messages.length === 0;
    this.#apply(this.sequencer.startWithPage(events));
    if (wasEmpty) this.#session.timeline.more = more;
  }

  /** An event of the room, or an own message that was acked. */
  onRoomEvent(event: RoomEvent): void {
    if (isRoomMessage(event) && event.seq > this.#seqAtJoin)
      this.#session.account.learnUser(event.username, event.user);
    this.#apply(this.sequencer.addEvent(event));
  }

  onReset(epoch: string, seq: number): void {
    this.sequencer.onReset(epoch, seq);
    this.#isRequestingMissing = false;
    const limit = Math.max(1, this.#historyLimit);
    this.#session.requests.add({ type: "history", limit }, "history", (page) =>
      this.onPage(page),
    );
  }

  /** Requests missing events, after each frame. */
  requestMissing(): void {
    const { requests, connection } = this.#session;
    const sequencer = this.sequencer;
    const after = sequencer.missingAfter;
    if (after === null || this.#isRequestingMissing) return;
    this.#isRequestingMissing = true;
    requests.add(
      { type: "history", after, limit: LIMITS.historyPageMax },
      "history",
      ({ messages, epoch }) => {
        this.#isRequestingMissing = false;
        const events = messages.filter(isRoomEvent);
        if (epoch === sequencer.position.epoch)
          this.#apply(sequencer.fillMissing(events));
        else connection.startAttempt();
      },
    );
  }

  /** The result of a requested page. */
  toResult({ messages, more }: HistoryPage): HistoryResult {
    const roomMessages = messages.filter(isRoomEvent).filter(isRoomMessage);
    return {
      messages: roomMessages.map((one) => this.#toChatMessage(one, true)),
      more,
    };
  }

  /** @returns when everything that outlives the chat is stored */
  close(): Promise<void> {
    return this.#storedPosition.flush();
  }

  #toChatMessage(message: RoomMessage, isReplay: boolean): ChatMessage {
    const mine = message.user === this.#session.account.user;
    return { ...message, mine, isReplay };
  }

  #apply(items: SequencedItems): void {
    const { account, timeline, sender } = this.#session;
    const shown: ChatMessage[] = [];
    for (const item of items) {
      if ("type" in item) {
        if (item.after === null) timeline.clear();
        this.#session.emit(item);
        continue;
      }
      const { event, isNew, isReplay } = item;
      if (!isRoomMessage(event)) continue;
      if (event.user === account.user) sender.onOwnMessage(event);
      if (isNew) shown.push(this.#toChatMessage(event, isReplay));
    }
    timeline.add(shown);
    for (const message of shown) this.#session.emit(message);
    if (this.sequencer.lastShown !== null)
      this.#storedPosition.set(this.sequencer.lastShown);
  }
}
