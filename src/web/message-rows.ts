// Message rows: builds the rows of the message list, with dates, gaps and the unread divider between the messages.
import type { ModeratedEvent, TopicEvent } from "../client/index.ts";
import type { DisplayMessage } from "./display-message.ts";
import { dayBounds, isValidTime } from "./time-format.ts";

/** Somebody has moderated the room, or changed its topic. */
export type RoomChange = ModeratedEvent | TopicEvent;

/** Information between two messages. */
export type Marker =
  | {
      readonly kind: "change";
      readonly before: number;
      readonly event: RoomChange;
    }
  | { readonly kind: "gap" | "reset"; readonly before: number }
  | {
      readonly kind: "joined" | "left";
      readonly before: number;
      /** The public id. */
      readonly user: string;
      readonly username: string;
    };

/** A user who has joined or left. */
export type PresentUser = Pick<DisplayMessage, "user" | "username">;

export type ListRow =
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: DisplayMessage;
      /** True for the first message of a group by one author. */
      readonly showsAuthor: boolean;
    }
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | {
      readonly kind: "presence";
      readonly key: string;
      readonly joined: readonly PresentUser[];
      readonly left: readonly PresentUser[];
    }
  | {
      readonly kind: "change";
      readonly key: string;
      readonly event: RoomChange;
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
  /** The position of the last read message; null if all are read. */
  readonly readPosition: number | null;
  /** True if the first message of the history is loaded. */
  readonly isComplete: boolean;
  /** Two users of the same name are told apart. */
  readonly isPrivate: boolean;
  /** The public ids of users whose messages are collapsed. */
  readonly blocked?: ReadonlySet<string>;
  /** The keys of collapsed rows that the user has expanded. */
  readonly expanded?: ReadonlySet<string>;
}

/** After this time the author is shown again. */
const GROUP_MS = 5 * 60_000;

/** After this number of messages the author is shown again as well. */
const AUTHOR_REPEAT = 8;
/** It is not repeated after fewer messages than this. */
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
  // As long as older messages are missing, the first unread one may be of them.
  let hasUnreadDivider =
    readPosition === null || !isCovered(input, readPosition);
  let markerIndex = 0;
  /** The key of the current run of blocked messages. */
  let collapsedKey: string | null = null;
  /** Messages since the author was last shown. */
  let groupLength = 0;
  let day = { from: 0, to: 0 };
  for (const [index, message] of messages.entries()) {
    const firstMarker = markerIndex;
    while (isMarkerBefore(markers[markerIndex], message)) markerIndex++;
    rows.push(...markerRows(markers.slice(firstMarker, markerIndex)));
    if (!isInDay(day, message.at)) {
      day = dayBounds(message.at);
      // Older messages may be of the same day. A date above the first message
      // would move as they load, and the reader with it.
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
    // These positions do not change when older messages load, so that no row
    // moves.
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

/** True if all messages after that position are loaded. */
export function isCovered(
  { messages, isComplete }: Pick<RowsInput, "messages" | "isComplete">,
  position: number,
): boolean {
  return isComplete || (messages[0]?.position ?? Infinity) <= position + 1;
}

/** Invalid times all belong to one unknown day. */
function isInDay(day: { from: number; to: number }, at: number): boolean {
  if (!isValidTime(at)) return Number.isNaN(day.from);
  return at >= day.from && at < day.to;
}

/** True for a message of another user that is there, and is not blocked. */
export function countsAsUnread(
  { mine, user, isDeleted }: DisplayMessage,
  blocked: ReadonlySet<string>,
): boolean {
  return !mine && !isDeleted && !blocked.has(user);
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
    next.at - one.at < GROUP_MS &&
    // A reply stands below the number of replies to the first message.
    !(one.replies !== undefined && next.thread === one.seq)
  );
}

/** Joins and leaves between two messages share one row. */
function markerRows(markers: readonly Marker[]): ListRow[] {
  const rows: ListRow[] = [];
  const joined = new Map<string, PresentUser>();
  const left = new Map<string, PresentUser>();
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
      case "change":
        rows.push({ ...marker, key: `change ${marker.before}` });
        break;
      case "joined":
        key = `presence ${marker.before}`;
        if (!left.delete(marker.username))
          joined.set(marker.username, presentUser(marker));
        break;
      case "left":
        key = `presence ${marker.before}`;
        if (!joined.delete(marker.username))
          left.set(marker.username, presentUser(marker));
        break;
      default:
        marker satisfies never;
    }
  }
  if (joined.size + left.size > 0)
    rows.push({
      ...{ kind: "presence", key },
      joined: [...joined.values()],
      left: [...left.values()],
    });
  return rows;
}

function presentUser({ user, username }: PresentUser): PresentUser {
  return { user, username };
}
