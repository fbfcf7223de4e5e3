// Chat message: defines the type of a room's message as it is now, and of the events that change messages.
import type {
  DeletedEvent as StoredDeletion,
  EditedEvent as StoredEdit,
  PinnedEvent as StoredPin,
  ReactedEvent as StoredReaction,
  TopicEvent as StoredTopic,
  UnpinnedEvent as StoredUnpin,
} from "../protocol/room-events.ts";
import type {
  QuotedMessage,
  RoomMessage,
  ModeratedEvent as StoredModeration,
} from "../protocol/server-frames.ts";
import type {
  EditOptions,
  RoomReceipt,
  RoomSendOptions,
  SentMessage,
} from "./receipts.ts";

export type { QuotedMessage };

/** The reactions to a message with one emoji. */
export interface MessageReaction {
  readonly emoji: string;
  /** All users who react with it. */
  readonly count: number;
  /** This user is one of them. */
  readonly mine: boolean;
  /** At most 10 names. Users who came after the first 10 may have none here. */
  readonly users: readonly string[];
}

/** What a user does to a message. Each is stored until the server has answered. */
interface MessageActions<Data> {
  /**
   * Changes the text of an own message. The snapshot has it at once, and the old
   * text again if the server refuses.
   *
   * @returns a promise of the ack. It rejects with a `ChatError`: `gone` if the
   * message is deleted, or was edited meanwhile; `forbidden` if it is too old
   */
  edit(text: string, options?: EditOptions<Data>): SentMessage<RoomReceipt>;
  /**
   * Deletes the message, so that the server keeps no text of it.
   *
   * @returns a promise of the ack. It rejects as that of `edit`
   */
  delete(options?: {
    /** For everybody to see: at most 250 characters. */
    readonly reason?: string | undefined;
  }): SentMessage<RoomReceipt>;
  /**
   * Reacts with an emoji, or takes that back.
   *
   * @returns a promise of the ack. It rejects as that of `edit`
   */
  react(emoji: string, on?: boolean): SentMessage<RoomReceipt>;
  /** Sends a message that quotes this one; in a thread, to the same thread. */
  reply(
    text: string,
    options?: RoomSendOptions<Data>,
  ): SentMessage<RoomReceipt>;
}

/**
 * A message in the room as it is now. An own one appears after the server has
 * stored it.
 */
export interface ChatMessage<Data = unknown>
  extends Omit<RoomMessage, "data">,
    MessageActions<Data> {
  /** Data of the sender's app. */
  data?: Data;
  /** Sent by this user, from this client or another one. */
  mine: boolean;
  /** Sent, or already shown, before this client began. */
  isReplay: boolean;
  /** The message is deleted: its text is empty. */
  deleted?: true;
  /** The message of `replyTo`, if it is known. */
  quoted?: QuotedMessage;
  /** The replies in its thread: their number, and the `seq` of the newest. */
  replies?: { readonly count: number; readonly last: number };
  reactions: readonly MessageReaction[];
  pinned?: boolean;
  /** The text is an edit of this user without an ack. */
  pendingEdit?: true;
  /** This user has deleted it, without an ack. */
  pendingDelete?: true;
}

/** Whether this user has done it, and whether it was shown before. */
interface Seen {
  mine: boolean;
  /** Done, or already shown, before this client began. */
  isReplay: boolean;
}

/** A message has another text. `text` is absent if it was edited again. */
export interface EditedEvent<Data = unknown>
  extends Omit<StoredEdit, "data">,
    Seen {
  data?: Data;
}
export interface DeletedEvent extends StoredDeletion, Seen {}
/** `mine`: this user is in `added` or `removed`. */
export interface ReactedEvent extends StoredReaction, Seen {}
export interface PinnedEvent extends StoredPin, Seen {}
export interface UnpinnedEvent extends StoredUnpin, Seen {}
export interface TopicEvent extends StoredTopic, Seen {}
export interface ModeratedEvent extends StoredModeration, Seen {}

/** Something has changed a message, or the room. */
export type ChangeEvent<Data = unknown> =
  | EditedEvent<Data>
  | DeletedEvent
  | ReactedEvent
  | PinnedEvent
  | UnpinnedEvent
  | TopicEvent
  | ModeratedEvent;
