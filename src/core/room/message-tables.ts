// Message tables: the state of messages is stored in tables, which are made when a room first needs them.
import type { Migrations } from "../shared/schema.ts";

/**
 * The state of messages has tables of its own, since most messages have none, and
 * many rooms neither reactions nor threads.
 */
export const MESSAGE_STATE_TABLES: Migrations = [
  [
    // state: JSON of the reactions to the message `seq`, and of the replies in its
    // thread, see message-record.ts.
    `CREATE TABLE IF NOT EXISTS message_state (
      room TEXT,
      seq INTEGER,
      state TEXT NOT NULL,
      PRIMARY KEY (room, seq)
    ) WITHOUT ROWID`,
  ],
];

/** Most messages have few who react: these need no table of their own. */
export const REACTOR_TABLES: Migrations = [
  [
    // people: JSON of those who react with one emoji, once they are many.
    `CREATE TABLE IF NOT EXISTS reactors (
      room TEXT,
      seq INTEGER,
      emoji TEXT,
      people TEXT NOT NULL,
      PRIMARY KEY (room, seq, emoji)
    ) WITHOUT ROWID`,
  ],
];
