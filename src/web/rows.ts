// What the list of a conversation shows, row by row: messages, and what stands between them.
import { dayAround, isDate } from "./times.ts";

/** A message as it is shown, of a room or private, sent or still to be. */
export interface Shown {
  /** The same before and after the server has it. */
  readonly key: string;
  readonly state: "sent" | "pending" | "failed" | "unknown";
  /** Orders it among the others: `seq` in a room, `at` in private. */
  readonly place: number;
  readonly mine: boolean;
  readonly username: string;
  readonly user: string;
  readonly text: string;
  readonly at: number;
  /** To whom alone, if it has not arrived. */
  readonly to?: string | undefined;
  /** The SDK's id of what has not arrived. */
  readonly id?: string | undefined;
  /** Why it failed: a code, and the server's words for it. */
  readonly error?: { code: string; message: string } | undefined;
}

/** Something to be told between two messages. */
export type Mark =
  | { readonly kind: "gap" | "reset"; readonly before: number }
  | {
      readonly kind: "joined" | "left";
      readonly before: number;
      readonly username: string;
    };

export type Row =
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: Shown;
      /** The first of some by one person: it says whose they are. */
      readonly isHead: boolean;
    }
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | {
      readonly kind: "presence";
      readonly key: string;
      readonly joined: readonly string[];
      readonly left: readonly string[];
    }
  | { readonly kind: "folded"; readonly key: string; readonly count: number }
  | {
      readonly kind: "gap" | "reset" | "new" | "start" | "holder";
      readonly key: string;
    };

export interface Conversation {
  /** In their order. */
  readonly messages: readonly Shown[];
  readonly marks: readonly Mark[];
  /** The place of the last one that had been read; null where all had been. */
  readonly readTo: number | null;
  /** Nothing is older than the first. */
  readonly isWhole: boolean;
  /** Two different people of one name are told apart. */
  readonly isPrivate: boolean;
  /** Whose messages are folded away, by their public ids. */
  readonly blocked?: ReadonlySet<string>;
  /** Keys of those that one wants to see all the same. */
  readonly unfolded?: ReadonlySet<string>;
}

/** After so many ms it is said anew who speaks. */
const TOGETHER_MS = 5 * 60_000;

/** After so many messages of one person it is said anew as well. */
const REPEAT = 8;
/** Not right after it was said. */
const REPEAT_MIN = 4;

const NOBODY: ReadonlySet<string> = new Set();

export function rowsOf(conversation: Conversation): Row[] {
  const { messages, readTo, isWhole, isPrivate } = conversation;
  const { blocked = NOBODY, unfolded = NOBODY } = conversation;
  const marks = [...conversation.marks].sort((a, b) => a.before - b.before);
  const rows: Row[] = [];
  if (isWhole) rows.push({ kind: "start", key: "start" });
  let previous: Shown | null = null;
  let other: Shown | null = null;
  let isNewSaid = readTo === null;
  let mark = 0;
  /** The blocked messages in a row that one is among, by the first of them. */
  let run: string | null = null;
  /** Messages since it was said whose they are. */
  let length = 0;
  let day = { from: 0, to: 0 };
  for (const [index, message] of messages.entries()) {
    const upTo = mark;
    while (isUpTo(marks[mark], message)) mark++;
    rows.push(...markRows(marks.slice(upTo, mark)));
    if (!isOn(day, message.at)) {
      day = dayAround(message.at);
      // Before the first one there may be more of that day: a date would move
      // as they come, and who looks at it with it.
      if (previous !== null || isWhole)
        rows.push({ kind: "day", key: `day ${message.key}`, at: message.at });
    }
    if (
      !isNewSaid &&
      isNews(message, blocked) &&
      message.place > (readTo ?? 0)
    ) {
      isNewSaid = true;
      rows.push({ kind: "new", key: "new" });
    }
    if (isPrivate && !message.mine) {
      if (other !== null && other.user !== message.user)
        rows.push({ kind: "holder", key: `holder ${message.key}` });
      other = message;
    }
    const last = rows.at(-1);
    run = blocked.has(message.user) ? (run ?? `folded ${message.key}`) : null;
    if (run !== null && !unfolded.has(run)) {
      const count = last?.kind === "folded" ? last.count + 1 : 1;
      if (count > 1) rows.pop();
      rows.push({ kind: "folded", key: run, count });
      previous = message;
      continue;
    }
    const isFirst = last?.kind !== "message";
    // At numbers that stay when older ones come before them: nothing jumps.
    const number = isPrivate ? index : message.place;
    const isRepeat =
      !message.mine && number % REPEAT === 0 && length >= REPEAT_MIN;
    const isHead =
      isFirst || previous === null || isRepeat || !together(previous, message);
    length = isHead ? 1 : length + 1;
    rows.push({ kind: "message", key: message.key, message, isHead });
    previous = message;
  }
  rows.push(...markRows(marks.slice(mark)));
  return rows;
}

/** Times that no date has are of one day, which is not known. */
function isOn(day: { from: number; to: number }, at: number): boolean {
  if (!isDate(at)) return Number.isNaN(day.from);
  return at >= day.from && at < day.to;
}

function isNews({ mine, user }: Shown, blocked: ReadonlySet<string>): boolean {
  return !mine && !blocked.has(user);
}

function isUpTo(mark: Mark | undefined, { place }: Shown): boolean {
  return mark !== undefined && mark.before <= place;
}

function together(one: Shown, next: Shown): boolean {
  return (
    one.mine === next.mine &&
    one.user === next.user &&
    next.at - one.at < TOGETHER_MS
  );
}

/** Who came and went between two messages is one row. */
function markRows(marks: readonly Mark[]): Row[] {
  const rows: Row[] = [];
  const joined = new Set<string>();
  const left = new Set<string>();
  let key = "";
  for (const mark of marks) {
    switch (mark.kind) {
      case "gap":
      case "reset":
        rows.push({ kind: mark.kind, key: `${mark.kind} ${mark.before}` });
        break;
      case "joined":
        key = `presence ${mark.before}`;
        if (!left.delete(mark.username)) joined.add(mark.username);
        break;
      case "left":
        key = `presence ${mark.before}`;
        if (!joined.delete(mark.username)) left.add(mark.username);
        break;
      default:
        mark satisfies never;
    }
  }
  if (joined.size + left.size > 0)
    rows.push({ kind: "presence", key, joined: [...joined], left: [...left] });
  return rows;
}
