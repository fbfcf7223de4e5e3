// Room state: holds the messages, members and typing names of one room, as the page shows them.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type {
  ClientSnapshot,
  PendingMessage,
  Room,
  RoomSendOptions,
  RoomSnapshot,
  SeenFrame,
} from "../client/index.ts";
import { type ConnectionStatus, Conversation } from "./conversation.ts";
import { displayEvent } from "./display-events.ts";
import type { DisplayMessage } from "./display-message.ts";
import type { MessageRights } from "./message-actions.ts";
import type { Marker, PresentUser, RoomChange } from "./message-rows.ts";
import {
  displayPending,
  insertPending,
  type PendingAnchors,
} from "./pending-messages.ts";
import type { People, Person } from "./people.ts";
import type { SessionListener } from "./user-session.ts";

/** After this time a user no longer counts as typing. */
const TYPING_EXPIRY_MS = 5000;
/** Joins, leaves and gaps that are kept. */
const MARKERS_MAX = 100;
/** People whose place is kept, also after they have left. */
const SEEN_MAX = 200;
/** Messages per page of older history. */
const HISTORY_PAGE = 200;

export class RoomState extends Conversation {
  readonly kind = "room";
  readonly id: string;
  readonly room: Room;
  readonly snapshot: Signal<RoomSnapshot>;
  /** The user of all rooms. */
  readonly user: ReadonlySignal<ClientSnapshot>;
  /** The users of all rooms. */
  readonly people: People;
  readonly markers: Signal<readonly Marker[]> = signal([]);
  /** Acts of moderation and topics, oldest first. */
  readonly changes: ReadonlySignal<readonly RoomChange[]> = computed(() =>
    this.markers.value.flatMap((one) =>
      one.kind === "change" ? [one.event] : [],
    ),
  );
  readonly typingNames: Signal<readonly string[]> = signal([]);
  /** How far others have read, by public id; those who have left stay. */
  readonly seen: Signal<ReadonlyMap<string, SeenFrame>> = signal(new Map());
  readonly connection: ReadonlySignal<ConnectionStatus> = computed(
    () => this.snapshot.value,
  );
  readonly messages: ReadonlySignal<readonly DisplayMessage[]> = computed(() =>
    this.#displayMessages(this.snapshot.value),
  );
  readonly isLoaded: Signal<boolean> = signal(false);
  readonly isLoadingOlder: Signal<boolean> = signal(false);
  readonly blocked: ReadonlySignal<ReadonlySet<string>> = computed(
    () => new Set(this.user.value.blocked.map(({ user }) => user)),
  );
  readonly isComplete: ReadonlySignal<boolean> = computed(
    () => this.isLoaded.value && !this.snapshot.value.more,
  );
  readonly rights: ReadonlySignal<MessageRights> = computed(() => ({
    place: "room",
    editSeconds: this.user.value.limits?.editSeconds,
    isModerator: this.snapshot.value.role !== null,
    isSilenced: this.#isSilenced(),
  }));
  readonly #username = computed(() => this.user.value.username);
  readonly #anchors: PendingAnchors = new Map();
  /** The ids of private messages that were written in this room. */
  readonly #privateIds: Signal<ReadonlySet<string>> = signal(new Set());
  readonly #listener: SessionListener;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #unsubscribes: (() => void)[] = [];

  /** @param id the name under which it is saved */
  constructor(
    me: string,
    id: string,
    room: Room,
    user: ReadonlySignal<ClientSnapshot>,
    listener: SessionListener,
    people: People,
  ) {
    super(me);
    this.people = people;
    this.user = user;
    this.#listener = listener;
    this.id = id;
    this.room = room;
    this.snapshot = signal(room.getSnapshot());
    this.loadReadPosition();
    this.#unsubscribes.push(
      room.subscribe(() => this.#onSnapshot()),
      room.on("message", (message) => {
        this.#stopTyping(message.username);
        people.noteAuthors([message]);
        listener.onRoomMessage(this, message);
      }),
      room.on("joined", ({ type, user, username }) =>
        this.#addPresence({ kind: type, user, username }),
      ),
      room.on("left", ({ type, user, username }) => {
        this.#stopTyping(username);
        this.#addPresence({ kind: type, user, username });
      }),
      room.on("gap", ({ after, before }) => {
        // The history is another one than the user has read.
        if (after === null) {
          this.setReadPosition(before - 1);
          this.unreadFrom.value = null;
          this.#anchors.clear();
          this.seen.value = new Map();
        }
        this.#addMarker({ kind: after === null ? "reset" : "gap", before });
      }),
      room.on("seen", (seen) => {
        const others = [...this.seen.peek()].slice(-SEEN_MAX);
        this.seen.value = new Map(others).set(seen.user, seen);
      }),
      room.on("moderated", (event) => this.#addChange(event)),
      room.on("topic", (event) => this.#addChange(event)),
      room.on("typing", ({ user, username }) => {
        if (!this.blocked.peek().has(user)) this.#startTyping(username);
      }),
    );
  }

  get title(): string {
    return this.snapshot.value.name;
  }

  get roomId(): string {
    return this.id;
  }

  override get userId(): string | null {
    return this.user.value.user;
  }

  async loadOlder(): Promise<void> {
    const { more, state } = this.snapshot.peek();
    if (this.isLoadingOlder.peek() || !more || state !== "connected") return;
    this.isLoadingOlder.value = true;
    try {
      const page = await this.room.loadOlder(HISTORY_PAGE);
      this.people.noteAuthors(page.messages);
    } catch {
      // The connection is lost, which the banner shows.
    }
    this.isLoadingOlder.value = false;
  }

  async loadAround(seq: number): Promise<boolean> {
    try {
      await this.room.loadAround(seq);
    } catch {
      return false;
    }
    this.people.noteAuthors(this.room.messages);
    return true;
  }

  send(text: string): void {
    const { seq, thread } = this.target.peek()?.message ?? {};
    this.sendWith(text, {
      ...(seq !== undefined && { replyTo: seq }),
      ...(thread !== undefined && { thread }),
    });
  }

  /** Sends a message that answers another one, or belongs to a thread. */
  sendWith(text: string, options: RoomSendOptions): void {
    // The pending messages show the result.
    this.room
      .send(text, options)
      .catch((error) => this.#listener.onSendFailed(error));
  }

  sendTyping(): void {
    this.room.typing();
  }

  reconnect(): void {
    this.room.reconnect();
  }

  /** The user's other devices learn of it. */
  override markRead(position: number): void {
    super.markRead(position);
    this.room.markRead(position);
  }

  /** Stops listening. The session leaves the room. */
  stop(): void {
    for (const stop of this.#unsubscribes) stop();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #isSilenced(): boolean {
    const { muted, locked, role } = this.snapshot.value;
    return muted !== null || (locked && role === null);
  }

  #onSnapshot(): void {
    const snapshot = this.room.getSnapshot();
    this.snapshot.value = snapshot;
    this.people.noteMembers(this.id, snapshot);
    const { state, messages, more } = snapshot;
    if (state !== "connected" || (messages.length === 0 && more)) return;
    this.isLoaded.value = true;
    const newest = messages.at(-1)?.seq ?? 0;
    // Another device has read further, or this one is new.
    const read = Math.min(snapshot.read, newest);
    if (read > this.readPosition.value) this.setReadPosition(read);
    else if (!this.hasReadPosition) {
      const past = messages.findLast(
        (message) => message.isReplay || message.mine,
      );
      this.setReadPosition(past?.seq ?? 0);
    } else if (this.readPosition.value > newest) this.setReadPosition(newest);
  }

  /**
   * A private message from this room that fails is shown here, where the user
   * expects it.
   */
  trackPrivate(id: string): void {
    this.#anchors.set(id, this.snapshot.peek().messages.at(-1)?.seq ?? 0);
    this.#privateIds.value = new Set([...this.#privateIds.peek(), id]);
  }

  #displayMessages({ messages, pending }: RoomSnapshot): DisplayMessage[] {
    const all = messages.map(displayEvent);
    const privateIds = this.#privateIds.value;
    const username = this.#username.value;
    const ofUser = privateIds.size === 0 ? [] : this.user.value.pending;
    const failed = ofUser.filter(
      ({ id, state }) => privateIds.has(id) && hasFailed(state),
    );
    for (const one of [...pending, ...failed])
      insertPending(all, displayPending(one, username), this.#anchors);
    return all;
  }

  /** The member who has this name now, as the page shows them. */
  personOf(username: string): Person {
    return this.people.of(this.snapshot.value.details.get(username)?.user);
  }

  #addPresence(
    presence: PresentUser & { readonly kind: "joined" | "left" },
  ): void {
    const newest = this.snapshot.value.messages.at(-1)?.seq ?? 0;
    this.#addMarker({ ...presence, before: newest + 0.5 });
  }

  /** A page may have an event again. */
  #addChange(event: RoomChange): void {
    const { seq: before } = event;
    if (!this.changes.value.some(({ seq }) => seq === before))
      this.#addMarker({ kind: "change", before, event });
  }

  #addMarker(marker: Marker): void {
    this.markers.value = [...this.markers.value, marker].slice(-MARKERS_MAX);
  }

  #startTyping(username: string): void {
    clearTimeout(this.#timers.get(username));
    this.#timers.set(
      username,
      setTimeout(() => this.#stopTyping(username), TYPING_EXPIRY_MS),
    );
    if (!this.typingNames.value.includes(username))
      this.typingNames.value = [...this.typingNames.value, username];
  }

  #stopTyping(username: string): void {
    clearTimeout(this.#timers.get(username));
    this.#timers.delete(username);
    if (this.typingNames.value.includes(username))
      this.typingNames.value = this.typingNames.value.filter(
        (one) => one !== username,
      );
  }
}

function hasFailed(state: PendingMessage["state"]): boolean {
  return state === "failed" || state === "unknown";
}
