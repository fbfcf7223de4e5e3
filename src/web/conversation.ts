// Conversation: holds the messages, the read position and the unread count of a room or a private conversation.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { ChatState } from "../client/index.ts";
import type { ComposeTarget } from "./compose-target.ts";
import type { DisplayMessage } from "./display-message.ts";
import type { ErrorInfo } from "./error-text.ts";
import { userKey } from "./identity.ts";
import { deviceStore } from "./local-store.ts";
import type { MessageRights } from "./message-actions.ts";
import type { Marker } from "./message-rows.ts";
import { countUnread, lastReadPosition, type UnreadCount } from "./unread.ts";

/** The state of the connection, and the reason of a failure. */
export interface ConnectionStatus {
  readonly state: ChatState;
  readonly reason: ErrorInfo | null;
}

/** A change of a message that the server refused. */
export interface RefusedChange {
  readonly kind: "edit" | "delete" | "react" | "pin";
  readonly error: ErrorInfo;
  /** The text of an edit. */
  readonly text?: string | undefined;
}

export abstract class Conversation {
  abstract readonly kind: "room" | "peer" | "thread";
  /** `lobby`, `@bob`, or `lobby/thread/12`. */
  abstract readonly id: string;
  abstract readonly title: string;
  /** The id of the room that it is, or is in; null: it is private. */
  abstract readonly roomId: string | null;
  abstract readonly connection: ReadonlySignal<ConnectionStatus>;
  abstract readonly messages: ReadonlySignal<readonly DisplayMessage[]>;
  abstract readonly markers: ReadonlySignal<readonly Marker[]>;
  /** True once the first page has arrived, even an empty one. */
  abstract readonly isLoaded: ReadonlySignal<boolean>;
  /** True if the first message of the history is loaded. */
  abstract readonly isComplete: ReadonlySignal<boolean>;
  /** True while a page of older messages is loading. */
  abstract readonly isLoadingOlder: ReadonlySignal<boolean>;
  /** The public ids of blocked users. */
  abstract readonly blocked: ReadonlySignal<ReadonlySet<string>>;
  /** What the user may do to messages. */
  abstract readonly rights: ReadonlySignal<MessageRights>;
  readonly me: string;
  /** The message that the composer answers or edits. */
  readonly target: Signal<ComposeTarget | null> = signal(null);
  /** The message to show next, by its number; null after it is shown. */
  readonly jump: Signal<{ readonly seq: number } | null> = signal(null);
  /** The changes that the server refused, by the key of the message. */
  readonly refusals: Signal<ReadonlyMap<string, RefusedChange>> = signal(
    new Map(),
  );
  /** The position of the last message that was read on this device. */
  readonly readPosition: Signal<number> = signal(0);
  /** True if a position is stored. Without one, older messages are read. */
  hasReadPosition = false;
  readonly unread: ReadonlySignal<UnreadCount> = computed(() =>
    countUnread(
      this.messages.value,
      this.readPosition.value,
      this.me,
      this.blocked.value,
      this.userId,
    ),
  );

  /**
   * The position of the last message that was read before the unread ones, which
   * the list shows below a line; null: there is no line.
   */
  readonly unreadFrom: Signal<number | null> = signal(null);

  /** True while older messages are shown in the place of the newest ones. */
  readonly isCovered: Signal<boolean> = signal(false);

  /**
   * Messages that the server refused or did not confirm. The user has to decide
   * on them.
   */
  readonly failedCount: ReadonlySignal<number> = computed(
    () =>
      this.messages.value.filter(
        ({ state }) => state === "failed" || state === "unknown",
      ).length,
  );

  constructor(me: string) {
    this.me = me;
  }

  /** The public id of the user; null: not known, or of no use here. */
  get userId(): string | null {
    return null;
  }

  abstract loadOlder(): Promise<void>;
  abstract send(text: string): void;
  abstract sendTyping(): void;
  abstract reconnect(): void;
  /**
   * Loads the messages around that number.
   *
   * @returns false if there is no such message any more
   */
  abstract loadAround(seq: number): Promise<boolean>;

  /** Shows the message with that number. */
  jumpTo(seq: number): void {
    this.jump.value = { seq };
  }

  /** Follows a change of a message, and keeps it for the user if it fails. */
  async followChange(
    key: string,
    kind: RefusedChange["kind"],
    change: Promise<unknown>,
    text?: string,
  ): Promise<void> {
    this.dismissRefusal(key);
    try {
      await change;
    } catch (error) {
      const { code = "", message = "", ...more } = error as Partial<ErrorInfo>;
      // A closed page is no failure: the change is sent the next time.
      if (code === "closed") return;
      const refused = { kind, text, error: { code, message, ...more } };
      this.refusals.value = new Map(this.refusals.peek()).set(key, refused);
    }
  }

  dismissRefusal(key: string): void {
    if (!this.refusals.peek().has(key)) return;
    const others = new Map(this.refusals.peek());
    others.delete(key);
    this.refusals.value = others;
  }

  /** Marks all messages up to this position as read. */
  markRead(position: number): void {
    if (position <= this.readPosition.value && this.hasReadPosition) return;
    this.setReadPosition(position);
  }

  /**
   * Puts the line above the first unread message.
   *
   * @param mayMove a line that is there moves to messages that came later
   */
  noteUnread(mayMove: boolean): void {
    if (this.kind === "thread" || this.unread.peek().count === 0) return;
    if (this.unreadFrom.peek() === null || mayMove)
      this.unreadFrom.value = lastReadPosition(
        this.messages.peek(),
        this.readPosition.peek(),
      );
  }

  setReadPosition(position: number): void {
    this.hasReadPosition = true;
    this.readPosition.value = position;
    deviceStore.set(this.#readKey, String(position));
  }

  /** Loads the stored position, which another tab may have changed. */
  loadReadPosition(): void {
    const stored = deviceStore.get(this.#readKey);
    if (stored === null || !/^\d+$/.test(stored)) return;
    this.hasReadPosition = true;
    this.readPosition.value = Number(stored);
  }

  get #readKey(): string {
    return userKey("read", this.me, this.id);
  }
}
