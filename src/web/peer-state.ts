// Peer state: holds the private conversation with one other user, as the page shows it.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type ConnectionStatus, Conversation } from "./conversation.ts";
import type { DisplayMessage } from "./display-message.ts";
import type { MessageRights } from "./message-actions.ts";
import type { Marker } from "./message-rows.ts";
import type { Person } from "./people.ts";
import type { UserSession } from "./user-session.ts";

export class PeerState extends Conversation {
  readonly kind = "peer";
  readonly roomId = null;
  readonly id: string;
  readonly connection: ReadonlySignal<ConnectionStatus>;
  readonly messages: ReadonlySignal<readonly DisplayMessage[]>;
  readonly markers: ReadonlySignal<readonly Marker[]> = signal([]);
  readonly isLoaded: ReadonlySignal<boolean>;
  readonly isLoadingOlder: ReadonlySignal<boolean> = signal(false);
  /** Messages from before a block stay visible. */
  readonly blocked: ReadonlySignal<ReadonlySet<string>> = signal(new Set());
  readonly isComplete: ReadonlySignal<boolean>;
  readonly rights: ReadonlySignal<MessageRights> = signal({
    place: "peer",
    editSeconds: undefined,
    isModerator: false,
    isSilenced: false,
  });
  readonly #session: UserSession;
  readonly #name: ReadonlySignal<string>;

  /** @param key the name key of the other user */
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
    // All private messages arrive at the start, without pages.
    this.isLoaded = computed(
      () =>
        this.messages.value.length > 0 ||
        session.connection.value.state === "connected",
    );
    this.isComplete = computed(() => this.isLoaded.value);
    this.loadReadPosition();
  }

  /** The other user's name in its last spelling. */
  get title(): string {
    return this.#name.value;
  }

  /** The author of the newest message from the other side. */
  get person(): Person {
    const newest = this.messages.value.findLast(({ mine }) => !mine);
    return this.#session.people.of(newest?.user);
  }

  async loadOlder(): Promise<void> {}

  send(text: string): void {
    this.#session.sendPrivate(this.#name.peek(), text);
  }

  /** The protocol has no typing frame for private messages. */
  sendTyping(): void {}

  /** Private messages have no numbers. */
  async loadAround(): Promise<boolean> {
    return false;
  }

  reconnect(): void {
    this.#session.reconnect();
  }
}
