// Private messages: hold those that the client shows, each once over all rooms of the user.
import type {
  MentionFrame,
  PrivateAck,
  PrivateMessage,
} from "../protocol/server-frames.ts";
import type { AccountOptions } from "./account-options.ts";
import type { DebouncedValue } from "./debounced-value.ts";
import type { ChatMention, ChatPrivate } from "./events.ts";
import { withCheckedData } from "./incoming-data.ts";
import type { KnownUsers } from "./known-users.ts";
import { MailCursor } from "./mail-cursor.ts";
import type { Outbox } from "./outbox.ts";
import type { OutboxItem } from "./outbox-item.ts";

/** The user who reads and writes them. */
interface MailOwner {
  readonly user: string | null;
  readonly username: string;
  readonly options: AccountOptions;
  readonly outbox: Outbox;
  readonly knownUsers: KnownUsers;
  emit(message: ChatPrivate | ChatMention): void;
}

export class PrivateMessages {
  /** The newest `maxMessages`, in the order in which they arrived. */
  messages: readonly ChatPrivate[] = [];
  readonly mail: MailCursor;
  readonly #owner: MailOwner;
  readonly #stored: DebouncedValue;
  #loading: Promise<void> | null = null;

  /** @param stored how far the mail was read */
  constructor(owner: MailOwner, stored: DebouncedValue) {
    this.#owner = owner;
    this.#stored = stored;
    this.mail = new MailCursor(stored);
  }

  /** Continues where an earlier client with this storage stopped. */
  load(): Promise<void> {
    this.#loading ??= this.mail.load();
    return this.#loading;
  }

  /** One has arrived, in any of the rooms. */
  onMessage(message: PrivateMessage): void {
    const { user, options, outbox, knownUsers } = this.#owner;
    const mine = message.user === user;
    const status = this.mail.receive(
      message,
      options.allMail,
      mine && outbox.get(message.clientId)?.state === "sending",
    );
    if (mine) outbox.onOwnCopy(message);
    else if (status === "new") knownUsers.learn(message.username, message.user);
    if (status !== "duplicate")
      this.#add({ ...message, mine, isReplay: status === "replay" });
  }

  /** A message mentions the user, in any room. */
  onMention(mention: MentionFrame): void {
    const { options } = this.#owner;
    const status = this.mail.receiveMention(mention, options.allMail);
    if (status !== "duplicate")
      this.#owner.emit({ ...mention, isReplay: status === "replay" });
  }

  /** The server has stored an own one. */
  onAck(item: OutboxItem, ack: PrivateAck): void {
    const { id } = item.stored;
    const { private: serverId, to, at } = ack;
    const { user, username, outbox } = this.#owner;
    outbox.complete(item, { ...ack, id });
    if (user === null || !this.mail.recordSent(user, to, id)) return;
    this.#add({
      ...{ type: "private", id: serverId, clientId: id, user, username, to },
      ...{ ...item.content, at, mine: true, isReplay: false },
    });
  }

  /** @returns when the position is stored */
  flush(): Promise<void> {
    return this.#stored.flush();
  }

  #add(message: ChatPrivate): void {
    const { maxMessages, schemas } = this.#owner.options;
    const checked = withCheckedData(schemas.message, message);
    this.messages = [...this.messages, checked].slice(-maxMessages);
    this.#owner.emit(checked);
  }
}
