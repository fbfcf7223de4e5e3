// What a room and a private conversation have in common: messages, how far they are read, how many are not.
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

/** How a conversation is connected, and why it is not. */
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
  /** The first page is here, be it an empty one. */
  abstract readonly isLoaded: ReadonlySignal<boolean>;
  /** Nothing is older than the first message. */
  abstract readonly isComplete: ReadonlySignal<boolean>;
  /** A page of older ones is on its way. */
  abstract readonly isLoadingOlder: ReadonlySignal<boolean>;
  /** Whose messages are not for one's eyes, by their public ids. */
  abstract readonly blocked: ReadonlySignal<ReadonlySet<string>>;
  readonly me: string;
  /** The place of the last message that was read on this device. */
  readonly readPosition: Signal<number> = signal(0);
  /** Whether that is kept at all: otherwise all that is past counts as read. */
  hasReadPosition = false;
  readonly unread: ReadonlySignal<UnreadCount> = computed(() =>
    countUnread(
      this.messages.value,
      this.readPosition.value,
      this.me,
      this.blocked.value,
    ),
  );

  /** Refused, or not known to have arrived: somebody must say what to do. */
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

  /** Everything up to there has been read. */
  markRead(position: number): void {
    if (position <= this.readPosition.value && this.hasReadPosition) return;
    this.setReadPosition(position);
  }

  setReadPosition(position: number): void {
    this.hasReadPosition = true;
    this.readPosition.value = position;
    deviceStore.set(this.#readKey, String(position));
  }

  /** From what is kept, perhaps by another tab just now. */
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
