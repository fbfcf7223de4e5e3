// Thread state: holds a message of a room and the replies in its thread, as the page shows them.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { Room, ThreadSnapshot } from "../client/index.ts";
import { type ConnectionStatus, Conversation } from "./conversation.ts";
import { displayEvent } from "./display-events.ts";
import type { DisplayMessage } from "./display-message.ts";
import type { MessageRights } from "./message-actions.ts";
import type { Marker } from "./message-rows.ts";
import {
  displayPending,
  insertPending,
  type PendingAnchors,
} from "./pending-messages.ts";
import type { RoomState } from "./room-state.ts";

/** Replies in a page of older ones. */
const REPLIES_PAGE = 200;

export class ThreadState extends Conversation {
  readonly kind = "thread";
  readonly id: string;
  readonly room: RoomState;
  readonly markers: ReadonlySignal<readonly Marker[]> = signal([]);
  readonly isLoadingOlder: Signal<boolean> = signal(false);
  readonly connection: ReadonlySignal<ConnectionStatus>;
  readonly messages: ReadonlySignal<readonly DisplayMessage[]>;
  readonly isLoaded: ReadonlySignal<boolean>;
  readonly isComplete: ReadonlySignal<boolean>;
  readonly blocked: ReadonlySignal<ReadonlySet<string>>;
  readonly rights: ReadonlySignal<MessageRights>;
  /** The thread cannot be loaded, or is gone. */
  readonly error: ReadonlySignal<ThreadSnapshot["error"]>;
  readonly #thread: ReturnType<Room["thread"]>;
  readonly #snapshot: Signal<ThreadSnapshot>;
  readonly #unsubscribe: () => void;
  readonly #anchors: PendingAnchors = new Map();

  /** @param seq the number of the first message */
  constructor(room: RoomState, seq: number) {
    super(room.me);
    this.room = room;
    this.id = `${room.id}/thread/${seq}`;
    this.#thread = room.room.thread(seq);
    this.#snapshot = signal(this.#thread.snapshot());
    this.#unsubscribe = this.#thread.subscribe(() => {
      this.#snapshot.value = this.#thread.snapshot();
    });
    this.connection = room.connection;
    this.blocked = room.blocked;
    this.rights = computed(() => ({ ...room.rights.value, place: "thread" }));
    this.error = computed(() => this.#snapshot.value.error);
    this.messages = computed(() => this.#displayMessages());
    this.isLoaded = computed(() => this.#snapshot.value.root !== null);
    this.isComplete = computed(
      () => this.isLoaded.value && !this.#snapshot.value.more,
    );
  }

  get title(): string {
    return this.room.title;
  }

  get roomId(): string {
    return this.room.id;
  }

  async loadOlder(): Promise<void> {
    const { root, more } = this.#snapshot.peek();
    const { state } = this.connection.peek();
    // The SDK loads the first page itself.
    if (root === null || !more || state !== "connected") return;
    if (this.isLoadingOlder.peek()) return;
    this.isLoadingOlder.value = true;
    try {
      await this.#thread.loadOlder(REPLIES_PAGE);
      this.room.people.noteAuthors(this.#snapshot.peek().messages);
    } catch {
      // The connection is lost, which the banner shows.
    }
    this.isLoadingOlder.value = false;
  }

  send(text: string): void {
    const replyTo = this.target.peek()?.message.seq;
    this.room.sendWith(text, {
      thread: this.#thread.seq,
      ...(replyTo !== undefined && { replyTo }),
    });
  }

  sendTyping(): void {
    this.room.sendTyping();
  }

  reconnect(): void {
    this.room.reconnect();
  }

  async loadAround(): Promise<boolean> {
    return false;
  }

  /** A message that is in no thread is shown in the room. */
  override jumpTo(seq: number): void {
    if (this.messages.peek().some((one) => one.seq === seq)) super.jumpTo(seq);
    else this.room.jumpTo(seq);
  }

  /** The room counts what is read. */
  override markRead(): void {}

  stop(): void {
    this.#unsubscribe();
    this.#thread.close();
  }

  /** The first message is at the top once all replies are loaded. */
  #displayMessages(): DisplayMessage[] {
    const { root, messages, more, pending } = this.#snapshot.value;
    const all = messages.map(displayEvent);
    if (root !== null && !more) all.unshift(displayEvent(root));
    const { username } = this.room.user.value;
    for (const one of pending)
      insertPending(all, displayPending(one, username), this.#anchors);
    return all;
  }
}
