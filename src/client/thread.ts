// Thread: gives views a message of a room with the replies in its thread, as they are now.
import type { ChatError } from "./chat-error.ts";
import type {
  ChatMessage,
  ChatTypes,
  HistoryOptions,
  PendingMessage,
  RoomReceipt,
  RoomSendOptions,
  SentMessage,
  ThreadSnapshot,
} from "./events.ts";
import type { MessagePage, RoomView } from "./room-view.ts";
import { type MessageList, Timeline } from "./timeline.ts";

const PAGE_SIZE = 50;

/** What a thread needs of its room. */
interface ThreadOwner {
  readonly room: {
    readonly pending: readonly PendingMessage[];
    send(text: string, options: RoomSendOptions): SentMessage<RoomReceipt>;
    subscribe(listener: () => void): () => void;
  };
  readonly view: RoomView;
  /** The snapshot of the room has changed. */
  touch(): void;
  page(options: HistoryOptions): Promise<MessagePage>;
}

export class Thread<T extends ChatTypes = ChatTypes> {
  /** The `seq` of the first message. */
  readonly seq: number;
  readonly #owner: ThreadOwner;
  readonly #timeline: Timeline;
  readonly #list: MessageList;
  #error: ChatError | null = null;
  #isLoaded = false;
  /** The messages of the last snapshot, with the first one. */
  #all: readonly ChatMessage[] = [];
  #snapshot: ThreadSnapshot<T> = {
    ...{ root: null, messages: [], more: true, pending: [], error: null },
  };

  /** @internal Use `room.thread`. */
  constructor(seq: number, owner: ThreadOwner) {
    this.seq = seq;
    this.#owner = owner;
    const timeline = new Timeline(
      owner.view.reader,
      Number.POSITIVE_INFINITY,
      (one) => one.seq === seq || one.thread === seq,
    );
    this.#timeline = timeline;
    this.#list = {
      add: (message) => timeline.add(message),
      change: (event) => timeline.change(event),
      invalidate: () => timeline.invalidate(),
      clear: () => {
        timeline.clear();
        // A request that is not answered yet is answered by the present log.
        if (this.#isLoaded) this.#load();
      },
    };
    owner.view.lists.add(this.#list);
    this.#load();
  }

  /** For views: the same object until something changes. */
  readonly snapshot = (): ThreadSnapshot<T> => {
    const { messages: all, more } = this.#timeline;
    const pending = this.#owner.room.pending.filter(
      ({ thread }) => thread === this.seq,
    );
    const last = this.#snapshot;
    const error = this.#error;
    const isSame =
      all === this.#all &&
      more === last.more &&
      error === last.error &&
      JSON.stringify(pending) === JSON.stringify(last.pending);
    if (!isSame) {
      const root = all.find((one) => one.seq === this.seq) ?? null;
      const messages =
        all === this.#all ? last.messages : all.filter((one) => one !== root);
      this.#all = all;
      this.#snapshot = { root, messages, more, pending, error };
    }
    return this.#snapshot;
  };

  /**
   * For views: calls the listener when `snapshot` may return another object.
   *
   * @returns a function that ends the subscription
   */
  readonly subscribe = (listener: () => void): (() => void) =>
    this.#owner.room.subscribe(listener);

  /** Loads the page of replies before the oldest one. Rejects as `history` */
  async loadOlder(limit = PAGE_SIZE): Promise<void> {
    const { from: before } = this.#timeline;
    const page = await this.#owner.page({
      ...{ thread: this.seq, limit },
      ...(before !== Number.POSITIVE_INFINITY && { before }),
    });
    this.#timeline.addOlder(page.messages, page.more, page.from);
    this.#owner.touch();
  }

  /** Sends a reply to the thread, as `send` of the room. */
  send(
    text: string,
    options?: RoomSendOptions<T["message"]>,
  ): SentMessage<RoomReceipt> {
    return this.#owner.room.send(text, { ...options, thread: this.seq });
  }

  /** The thread gets no events any more. */
  close(): void {
    this.#owner.view.lists.delete(this.#list);
  }

  async #load(): Promise<void> {
    this.#isLoaded = false;
    this.#error = null;
    try {
      const root = await this.#owner.page({ before: this.seq + 1, limit: 1 });
      const { from } = this.#timeline;
      this.#timeline.addOlder(root.messages, true, from);
      await this.loadOlder();
    } catch (error) {
      this.#error = error as ChatError;
    }
    this.#isLoaded = true;
    this.#owner.touch();
  }
}
