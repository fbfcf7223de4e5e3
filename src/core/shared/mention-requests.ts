// Mention requests: a room tells the directory of a name that messages mention its holder.

/** One message that mentions somebody. Its text stays in the room. */
export interface MentionRecord {
  readonly room: string;
  /** The epoch of the room's log. */
  readonly epoch: string;
  readonly seq: number;
  /** The author: public id and name. */
  readonly user: string;
  readonly username: string;
  readonly at: number;
  /** The mention is for this public id only; absent: for the holder at its time. */
  readonly toUser?: string;
}

/**
 * Room to directory: messages of the room in ascending order, which mention the
 * holder. A repeat is harmless. The reply is `done`.
 */
export interface Mention {
  readonly type: "mention";
  readonly mentions: readonly MentionRecord[];
}
