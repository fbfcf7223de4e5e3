// Fold: a page shows each message as it is now, with its reactions, replies and quoted message.
import * as LIMITS from "../../protocol/limits.ts";
import type {
  FoldedMessage,
  QuotedMessage,
  ReactionSummary,
  RoomMessage,
} from "../../protocol/room-events.ts";
import type { LogRows } from "./log-rows.ts";
import type { EmojiRecord, MessageRecord } from "./message-record.ts";
import type { MessageState } from "./message-state.ts";
import type { FoundEvent } from "./page-walk.ts";

/** The user who reads; null: nobody in particular. */
export type Reader = string | null;

export interface FoldSource {
  readonly state: MessageState;
  readonly rows: LogRows;
  readonly reader: Reader;
  isPinned(seq: number): boolean;
}

/** Kinds of events on a folded page. */
const FOLDED = /^\{"type":"(?:message|erased|topic|moderated)"/;

/** Does a folded page hold this event? */
export function isFolded(line: string): boolean {
  return FOLDED.test(line);
}

/** @returns the rows that folding an event reads: its record, people, and quoted message */
export function rowsNeeded(
  { state, rows, reader }: FoldSource,
  { seq, line }: FoundEvent,
): number {
  const { records } = state.readPage([seq], rows.budget);
  const record = records.get(seq);
  const emoji = reader === null ? [] : (record?.emoji ?? []);
  const separate = emoji.filter(({ isSeparate }) => isSeparate);
  const isReply = line.includes('"replyTo":');
  return (record === undefined ? 0 : 1) + separate.length + (isReply ? 1 : 0);
}

/**
 * Folds events in their order, as far as the budget goes. The first one is folded
 * in any case.
 *
 * @returns the lines, and the seq of the first event that was not folded, or null
 */
export function fold(
  source: FoldSource,
  found: readonly FoundEvent[],
): { lines: string[]; cutAt: number | null } {
  const { state, rows } = source;
  const seqs = found.map(({ seq }) => seq);
  const { records, cutAt: unread } = state.readPage(seqs, rows.budget);
  const lines: string[] = [];
  for (const { seq, line } of found) {
    if (seq === unread) return { lines, cutAt: seq };
    const folded = foldLine(source, line, seq, records.get(seq) ?? null, {
      mustFit: lines.length > 0,
    });
    if (folded === null) return { lines, cutAt: seq };
    lines.push(folded);
  }
  return { lines, cutAt: null };
}

/** @returns the folded line; null: the budget is spent */
function foldLine(
  source: FoldSource,
  line: string,
  seq: number,
  record: MessageRecord | null,
  { mustFit }: { readonly mustFit: boolean },
): string | null {
  const isPinned = source.isPinned(seq);
  const isReply = line.includes('"replyTo":');
  // Most lines go to the page as they are stored.
  if (record === null && !isPinned && !isReply) return line;
  const message: RoomMessage | { type: "erased" } = JSON.parse(line);
  if (message.type !== "message") return line;
  const { rows, reader } = source;
  const used = (record?.emoji ?? []).filter(({ count }) => count > 0);
  const separate = reader === null ? [] : used.filter((one) => one.isSeparate);
  const { replyTo } = message;
  const isFar = replyTo !== undefined && !rows.has(replyTo);
  const needed = separate.length + (isFar ? 1 : 0);
  if (mustFit && needed > rows.budget.rows) return null;
  const reactions = used.map((one) => summary(source, seq, one));
  const { count = 0, last = 0 } = record?.replies ?? {};
  const folded: FoldedMessage = {
    ...message,
    ...(reactions.length > 0 && { reactions }),
    ...(count > 0 && { replies: { count, last } }),
    ...(isPinned && { pinned: true }),
    ...(replyTo !== undefined && { quoted: quote(rows, replyTo) }),
  };
  return JSON.stringify(folded);
}

function summary(
  { state, reader, rows }: FoldSource,
  seq: number,
  { emoji, count, names, people }: EmojiRecord,
): ReactionSummary {
  const isMine =
    reader !== null &&
    (people?.has(reader) ?? state.isReactor(seq, emoji, reader, rows.budget));
  return {
    ...{ emoji, count },
    ...(isMine && { mine: true }),
    users: names.map(([, username]) => username),
  };
}

/** Reads a quoted message as it is now. */
export function quote(rows: LogRows, seq: number): QuotedMessage {
  const line = rows.lineAt(seq);
  const quoted: RoomMessage | { type: "erased" } =
    line === null ? { type: "erased" } : JSON.parse(line);
  if (quoted.type !== "message") return { seq, erased: true };
  const { user, username, text } = quoted;
  return { seq, user, username, text: firstCharacters(text) };
}

function firstCharacters(text: string): string {
  const max = LIMITS.quotedTextMax;
  if (text.length <= max) return text;
  return [...text.slice(0, 2 * max)].slice(0, max).join("");
}
