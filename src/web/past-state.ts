// Past state: holds an older part of a room around one message, as the page shows it in place of the newest.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { ChatMessage } from "../client/index.ts";
import { type ConnectionStatus, Conversation } from "./conversation.ts";
import { displayEvent } from "./display-events.ts";
import type { DisplayMessage } from "./display-message.ts";
import type { MessageRights } from "./message-actions.ts";
import type { Marker } from "./message-rows.ts";
import type { RoomState } from "./room-state.ts";

/** Messages on each side of the one to show, and on each further page. */
const AROUND = 50;
const PAGE = 200;
/** In the room itself, older messages are loaded to come to one so near. */
const NEAR = 400;

export class PastState extends Conversation {
  /** It has no end where new messages come, as a thread. */
  readonly kind = "thread";
  readonly id: string;
  readonly room: RoomState;
  readonly markers: ReadonlySignal<readonly Marker[]> = signal([]);
  readonly isLoadingOlder: Signal<boolean> = signal(false);
  readonly isLoaded: Signal<boolean> = signal(false);
  readonly isComplete: Signal<boolean> = signal(false);
  readonly isLoadingNewer: Signal<boolean> = signal(false);
  readonly connection: ReadonlySignal<ConnectionStatus>;
  readonly messages: ReadonlySignal<readonly DisplayMessage[]>;
  readonly blocked: ReadonlySignal<ReadonlySet<string>>;
  readonly rights: ReadonlySignal<MessageRights>;
  /** "gone": the message is not there any more. */
  readonly error: Signal<"" | "gone" | "failed"> = signal("");
  /** The composer is that of the room. */
  override readonly target: RoomState["target"];
  readonly #all: Signal<readonly ChatMessage[]> = signal([]);
  readonly #seq: number;
  /** It covers these numbers. */
  #from = 0;
  #to = 0;
  #stale = new Set<number>();
  #isRefreshing = false;
  readonly #unsubscribes: (() => void)[];

  /** @param seq the number of the message to show */
  constructor(room: RoomState, seq: number) {
    super(room.me);
    this.room = room;
    this.#seq = seq;
    this.id = `${room.id}/past/${seq}`;
    this.target = room.target;
    this.connection = room.connection;
    this.blocked = room.blocked;
    this.rights = room.rights;
    this.messages = computed(() => this.#all.value.map(displayEvent));
    const { room: events } = room;
    const changed = ({ of }: { readonly of: number }) => this.#refresh(of);
    this.#unsubscribes = [
      ...(["edited", "deleted", "reacted", "pinned", "unpinned"] as const).map(
        (type) => events.on(type, changed),
      ),
      events.on("moderated", ({ action }) => {
        if (action === "purge") this.load();
      }),
      events.on("gap", ({ after }) => {
        if (after === null) closePast();
      }),
    ];
  }

  get title(): string {
    return this.room.title;
  }

  get roomId(): string {
    return this.room.id;
  }

  /** Loads the messages around the one to show. */
  async load(): Promise<void> {
    const { room } = this.room;
    this.error.value = "";
    try {
      const older = await room.history({
        ...{ before: this.#seq + 1, limit: AROUND },
      });
      if (older.messages.at(-1)?.seq !== this.#seq) {
        this.error.value = "gone";
        return;
      }
      const newer = await room.history({ after: this.#seq, limit: AROUND });
      this.#set([...older.messages, ...newer.messages]);
      [this.#from, this.#to] = [older.from, newer.to];
      this.isComplete.value = !older.more;
      this.isLoaded.value = true;
    } catch {
      this.error.value = "failed";
    }
  }

  async loadOlder(): Promise<void> {
    if (this.isLoadingOlder.peek() || !this.isLoaded.peek()) return;
    this.isLoadingOlder.value = true;
    try {
      const before = this.#from;
      const page = await this.room.room.history({ before, limit: PAGE });
      this.#set([...page.messages, ...this.#all.peek()]);
      this.#from = Math.min(before, page.from);
      this.isComplete.value = !page.more || page.from >= before;
    } catch {
      // The connection is lost, which the banner shows.
    }
    this.isLoadingOlder.value = false;
  }

  /** Loads the next newer messages. At the newest ones the room is shown again. */
  async loadNewer(): Promise<void> {
    if (this.isLoadingNewer.peek()) return;
    this.isLoadingNewer.value = true;
    const last = this.#all.peek().at(-1)?.seq ?? this.#seq;
    try {
      const page = await this.room.room.history({
        ...{ after: this.#to, limit: PAGE },
      });
      this.#set([...this.#all.peek(), ...page.messages]);
      this.#to = Math.max(this.#to, page.to);
      const first = this.room.snapshot.peek().messages[0]?.seq ?? Infinity;
      if (!page.more || this.#to >= first - 1) {
        closePast();
        this.room.jumpTo(last);
        // The list would follow its end.
      } else this.jumpTo(last);
    } catch {
      // As above.
    }
    this.isLoadingNewer.value = false;
  }

  send(text: string): void {
    this.room.send(text);
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

  /** A message that is not here is shown in a part of its own. */
  override jumpTo(seq: number): void {
    if (this.messages.peek().some((one) => one.seq === seq)) super.jumpTo(seq);
    else showInPlace(this.room, seq);
  }

  /** The room counts what is read. */
  override markRead(): void {}

  stop(): void {
    for (const stop of this.#unsubscribes) stop();
    this.#unsubscribes.length = 0;
  }

  #set(messages: readonly ChatMessage[]): void {
    const known = new Map(messages.map((one) => [one.seq, one]));
    this.room.people.noteAuthors(messages);
    this.#all.value = [...known.values()].sort((a, b) => a.seq - b.seq);
  }

  /** Reads a message again that has changed. */
  async #refresh(of: number): Promise<void> {
    if (!this.#all.peek().some(({ seq }) => seq === of)) return;
    this.#stale.add(of);
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    for (const seq of this.#stale) {
      this.#stale.delete(seq);
      const now = await this.room.room.messageAt(seq).catch(() => null);
      this.#all.value = this.#all
        .peek()
        .flatMap((one) => (one.seq === seq ? (now ?? []) : one));
    }
    this.#isRefreshing = false;
  }
}

/** The part that is shown in place of the newest messages of its room; null: none. */
export const past = signal<PastState | null>(null);

export function closePast(): void {
  const part = past.peek();
  if (part === null) return;
  part.stop();
  part.room.isCovered.value = false;
  past.value = null;
}

/** Shows a message where it stands among the others. */
export function showInPlace(room: RoomState, seq: number): void {
  closePast();
  const first = room.snapshot.peek().messages[0]?.seq ?? 0;
  if (seq >= first - NEAR) {
    room.jumpTo(seq);
    return;
  }
  const part = new PastState(room, seq);
  part.unreadFrom.value = room.unreadFrom.peek();
  past.value = part;
  room.isCovered.value = true;
  part.load().then(() => {
    if (part.isLoaded.peek()) part.jumpTo(seq);
  });
}
