// Display message: defines a message of a room, a thread or a private conversation as the page shows it.

/** The reactions to a message with one emoji. */
export interface DisplayReaction {
  readonly emoji: string;
  readonly count: number;
  /** The user is one of them. */
  readonly mine: boolean;
  /** At most 10 names. Users who came after the first 10 may have none here. */
  readonly users: readonly string[];
}

/** The message that another one answers, as it is now. */
export type DisplayQuote =
  | {
      readonly seq: number;
      readonly user: string;
      readonly username: string;
      readonly text: string;
    }
  | { readonly seq: number; readonly erased: true };

/** What the user does to a message. Each returns a promise of the ack. */
export interface MessageChanges {
  edit(text: string): Promise<unknown>;
  delete(): Promise<unknown>;
  react(emoji: string, on: boolean): Promise<unknown>;
}

/** What only a message that a room has stored has. */
interface StoredFields {
  /** Its number in the room. */
  readonly seq: number;
  /** When its text was changed last. */
  readonly edited: number;
  readonly isDeleted: true;
  readonly isPinned: boolean;
  readonly replyTo: number;
  readonly quoted: DisplayQuote;
  /** The first message of its thread. */
  readonly thread: number;
  /** `last` is the number of the newest one. */
  readonly replies: { readonly count: number; readonly last: number };
  /** Public ids of members whom it mentioned when it was written. */
  readonly mentions: readonly string[];
  /** It calls everybody who is here. */
  readonly here: true;
  readonly reactions: readonly DisplayReaction[];
  /** A change of the user without an ack. */
  readonly pendingChange: "edit" | "delete";
  readonly changes: MessageChanges;
}

/** Sent or pending. */
export interface DisplayMessage
  extends Readonly<{
    [Field in keyof StoredFields]?: StoredFields[Field] | undefined;
  }> {
  /** Stays the same when the server confirms the message. */
  readonly key: string;
  readonly state: "sent" | "pending" | "failed" | "unknown";
  /** The order of messages: `seq` in a room, `at` in a private conversation. */
  readonly position: number;
  readonly mine: boolean;
  readonly username: string;
  readonly user: string;
  readonly text: string;
  readonly at: number;
  /** A private message that was read, on any device. */
  readonly isRead?: boolean | undefined;
  /** The recipient of a private message that has not arrived. */
  readonly to?: string | undefined;
  /** The SDK's id of a message that has not arrived. */
  readonly id?: string | undefined;
  /** The error code, and the server's message. */
  readonly error?: { code: string; message: string } | undefined;
}
