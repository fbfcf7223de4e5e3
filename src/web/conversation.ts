// Conversation: holds the messages, the read position and the unread count of a room or a private conversation.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { ChatState } from "../client/index.ts";
import type { ErrorInfo } from "./error-text.ts";
import { userKey } from "./identity.ts";
import { deviceStore } from "./local-store.ts";
import type { DisplayMessage, Marker } from "./message-rows.ts";
import { countUnread, type UnreadCount } from "./unread.ts";

/** The state of the connection, and the reason of a failure. */
export interface ConnectionStatus {
  readonly state: ChatState;
  readonly reason: ErrorInfo | null;
}

export abstract class Conversation {
  /** `lobby`, or `@bob`. */
  abstract readonly id: string;
  abstract readonly title: string;
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
  readonly me: string;
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
    ),
  );

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

  abstract loadOlder(): Promise<void>;
  abstract send(text: string): void;
  abstract sendTyping(): void;
  abstract reconnect(): void;

  /** Marks all messages up to this position as read. */
  markRead(position: number): void {
    if (position <= this.readPosition.value && this.hasReadPosition) return;
    this.setReadPosition(position);
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
