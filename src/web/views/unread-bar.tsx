// Unread bar: says above the messages that unread ones begin out of sight, with a way to them, and one to mark all as read.
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Conversation } from "../conversation.ts";
import { cutRoom, showFirstUnread } from "../first-message.ts";
import { texts, timeFormat } from "../i18n.ts";
import { isCovered, type ListRow } from "../message-rows.ts";
import { closePast, PastState, past } from "../past-state.ts";
import { RoomState } from "../room-state.ts";
import { dayBounds } from "../time-format.ts";
import { toolTexts } from "../tool-texts.ts";
import { countUnread } from "../unread.ts";
import { Icon } from "./icons.tsx";

interface UnreadBarProps {
  readonly conversation: Conversation;
  readonly rows: readonly ListRow[];
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly scrollToRow: (index: number) => void;
}

export function UnreadBar(props: UnreadBarProps) {
  const { conversation, rows, scroller, scrollToRow } = props;
  const t = toolTexts.value;
  const from = conversation.unreadFrom.value;
  /** The line that the user has seen, or wants to see no more. */
  const [seen, setSeen] = useState<number | null>(null);
  const [isAbove, setAbove] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const messages = conversation.messages.value;
  const isComplete = conversation.isComplete.value;
  const isHere = from !== null && isCovered({ messages, isComplete }, from);
  const line = rows.findIndex(({ kind }) => kind === "new");
  const count = from === null ? 0 : countOf(conversation, from);
  // After each change and each step of scrolling: the list renders then.
  useEffect(() => {
    const { current: view } = scroller;
    if (view === null || from === null) return;
    const place = isHere ? placeOf(view, line) : "above";
    if (place === "inside") setSeen(from);
    setAbove(place === "above");
  });
  const isShown = isAbove && seen !== from && count > 0;

  const jump = async () => {
    if (from === null || count === 0) return;
    setSeen(from);
    setFailed(false);
    closePast();
    const first = rows[line + 1];
    if (isHere && first?.kind === "message" && first.message.seq !== undefined)
      conversation.jumpTo(first.message.seq);
    else if (isHere) scrollToRow(line);
    else if (conversation instanceof RoomState)
      await showFirstUnread(conversation, from).catch(() => {
        setSeen(null);
        setFailed(true);
      });
  };
  const markRead = () => {
    const newest = messages.findLast(({ state }) => state === "sent");
    conversation.unreadFrom.value = null;
    if (newest !== undefined) conversation.markRead(newest.position);
    setFailed(false);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
      if (event.defaultPrevented || altKey || ctrlKey || metaKey) return;
      if (document.querySelector("dialog") !== null) return;
      // Under older messages of the room nobody sees the bar.
      const isHidden = past.peek()?.room === conversation;
      if (key === "Escape" && isShown && !isHidden) markRead();
      if (key !== "PageUp" || !shiftKey || hasText(event.target)) return;
      if (count === 0) return;
      event.preventDefault();
      jump();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });

  if (!isShown) return null;
  const firstUnread = rows[line + 1];
  const since =
    isHere && firstUnread?.kind === "message"
      ? timeOf(firstUnread.message.at)
      : null;
  return (
    <div class="unread-bar">
      <span role="status">
        {hasFailed ? texts.value.notLoaded : t.newSince(count, since)}
      </span>
      <button
        type="button"
        aria-label={t.jumpToUnread}
        title={`${t.jumpToUnread} (Shift+PageUp)`}
        onClick={jump}
      >
        {t.jump}
      </button>
      <button
        type="button"
        aria-label={t.markAsRead}
        title={`${t.markAsRead} (Esc)`}
        onClick={() => {
          markRead();
          scroller.current?.focus();
        }}
      >
        <span>{t.markAsRead}</span>
        <Icon name="check" />
      </button>
    </div>
  );
}

function countOf(conversation: Conversation, from: number): number {
  const { messages, me, blocked, userId } = conversation;
  return countUnread(messages.value, from, me, blocked.value, userId).count;
}

/** "14:05", or with its day if that is another one. */
function timeOf(at: number): string {
  const clock = timeFormat.value.clock(at);
  const now = Date.now();
  const { from, to } = dayBounds(now);
  const isToday = at >= from && at < to;
  return isToday ? clock : `${timeFormat.value.day(at, now)} ${clock}`;
}

/** Where a row is, seen from the visible part of the list. */
function placeOf(
  view: HTMLElement,
  row: number,
): "above" | "inside" | "below" | null {
  if (row < 0) return null;
  const { top, bottom } = view.getBoundingClientRect();
  const element = view.querySelector(`[data-index="${row}"]`);
  if (element === null) {
    const first = view.querySelector<HTMLElement>("[data-index]");
    return row < Number(first?.dataset.index ?? 0) ? "above" : "below";
  }
  const place = element.getBoundingClientRect();
  if (place.bottom <= top) return "above";
  return place.top >= bottom ? "below" : "inside";
}

/** There the keys select text. */
function hasText(target: EventTarget | null): boolean {
  const isField =
    target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  return isField && target.value !== "";
}

/** The notice that older messages are not kept stays for this time. */
const CUT_MS = 8000;

export function CutNotice({
  conversation,
}: {
  readonly conversation: Conversation;
}) {
  const room =
    conversation instanceof PastState ? conversation.room : conversation;
  const isCut = cutRoom.value === room;
  useEffect(() => {
    if (!isCut) return;
    const timer = setTimeout(() => {
      cutRoom.value = null;
    }, CUT_MS);
    return () => clearTimeout(timer);
  }, [isCut]);
  if (!isCut) return null;
  return (
    <p class="jump-failed" role="alert">
      {toolTexts.value.notKept}
    </p>
  );
}
