// One room as the page shows it, kept up to date by the chat in it.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type {
  Chat,
  ChatMessage,
  ChatSnapshot,
  PendingMessage,
} from "../client/index.ts";
import { Conversation, type Line } from "./conversation.ts";
import { type Anchors, place, shownPending } from "./pending.ts";
import type { Mark, Shown } from "./rows.ts";
import type { Hearer } from "./talk.ts";

/** Someone who has typed is typing for so long, in ms. */
const TYPING_MS = 5000;
/** Comings and goings, and gaps, that are remembered. */
const MARKS_MAX = 100;
/** Messages on a page of what is older. */
const PAGE = 200;

export class RoomState extends Conversation {
  readonly id: string;
  readonly chat: Chat;
  readonly snapshot: Signal<ChatSnapshot>;
  readonly marks: Signal<readonly Mark[]> = signal([]);
  readonly typists: Signal<readonly string[]> = signal([]);
  readonly line: ReadonlySignal<Line> = computed(() => this.snapshot.value);
  readonly messages: ReadonlySignal<readonly Shown[]> = computed(() =>
    this.#shown(this.snapshot.value),
  );
  readonly isLoaded: Signal<boolean> = signal(false);
  readonly isLoadingOlder: Signal<boolean> = signal(false);
  readonly blocked: ReadonlySignal<ReadonlySet<string>> = computed(
    () => new Set(this.snapshot.value.blocked.map(({ user }) => user)),
  );
  readonly isWhole: ReadonlySignal<boolean> = computed(
    () => this.isLoaded.value && !this.snapshot.value.more,
  );
  readonly #anchors: Anchors = new Map();
  /** What was written here to one person alone, by its id. */
  readonly #asides: Signal<ReadonlySet<string>> = signal(new Set());
  readonly #pending: ReadonlySignal<readonly PendingMessage[]>;
  readonly #hearer: Hearer;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #known = new WeakMap<ChatMessage, Shown>();
  readonly #stops: (() => void)[] = [];

  /** @param pending all that has no ack, in whichever room */
  constructor(
    me: string,
    room: string,
    chat: Chat,
    pending: ReadonlySignal<readonly PendingMessage[]>,
    hearer: Hearer,
  ) {
    super(me);
    this.#pending = pending;
    this.#hearer = hearer;
    this.id = room;
    this.chat = chat;
    this.snapshot = signal(chat.getSnapshot());
    this.loadMark();
    this.#stops.push(
      chat.subscribe(() => this.#changed()),
      chat.on("message", (message) => {
        this.#stopsTyping(message.username);
        hearer.room(this, message);
      }),
      chat.on("joined", ({ type, username }) => this.#came(type, username)),
      chat.on("left", ({ type, username }) => {
        this.#stopsTyping(username);
        this.#came(type, username);
      }),
      chat.on("gap", ({ after, before }) => {
        // Another history than the one that was read.
        if (after === null) {
          this.setMark(before - 1);
          this.#anchors.clear();
        }
        this.#mark({ kind: after === null ? "reset" : "gap", before });
      }),
      chat.on("typing", ({ user, username }) => {
        if (!this.blocked.peek().has(user)) this.#types(username);
      }),
    );
  }

  get title(): string {
    return this.snapshot.value.room;
  }

  async older(): Promise<void> {
    const { more, state } = this.snapshot.peek();
    if (this.isLoadingOlder.peek() || !more || state !== "connected") return;
    this.isLoadingOlder.value = true;
    try {
      await this.chat.loadOlder(PAGE);
    } catch {
      // Not connected any more: the strip says so.
    }
    this.isLoadingOlder.value = false;
  }

  send(text: string): void {
    // What becomes of it shows in what is pending.
    this.chat.send(text).catch((error) => this.#hearer.failed(error));
  }

  typing(): void {
    this.chat.typing();
  }

  reconnect(): void {
    this.chat.reconnect();
  }

  /** Hears no more; the chat is somebody else's to close. */
  stop(): void {
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #changed(): void {
    const snapshot = this.chat.getSnapshot();
    this.snapshot.value = snapshot;
    const { state, messages, more } = snapshot;
    if (state !== "connected" || (messages.length === 0 && more)) return;
    this.isLoaded.value = true;
    const newest = messages.at(-1)?.seq ?? 0;
    if (!this.hasMark) {
      const past = messages.findLast(
        (message) => message.isReplay || message.mine,
      );
      this.setMark(past?.seq ?? 0);
    } else if (this.readMark.value > newest) this.setMark(newest);
  }

  /** If it fails it shows here, where somebody waits for it. */
  addAside(id: string): void {
    this.#anchors.set(id, this.snapshot.peek().messages.at(-1)?.seq ?? 0);
    this.#asides.value = new Set([...this.#asides.peek(), id]);
  }

  #shown({ messages, pending, username }: ChatSnapshot): Shown[] {
    const all = messages.map((message) => this.#one(message));
    const asides = this.#asides.value;
    const failed = asides.size === 0 ? [] : this.#pending.value;
    for (const one of [
      ...pending.filter(({ to }) => to === undefined),
      ...failed.filter(({ id, state }) => asides.has(id) && hasFailed(state)),
    ])
      place(all, shownPending(one, username), this.#anchors);
    return all;
  }

  #one(message: ChatMessage): Shown {
    const known = this.#known.get(message);
    if (known !== undefined) return known;
    const { seq, mine, user, username, text, at, id } = message;
    const result: Shown = {
      key: mine && id !== undefined ? `own ${id}` : `seq ${seq}`,
      state: "sent",
      place: seq,
      ...{ mine, user, username, text, at },
    };
    this.#known.set(message, result);
    return result;
  }

  #came(kind: "joined" | "left", username: string): void {
    const newest = this.snapshot.value.messages.at(-1)?.seq ?? 0;
    this.#mark({ kind, before: newest + 0.5, username });
  }

  #mark(mark: Mark): void {
    this.marks.value = [...this.marks.value, mark].slice(-MARKS_MAX);
  }

  #types(username: string): void {
    clearTimeout(this.#timers.get(username));
    this.#timers.set(
      username,
      setTimeout(() => this.#stopsTyping(username), TYPING_MS),
    );
    if (!this.typists.value.includes(username))
      this.typists.value = [...this.typists.value, username];
  }

  #stopsTyping(username: string): void {
    clearTimeout(this.#timers.get(username));
    this.#timers.delete(username);
    if (this.typists.value.includes(username))
      this.typists.value = this.typists.value.filter((one) => one !== username);
  }
}

function hasFailed(state: PendingMessage["state"]): boolean {
  return state === "failed" || state === "unknown";
}
