// What is private between oneself and one other, as the page shows it.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { Conversation, type Line } from "./conversation.ts";
import type { Mark, Shown } from "./rows.ts";
import type { Talk } from "./talk.ts";

export class PeerState extends Conversation {
  readonly id: string;
  readonly line: ReadonlySignal<Line>;
  readonly messages: ReadonlySignal<readonly Shown[]>;
  readonly marks: ReadonlySignal<readonly Mark[]> = signal([]);
  readonly isLoaded: ReadonlySignal<boolean>;
  readonly isLoadingOlder: ReadonlySignal<boolean> = signal(false);
  /** What came before they were blocked stays. */
  readonly blocked: ReadonlySignal<ReadonlySet<string>> = signal(new Set());
  readonly isWhole: ReadonlySignal<boolean>;
  readonly #talk: Talk;
  readonly #name: ReadonlySignal<string>;

  /** @param key the other's name, as `sameness` has it */
  constructor(talk: Talk, key: string, spelling: string) {
    super(talk.name);
    this.#talk = talk;
    this.id = `@${key}`;
    this.#name = computed(() => talk.letters.value.get(key)?.name ?? spelling);
    this.messages = computed(() => talk.letters.value.get(key)?.messages ?? []);
    this.line = computed(() => talk.line.value);
    // All mail comes at the start, and there are no pages of it.
    this.isLoaded = computed(
      () =>
        this.messages.value.length > 0 || talk.line.value.state === "connected",
    );
    this.isWhole = computed(() => this.isLoaded.value);
    this.loadMark();
  }

  /** The other's name, as they spell it. */
  get title(): string {
    return this.#name.value;
  }

  async older(): Promise<void> {}

  send(text: string): void {
    this.#talk.whisper(this.#name.peek(), text);
  }

  /** There is no word for it on the wire. */
  typing(): void {}

  reconnect(): void {
    this.#talk.reconnect();
  }
}
