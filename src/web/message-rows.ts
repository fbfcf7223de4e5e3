// What the list of a conversation shows, row by row: messages, and what stands between them.
import { dayBounds, isValidTime } from "./time-format.ts";

/** A message as it is shown, of a room or private, sent or still to be. */
export interface DisplayMessage {
  /** The same before and after the server has it. */
  readonly key: string;
  readonly state: "sent" | "pending" | "failed" | "unknown";
  /** Orders it among the others: `seq` in a room, `at` in private. */
  readonly position: number;
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
export type Marker =
  | { readonly kind: "gap" | "reset"; readonly before: number }
  | {
      readonly kind: "joined" | "left";
      readonly before: number;
      readonly username: string;
    };

export type ListRow =
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: DisplayMessage;
      /** The first of some by one person: it says whose they are. */
      readonly showsAuthor: boolean;
    }
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | {
      readonly kind: "presence";
      readonly key: string;
      readonly joined: readonly string[];
      readonly left: readonly string[];
    }
  | { readonly kind: "collapsed"; readonly key: string; readonly count: number }
  | {
      readonly kind: "gap" | "reset" | "new" | "start" | "otherPerson";
      readonly key: string;
    };

export interface RowsInput {
  /** In their order. */
  readonly messages: readonly DisplayMessage[];
  readonly markers: readonly Marker[];
  /** The place of the last one that had been read; null where all had been. */
  readonly readPosition: number | null;
  /** Nothing is older than the first. */
  readonly isComplete: boolean;
  /** Two different people of one name are told apart. */
  readonly isPrivate: boolean;
  /** Whose messages are folded away, by their public ids. */
  readonly blocked?: ReadonlySet<string>;
  /** Keys of those that one wants to see all the same. */
  readonly expanded?: ReadonlySet<string>;
}

/** After so many ms it is said anew who speaks. */
const GROUP_MS = 5 * 60_000;

/** After so many messages of one person it is said anew as well. */
const AUTHOR_REPEAT = 8;
/** Not right after it was said. */
const AUTHOR_REPEAT_MIN = 4;

const NO_USERS: ReadonlySet<string> = new Set();

export function buildRows(input: RowsInput): ListRow[] {
  const { messages, readPosition, isComplete, isPrivate } = input;
  const { blocked = NO_USERS, expanded = NO_USERS } = input;
  const markers = [...input.markers].sort((a, b) => a.before - b.before);
  const rows: ListRow[] = [];
  if (isComplete) rows.push({ kind: "start", key: "start" });
  let previous: DisplayMessage | null = null;
  let lastReceived: DisplayMessage | null = null;
  let hasUnreadDivider = readPosition === null;
  let markerIndex = 0;
  /** The blocked messages in a row that one is among, by the first of them. */
  let collapsedKey: string | null = null;
  /** Messages since it was said whose they are. */
  let groupLength = 0;
  let day = { from: 0, to: 0 };
  for (const [index, message] of messages.entries()) {
    const firstMarker = markerIndex;
    while (isMarkerBefore(markers[markerIndex], message)) markerIndex++;
    rows.push(...markerRows(markers.slice(firstMarker, markerIndex)));
    if (!isInDay(day, message.at)) {
      day = dayBounds(message.at);
      // Before the first one there may be more of that day: a date would move
      // as they come, and who looks at it with it.
      if (previous !== null || isComplete)
        rows.push({ kind: "day", key: `day ${message.key}`, at: message.at });
    }
    if (
      !hasUnreadDivider &&
      countsAsUnread(message, blocked) &&
      message.position > (readPosition ?? 0)
    ) {
      hasUnreadDivider = true;
      rows.push({ kind: "new", key: "new" });
    }
    if (isPrivate && !message.mine) {
      if (lastReceived !== null && lastReceived.user !== message.user)
        rows.push({ kind: "otherPerson", key: `otherPerson ${message.key}` });
      lastReceived = message;
    }
    const last = rows.at(-1);
    collapsedKey = blocked.has(message.user)
      ? (collapsedKey ?? `collapsed ${message.key}`)
      : null;
    if (collapsedKey !== null && !expanded.has(collapsedKey)) {
      const count = last?.kind === "collapsed" ? last.count + 1 : 1;
      if (count > 1) rows.pop();
      rows.push({ kind: "collapsed", key: collapsedKey, count });
      previous = message;
      continue;
    }
    const isFirst = last?.kind !== "message";
    // At numbers that stay when older ones come before them: nothing jumps.
    const number = isPrivate ? index : message.position;
    const repeatsAuthor =
      !message.mine &&
      number % AUTHOR_REPEAT === 0 &&
      groupLength >= AUTHOR_REPEAT_MIN;
    const showsAuthor =
      isFirst ||
      previous === null ||
      repeatsAuthor ||
      !isSameGroup(previous, message);
    groupLength = showsAuthor ? 1 : groupLength + 1;
    rows.push({ kind: "message", key: message.key, message, showsAuthor });
    previous = message;
  }
  rows.push(...markerRows(markers.slice(markerIndex)));
  return rows;
}

/** Times that no date has are of one day, which is not known. */
function isInDay(day: { from: number; to: number }, at: number): boolean {
  if (!isValidTime(at)) return Number.isNaN(day.from);
  return at >= day.from && at < day.to;
}

function countsAsUnread(
  { mine, user }: DisplayMessage,
  blocked: ReadonlySet<string>,
): boolean {
  return !mine && !blocked.has(user);
}

function isMarkerBefore(
  marker: Marker | undefined,
  { position }: DisplayMessage,
): boolean {
  return marker !== undefined && marker.before <= position;
}

function isSameGroup(one: DisplayMessage, next: DisplayMessage): boolean {
  return (
    one.mine === next.mine &&
    one.user === next.user &&
    next.at - one.at < GROUP_MS
  );
}

/** Who came and went between two messages is one row. */
function markerRows(markers: readonly Marker[]): ListRow[] {
  const rows: ListRow[] = [];
  const joined = new Set<string>();
  const left = new Set<string>();
  let key = "";
  for (const marker of markers) {
    switch (marker.kind) {
      case "gap":
      case "reset":
        rows.push({
          kind: marker.kind,
          key: `${marker.kind} ${marker.before}`,
        });
        break;
      case "joined":
        key = `presence ${marker.before}`;
        if (!left.delete(marker.username)) joined.add(marker.username);
        break;
      case "left":
        key = `presence ${marker.before}`;
        if (!joined.delete(marker.username)) left.add(marker.username);
        break;
      default:
        marker satisfies never;
    }
  }
  if (joined.size + left.size > 0)
    rows.push({ kind: "presence", key, joined: [...joined], left: [...left] });
  return rows;
}
