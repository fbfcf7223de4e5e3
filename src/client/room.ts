// Room: lets an app send, request and listen in one room, and gives views a snapshot of it.

import * as LIMITS from "../protocol/limits.ts";
import type { Account } from "./account.ts";
import { ChatError } from "./chat-error.ts";
import { check, checkNumber, checkText } from "./check-arguments.ts";
import {
  type ActReceipt,
  type ChatMessage,
  type ChatTypes,
  type CommandResult,
  type HistoryOptions,
  type HistoryResult,
  type MemberPage,
  type Moderation,
  type ReportOptions,
  type ReportOutcome,
  type ReportPage,
  ROOM_EVENTS,
  ROOM_SNAPSHOT,
  type RoomReceipt,
  type RoomSendOptions,
  type SearchOptions,
  type SentMessage,
} from "./events.ts";
import { MessageSearch } from "./message-search.ts";
import type { ActFrame, CommandAnswer } from "./request-queue.ts";
import { RoomProperties } from "./room-properties.ts";
import type { MessagePage } from "./room-view.ts";
import { Session } from "./session.ts";
import type { ActionTarget } from "./shown-message.ts";
import type { StoredChange } from "./stored-change.ts";
import { Thread } from "./thread.ts";

type SendOptionsOf<T extends ChatTypes> = RoomSendOptions<T["message"]>;

/** @internal */
export interface RoomSettings<Owner> {
  readonly client: Owner;
  readonly account: Account;
  readonly name: string;
  readonly history: number;
  readonly maxMessages: number;
  readonly invite: string | undefined;
}

/**
 * @typeParam Owner the client: `client.ts` joins rooms, and is not imported
 * @typeParam T the types of the app's data
 */
export class Room<
  Owner,
  T extends ChatTypes = ChatTypes,
> extends RoomProperties<T> {
  /** The client sends private messages, and keeps the name. */
  readonly client: Owner;
  /** @internal */
  protected override readonly account: Account;
  /** @internal */
  protected override readonly session: Session;
  readonly #search: MessageSearch;
  #leaving: Promise<void> | null = null;

  /** @internal Use `client.join`. */
  constructor({ client, account, name, ...settings }: RoomSettings<Owner>) {
    super(ROOM_EVENTS, ROOM_SNAPSHOT);
    this.client = client;
    this.account = account;
    const actions: ActionTarget = {
      change: (change) => this.#change(change),
      send: (text, options) => this.send(text, options as SendOptionsOf<T>),
    };
    this.session = new Session({
      ...{ ...settings, account, room: name, target: this, actions },
    });
    this.#search = new MessageSearch(this.session, account.environment);
    this.getServerSnapshot();
    this.session.connect();
  }

  /**
   * Sends a message to the room. It may be called in any state: messages are
   * stored, and are sent in order while connected.
   *
   * @param text 1 to 4,000 characters
   * @returns the message, with its `id` at once. It is a promise of `{id, seq,
   * at}` after the server has stored the message; `at` is in ms since 1970. It
   * rejects with a `ChatError`: its code is the server's, `unknown` if the
   * message may have arrived, or `closed`
   * @throws TypeError if `text` is not a string, or `id` is not an id
   */
  send(text: string, options?: SendOptionsOf<T>): SentMessage<RoomReceipt> {
    const session = this.session;
    return this.account.send(text, { room: session.key }, options, session);
  }

  /**
   * Moderates the room: `moderate({ action: "ban", username: "bob", for: 3600 })`.
   * It is sent again after a lost connection, and is done once. It is not
   * stored: a reload forgets it.
   *
   * @returns the ack. Rejects with a `ChatError`: `forbidden`, `no_such_user`, or
   * `unknown` if it may have been done, and the answer is lost
   */
  moderate(act: Moderation): Promise<ActReceipt> {
    return this.#act({ type: "moderate", ...act });
  }

  /**
   * Reports a message to the moderators of the room.
   *
   * @param reason at most 250 characters, for the moderators
   * @returns the ack. Rejects with a `ChatError`
   */
  report(seq: number, reason?: string): Promise<ActReceipt> {
    const { epoch } = this.session;
    return this.#act({ type: "report", of: seq, reason, epoch });
  }

  /**
   * Requests a page of the reports. For moderators.
   *
   * @returns `{reports, more, open}`, the newest first. Rejects with a `ChatError`
   */
  reports(options: ReportOptions = {}): Promise<ReportPage> {
    return this.session.sendRequest({ type: "reports", ...options }, "reports");
  }

  /** Closes a report. For moderators. @returns the ack, as `report` */
  closeReport(report: number, outcome: ReportOutcome): Promise<ActReceipt> {
    return this.#act({ type: "close_report", report, outcome });
  }

  /**
   * Pins a message, or takes the pin off. For moderators.
   *
   * @returns a promise of the ack. It rejects with a `ChatError`
   */
  pin(seq: number, on = true): SentMessage<RoomReceipt> {
    const { epoch } = this.session;
    const where = epoch === undefined ? {} : { epoch };
    return this.#change({ type: "pin", of: seq, on, ...where });
  }

  /** Sets the topic; an empty text removes it. For moderators. As `pin` */
  setTopic(text: string): SentMessage<RoomReceipt> {
    check(typeof text === "string", "text must be a string.");
    return this.#change({ type: "moderate", action: "topic", text });
  }

  /** Sends a message that is `failed` or `unknown` again, under the same id. */
  resend(id: string): void {
    this.account.resend(id);
  }

  /** Removes a pending message. It may still arrive if it is being sent. */
  discard(id: string): void {
    this.account.discard(id);
  }

  /**
   * Requests a page of the room's messages as they are now: the newest ones if
   * none of `before`, `after` and `at` is given.
   *
   * @returns `{messages, more, from, to}`, ascending by `seq`. Rejects with a
   * `ChatError`
   */
  async history(
    options: HistoryOptions = {},
  ): Promise<HistoryResult<T["message"]>> {
    return this.#page(options);
  }

  /**
   * Searches the room for messages that have all words of a text, the newest
   * first. A server lets a user search once in 2 s: it waits so long.
   *
   * @param text at most 100 characters
   * @returns a page of messages as they are now, ascending by `seq`. With `more`
   * the next one is `before` its `from`, also if it is empty. Rejects with a
   * `ChatError`: `unsupported` if the server cannot search
   */
  async search(
    text: string,
    options: SearchOptions = {},
  ): Promise<HistoryResult<T["message"]>> {
    checkText(text, "text");
    const { limits } = this.account;
    if (limits !== null && limits.search === undefined)
      throw new ChatError("unsupported", "The server cannot search.");
    return this.#search.find(text, options);
  }

  /**
   * The user has read up to a message: their other devices and `client.rooms`
   * learn of it. It goes forward only. The server is told once a second at most.
   *
   * @param seq default: the newest event that the room has shown
   */
  markRead(seq = this.session.view.sequencer.position.seq): void {
    checkNumber(seq, "seq");
    if (this.session.readMarker.mark(seq)) this.account.events.touch(this);
    this.account.flush();
  }

  /**
   * Requests the page before the snapshot's oldest message, and adds it there.
   *
   * @param limit 1 to 200 messages
   * @returns that page, as `history` does
   */
  async loadOlder(limit = 50): Promise<HistoryResult<T["message"]>> {
    const { timeline } = this.session.view;
    const before = timeline.olderBefore;
    const page = await this.#page(
      before === undefined ? { limit } : { before, limit },
    );
    timeline.addOlder(page.messages, page.more, page.from);
    this.#touch();
    return page;
  }

  /**
   * Loads older messages until the snapshot has that one, for links to it.
   *
   * @returns the message. Rejects with a `ChatError`: `gone` if there is none
   */
  async loadAround(seq: number): Promise<ChatMessage<T["message"]>> {
    const { timeline } = this.session.view;
    for (;;) {
      const message = timeline.find(seq);
      if (message !== undefined) return message;
      const { olderBefore = Number.POSITIVE_INFINITY } = timeline;
      if (!timeline.more || olderBefore <= seq) throw gone();
      await this.loadOlder(LIMITS.historyPageMax);
      // The view has begun anew, or the server has no end.
      const { olderBefore: next = olderBefore } = timeline;
      if (next >= olderBefore) throw gone();
    }
  }

  /**
   * The message as it is now, also one that the snapshot does not have.
   *
   * @returns the message. Rejects with a `ChatError`: `gone` if there is none
   */
  async messageAt(seq: number): Promise<ChatMessage<T["message"]>> {
    const known = this.session.view.timeline.find(seq);
    if (known !== undefined) return known;
    const { messages } = await this.#page({ before: seq + 1, limit: 1 });
    const message = messages.at(-1);
    if (message?.seq !== seq) throw gone();
    return message;
  }

  /**
   * Opens the thread of a message.
   *
   * @param seq of its first message
   * @returns a view of it, until `close`
   */
  thread(seq: number): Thread<T> {
    const { view } = this.session;
    return new Thread<T>(seq, {
      ...{ room: this, view, touch: () => this.#touch() },
      page: (options) => this.#page(options),
    });
  }

  async #page(options: HistoryOptions): Promise<MessagePage> {
    const session = this.session;
    const frame = { type: "history", fold: true, ...options } as const;
    const page = await session.sendRequest(frame, "history");
    // An older server knows no threads, and no times.
    if ((options.thread !== undefined && !page.fold) || options.at !== page.at)
      throw new ChatError("unsupported", "The server is too old.");
    return session.view.toPage(page);
  }

  #change(change: StoredChange): SentMessage<RoomReceipt> {
    const { outbox } = this.account;
    const session = this.session;
    const isOfEdited =
      change.type === "edit" &&
      outbox
        .changes(session.key)
        .some((one) => one.type === "edit" && one.of === change.of);
    if (!isOfEdited) return this.account.change(change, session);
    // The user edits the text of their own edit, which has no number yet.
    const { was: _, ...edit } = change;
    return this.account.change(edit, session);
  }

  #touch(): void {
    this.account.events.touch(this);
    this.account.flush();
  }

  /**
   * Requests a page of the room's members.
   *
   * @param after a username: the page begins after it
   * @param details also the public id and the data of each, as `details`
   * @returns `{members, count, more}`: at most 200 usernames, sorted; `count`
   * is the number of all members. Rejects with a `ChatError`
   */
  async listMembers(
    after?: string,
    details = false,
  ): Promise<MemberPage<T["user"]>> {
    const more = {
      ...(after !== undefined && { after }),
      ...(details && { details }),
    };
    const session = this.session;
    const page = await session.sendRequest({ type: "who", ...more }, "members");
    return session.view.checkedPage(page);
  }

  /**
   * Sends a command to the server's app, such as `command("roll", "2d6")`. It is
   * sent again after a lost connection, and says to the room once what it says.
   *
   * @returns what the app replies. Rejects with a `ChatError`: `unsupported` if
   * the app has no such command
   * @throws TypeError if an argument is no string, or the name is empty
   */
  command(name: string, args = ""): Promise<CommandResult> {
    checkText(name, "name");
    check(typeof args === "string", "args must be a string.");
    return this.#act({ type: "command", name, args }).then(
      ({ replies = [], seq = null }) => ({ replies, seq }),
    );
  }

  #act<Frame extends ActFrame>(frame: Frame): Promise<CommandAnswer> {
    const { id = this.account.environment.createSecret() } = frame;
    return this.session.sendRequest({ ...frame, id }, "ack");
  }

  /** Call it at each key: the room is told at most once in 3 s. */
  typing(): void {
    this.session.sendTyping();
  }

  /**
   * @returns when the state is `connected`. Rejects with `reason` if it is
   * `failed` or `closed`
   */
  async ready(): Promise<void> {
    while (this.state !== "connected") {
      if (this.state === "failed" || this.state === "closed") throw this.reason;
      await new Promise<unknown>((resolve) => this.once("state", resolve));
    }
  }

  /** Tries to connect now, also after `failed`. Ignored once closed. */
  reconnect(): void {
    if (this.state !== "closed" && this.state !== "connected")
      this.session.connect();
  }

  /**
   * Leaves this room only: the client and its other rooms go on. Messages to
   * the room without an ack stay in the storage: the next `join` sends them.
   *
   * @returns when everything is stored
   */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    await this.session.close();
    this.end();
  }
}

function gone(): ChatError {
  return new ChatError("gone", "The room has no such message any more.");
}
