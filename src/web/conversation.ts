// What a room and a private conversation have in common: messages, how far they are read, how many are not.
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { ChatState } from "../client/index.ts";
import { ownKey } from "./identity.ts";
import { device } from "./kept.ts";
import type { Mark, Shown } from "./rows.ts";
import { type Unread, unreadIn } from "./unread.ts";
import type { Failure } from "./wording.ts";

/** How a conversation is connected, and why it is not. */
export interface Line {
  readonly state: ChatState;
  readonly reason: Failure | null;
}

export abstract class Conversation {
  /** `lobby`, or `@bob`. */
  abstract readonly id: string;
  abstract readonly title: string;
  abstract readonly line: ReadonlySignal<Line>;
  abstract readonly messages: ReadonlySignal<readonly Shown[]>;
  abstract readonly marks: ReadonlySignal<readonly Mark[]>;
  /** The first page is here, be it an empty one. */
  abstract readonly isLoaded: ReadonlySignal<boolean>;
  /** Nothing is older than the first message. */
  abstract readonly isWhole: ReadonlySignal<boolean>;
  /** A page of older ones is on its way. */
  abstract readonly isLoadingOlder: ReadonlySignal<boolean>;
  /** Whose messages are not for one's eyes, by their public ids. */
  abstract readonly blocked: ReadonlySignal<ReadonlySet<string>>;
  readonly me: string;
  /** The place of the last message that was read on this device. */
  readonly readMark: Signal<number> = signal(0);
  /** Whether that is kept at all: otherwise all that is past counts as read. */
  hasMark = false;
  readonly unread: ReadonlySignal<Unread> = computed(() =>
    unreadIn(
      this.messages.value,
      this.readMark.value,
      this.me,
      this.blocked.value,
    ),
  );

  /** Refused, or not known to have arrived: somebody must say what to do. */
  readonly failed: ReadonlySignal<number> = computed(
    () =>
      this.messages.value.filter(
        ({ state }) => state === "failed" || state === "unknown",
      ).length,
  );

  constructor(me: string) {
    this.me = me;
  }

  abstract older(): Promise<void>;
  abstract send(text: string): void;
  abstract typing(): void;
  abstract reconnect(): void;

  /** Everything up to there has been read. */
  read(place: number): void {
    if (place <= this.readMark.value && this.hasMark) return;
    this.setMark(place);
  }

  setMark(place: number): void {
    this.hasMark = true;
    this.readMark.value = place;
    device.set(this.#key, String(place));
  }

  /** From what is kept, perhaps by another tab just now. */
  loadMark(): void {
    const kept = device.get(this.#key);
    if (kept === null || !/^\d+$/.test(kept)) return;
    this.hasMark = true;
    this.readMark.value = Number(kept);
  }

  get #key(): string {
    return ownKey("read", this.me, this.id);
  }
}
