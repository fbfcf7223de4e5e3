// The messages of a conversation: a list as long as its history, of which the page holds what is in sight.
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "preact/hooks";
import { listed, texts, times } from "../language.ts";
import { isLooking } from "../notices.ts";
import { type Row, rowsOf } from "../rows.ts";
import { Boundary } from "./boundary.tsx";
import { Icon } from "./icons.tsx";
import { Message } from "./message.tsx";
import type { Opened } from "./open-conversation.tsx";
import { useVirtual } from "./use-virtual.ts";

/** Older ones are asked for when so many rows or fewer are above. */
const AHEAD = 20;

interface ListProps extends Opened {
  /** The place of the last one that was read as it was opened. */
  readonly newFrom: number | null;
}

export function MessageList({ talk, conversation, newFrom }: ListProps) {
  const t = texts.value;
  const messages = conversation.messages.value;
  const marks = conversation.marks.value;
  const isWhole = conversation.isWhole.value;
  const isPrivate = conversation.id.startsWith("@");
  const blocked = conversation.blocked.value;
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(
    () =>
      rowsOf({
        ...{ messages, marks, isWhole, isPrivate, blocked, unfolded },
        readTo: newFrom,
      }),
    [messages, marks, isWhole, isPrivate, blocked, unfolded, newFrom],
  );
  const unfold = (key: string) => setUnfolded(new Set([...unfolded, key]));
  const scroller = useRef<HTMLDivElement | null>(null);
  const { list, isAtEnd, toEnd } = useVirtual({
    scroller,
    count: rows.length,
    keyOf: (index) => rows[index]?.key ?? "",
    sizeOf: (index) => guess(rows[index]),
  });
  const items = list.getVirtualItems();
  const first = items[0]?.index ?? 0;

  // One's own message brings one to the end, wherever one was.
  const newest = messages.at(-1);
  const ownKey = newest?.state === "pending" ? newest.key : "";
  useLayoutEffect(() => {
    if (ownKey !== "") toEnd();
  }, [ownKey]);

  const isLive = conversation.line.value.state === "connected";
  const isLoading = conversation.isLoadingOlder.value;
  useEffect(() => {
    if (first < AHEAD && isLive && !isWhole && !isLoading) conversation.older();
  }, [conversation, first, isLive, isWhole, isLoading]);

  const place = newest === undefined ? 0 : lastPlace(messages);
  useEffect(() => {
    const read = () => {
      if (isAtEnd && place > 0 && isLooking()) conversation.read(place);
    };
    read();
    window.addEventListener("focus", read);
    document.addEventListener("visibilitychange", read);
    return () => {
      window.removeEventListener("focus", read);
      document.removeEventListener("visibilitychange", read);
    };
  }, [conversation, place, isAtEnd]);

  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === "Escape" && document.querySelector("dialog") === null)
        toEnd();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });

  const unread = conversation.unread.value.count;
  const author = authorAbove(rows, list);
  return (
    <>
      <div
        class="scroller"
        ref={scroller}
        role="log"
        aria-label={t.messages}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keys
        tabIndex={0}
      >
        <div class="whole">
          {rows.every(({ kind }) => kind === "start") ? (
            <Empty {...{ talk, conversation }} />
          ) : (
            <div style={{ height: `${list.getTotalSize()}px` }}>
              <div
                style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}
              >
                {items.map(({ index, key }) => {
                  const row = rows[index];
                  return (
                    row && (
                      <div
                        key={key}
                        data-index={index}
                        ref={list.measureElement}
                      >
                        <Boundary>
                          <RowView {...{ row, talk, conversation, unfold }} />
                        </Boundary>
                      </div>
                    )
                  );
                })}
              </div>
            </div>
          )}
        </div>
      </div>
      {author !== null && (
        <p class="author-above" aria-hidden="true">
          <bdi>{author}</bdi>
        </p>
      )}
      {isLoading && first === 0 && <p class="loading">{t.older}</p>}
      {!isAtEnd && (
        <button
          type="button"
          class="newest"
          aria-label={unread > 0 ? t.newestNew(unread) : t.newest}
          title={t.newest}
          onClick={toEnd}
        >
          {unread > 0 && <span>{unread}</span>}
          <Icon name="down" />
        </button>
      )}
    </>
  );
}

/** Pixels after which the author of a message is out of sight. */
const AUTHOR_HEIGHT = 32;

/** Whose the topmost message is, if that stands further up. */
function authorAbove(
  rows: readonly Row[],
  list: ReturnType<typeof useVirtual>["list"],
): string | null {
  const offset = list.scrollOffset ?? 0;
  const top = list.getVirtualItemForOffset(offset);
  const row = rows[top?.index ?? -1];
  if (row?.kind !== "message" || row.message.mine) return null;
  const isInSight = row.isHead && offset - (top?.start ?? 0) < AUTHOR_HEIGHT;
  return isInSight ? null : row.message.username;
}

function lastPlace(
  messages: readonly { state: string; place: number }[],
): number {
  return messages.findLast(({ state }) => state === "sent")?.place ?? 0;
}

/** Pixels. Near enough that the first measure moves little. */
function guess(row: Row | undefined): number {
  if (row?.kind !== "message") return 44;
  const lines =
    row.message.text.length / 60 + row.message.text.split("\n").length;
  return (row.isHead ? 44 : 20) + 22 * Math.round(lines);
}

function Empty({ conversation }: Opened) {
  const t = texts.value;
  if (!conversation.isLoaded.value) return null;
  return (
    <p class="empty" data-row="empty">
      {conversation.id.startsWith("@")
        ? t.emptyPrivate(conversation.title)
        : t.emptyRoom}
    </p>
  );
}

interface RowProps extends Opened {
  readonly row: Row;
  unfold(key: string): void;
}

function RowView({ row, talk, conversation, unfold }: RowProps) {
  const t = texts.value;
  switch (row.kind) {
    case "message":
      return <Message {...{ talk, conversation }} row={row} />;
    case "day":
      return (
        <p class="between day" data-row="day">
          <span>{times.value.day(row.at, Date.now())}</span>
        </p>
      );
    case "new":
      return (
        <p class="between new" data-row="new">
          <span>{t.newHere}</span>
        </p>
      );
    case "presence":
      return (
        <p class="between soft" data-row="presence">
          {row.joined.length > 0 &&
            t.came(listed(row.joined), row.joined.length)}{" "}
          {row.left.length > 0 && t.went(listed(row.left), row.left.length)}
        </p>
      );
    case "folded":
      return (
        <p class="between soft" data-row="folded">
          {t.folded(row.count)}{" "}
          <button type="button" onClick={() => unfold(row.key)}>
            {t.show}
          </button>
        </p>
      );
    case "gap":
    case "reset":
    case "holder":
      return (
        <p class="between notice" data-row={row.kind}>
          <Icon name="warning" /> {t[row.kind]}
        </p>
      );
    case "start":
      return (
        <p class="between soft" data-row="start">
          {conversation.id.startsWith("@")
            ? t.startPrivate(conversation.title)
            : t.start}
        </p>
      );
    default:
      return row satisfies never;
  }
}
