// What is private between oneself and one other, as the page shows it.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type ConnectionStatus, Conversation } from "./conversation.ts";
import type { DisplayMessage, Marker } from "./message-rows.ts";
import type { UserSession } from "./user-session.ts";

export class PeerState extends Conversation {
  readonly id: string;
  readonly connection: ReadonlySignal<ConnectionStatus>;
  readonly messages: ReadonlySignal<readonly DisplayMessage[]>;
  readonly markers: ReadonlySignal<readonly Marker[]> = signal([]);
  readonly isLoaded: ReadonlySignal<boolean>;
  readonly isLoadingOlder: ReadonlySignal<boolean> = signal(false);
  /** What came before they were blocked stays. */
  readonly blocked: ReadonlySignal<ReadonlySet<string>> = signal(new Set());
  readonly isComplete: ReadonlySignal<boolean>;
  readonly #session: UserSession;
  readonly #name: ReadonlySignal<string>;

  /** @param key the other's name, as `nameKey` has it */
  constructor(session: UserSession, key: string, username: string) {
    super(session.name);
    this.#session = session;
    this.id = `@${key}`;
    this.#name = computed(
      () => session.threads.value.get(key)?.name ?? username,
    );
    this.messages = computed(
      () => session.threads.value.get(key)?.messages ?? [],
    );
    this.connection = computed(() => session.connection.value);
    // All mail comes at the start, and there are no pages of it.
    this.isLoaded = computed(
      () =>
        this.messages.value.length > 0 ||
        session.connection.value.state === "connected",
    );
    this.isComplete = computed(() => this.isLoaded.value);
    this.loadReadPosition();
  }

  /** The other's name, as they spell it. */
  get title(): string {
    return this.#name.value;
  }

  async loadOlder(): Promise<void> {}

  send(text: string): void {
    this.#session.sendPrivate(this.#name.peek(), text);
  }

  /** There is no word for it on the wire. */
  sendTyping(): void {}

  reconnect(): void {
    this.#session.reconnect();
  }
}
