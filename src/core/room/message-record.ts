// Message record: holds the reactions to one message, and the replies in its thread, as its state row stores them.
import * as LIMITS from "../../protocol/limits.ts";
import type { Reactor } from "../../protocol/room-events.ts";

/** The users who react with one emoji. */
export interface EmojiRecord {
  readonly emoji: string;
  /** How many users react with it now. */
  count: number;
  /** The seq of the newest event about it. */
  last: number;
  /** Public ids and names of the first users. */
  names: [user: string, username: string][];
  /**
   * Public ids, each with the seq of the event that added the user; null: they
   * are in a row of their own, which has not been read.
   */
  people: Map<string, number> | null;
  /** They are in a row of their own. */
  isSeparate: boolean;
}

/** The replies in the thread of a message. */
export interface RepliesRecord {
  /** How many there are now. */
  count: number;
  /** The seq of the newest reply. */
  last: number;
  /** How many there have been, with those that are erased. */
  total: number;
  /** The seqs of the newest of them all, ascending. */
  seqs: number[];
}

export interface MessageRecord {
  readonly seq: number;
  readonly emoji: EmojiRecord[];
  replies: RepliesRecord | null;
}

/** The same as JSON, in the column `state`. */
interface StoredState {
  /** [emoji, count, last, names, people]; people are null in a row of their own. */
  emoji?: [
    string,
    number,
    number,
    [string, string][],
    [string, number][] | null,
  ][];
  /** [count, last, total, seqs] */
  replies?: [number, number, number, number[]];
}

const NO_REPLIES: RepliesRecord = { count: 0, last: 0, total: 0, seqs: [] };

export function emptyRecord(seq: number): MessageRecord {
  return { seq, emoji: [], replies: null };
}

/** @returns the JSON of a record for its row */
export function encodeRecord({ emoji, replies }: MessageRecord): string {
  const stored: StoredState = {};
  if (emoji.length > 0)
    stored.emoji = emoji.map((one) => [
      one.emoji,
      one.count,
      one.last,
      one.names,
      one.isSeparate ? null : [...(one.people ?? [])],
    ]);
  if (replies !== null) {
    const { count, last, total, seqs } = replies;
    stored.replies = [count, last, total, seqs];
  }
  return JSON.stringify(stored);
}

/** Reads a record from its row. */
export function decodeRecord(seq: number, state: string): MessageRecord {
  const stored: StoredState = JSON.parse(state);
  const [count = 0, last = 0, total = 0, seqs = []] = stored.replies ?? [];
  return {
    seq,
    emoji: (stored.emoji ?? []).map(([emoji, count, last, names, people]) => ({
      ...{ emoji, count, last, names },
      people: people === null ? null : new Map(people),
      isSeparate: people === null,
    })),
    replies: stored.replies === undefined ? null : { count, last, total, seqs },
  };
}

/** @returns the record of an emoji; null: nobody has ever used it here */
export function emojiOf(
  { emoji }: MessageRecord,
  wanted: string,
): EmojiRecord | null {
  return emoji.find((one) => one.emoji === wanted) ?? null;
}

/** Adds an emoji, if needed in the place of one that nobody uses any more. */
export function addEmoji(record: MessageRecord, emoji: string): EmojiRecord {
  const { emoji: all } = record;
  const added: EmojiRecord = {
    ...{ emoji, count: 0, last: record.seq, names: [] },
    ...{ people: new Map(), isSeparate: false },
  };
  while (all.length >= LIMITS.emojiPerMessageMax) {
    const unused = all.findIndex(({ count }) => count === 0);
    if (unused < 0) break;
    all.splice(unused, 1);
  }
  all.push(added);
  return added;
}

/** Adds a user who does not react with the emoji yet. */
export function addReactor(
  record: EmojiRecord,
  { user, username }: Reactor,
  seq: number,
): void {
  record.people?.set(user, seq);
  record.count = record.people?.size ?? record.count + 1;
  record.last = seq;
  if (record.names.length < LIMITS.reactionNamesMax)
    record.names.push([user, username]);
}

/** Takes a user off who reacts with the emoji. */
export function removeReactor(
  record: EmojiRecord,
  user: string,
  seq: number,
): void {
  record.people?.delete(user);
  record.count = record.people?.size ?? record.count - 1;
  record.last = seq;
  record.names = record.names.filter(([one]) => one !== user);
}

/** Takes a user off all emoji, as far as the record has their people. */
export function hideReactor({ emoji }: MessageRecord, user: string): void {
  for (const one of emoji) {
    one.names = one.names.filter(([named]) => named !== user);
    if (one.people?.delete(user)) one.count = one.people.size;
  }
}

/** Notes the newest reply of the thread. */
export function addReply(record: MessageRecord, seq: number): void {
  const { count, total, seqs } = record.replies ?? NO_REPLIES;
  record.replies = {
    ...{ count: count + 1, last: seq, total: total + 1 },
    seqs: [...seqs, seq].slice(-LIMITS.threadSeqsMax),
  };
}

/** Counts replies that have been erased, and keeps their places in the thread. */
export function removeReply(record: MessageRecord, count = 1): void {
  if (record.replies !== null) record.replies.count -= count;
}

/** How many users react to the message, each once for each emoji. */
export function reactorCount({ emoji }: MessageRecord): number {
  return emoji.reduce((sum, { count }) => sum + count, 0);
}

/** How many emoji are in use on the message. */
export function emojiCount({ emoji }: MessageRecord): number {
  return emoji.filter(({ count }) => count > 0).length;
}
