// Message list: shows the messages of a conversation, and renders only the visible rows.
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "preact/hooks";
import { texts, timeFormat } from "../i18n.ts";
import { buildRows, type ListRow, type PresentUser } from "../message-rows.ts";
import { isPageFocused } from "../notifications.ts";
import { onDemandParts } from "../on-demand.ts";
import { PeerState } from "../peer-state.ts";
import type { ConversationProps } from "./conversation-view.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Icon } from "./icons.tsx";
import { Message } from "./message.tsx";
import { PeopleSentence } from "./person-name.tsx";
import { useVirtualList } from "./use-virtual-list.ts";

/** Older messages load when this number of rows or fewer is above. */
const LOAD_AHEAD = 20;

interface ListProps extends ConversationProps {
  /** The name of the list, if it is not the one of a conversation. */
  readonly label?: string;
}

export function MessageList(props: ListProps) {
  const { session, conversation, label } = props;
  const t = texts.value;
  const messages = conversation.messages.value;
  const markers = conversation.markers.value;
  const isComplete = conversation.isComplete.value;
  const unreadFrom = conversation.unreadFrom.value;
  const isPrivate = conversation.kind === "peer";
  const blocked = conversation.blocked.value;
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(
    () =>
      buildRows({
        ...{ messages, markers, isComplete, isPrivate, blocked, expanded },
        readPosition: unreadFrom,
      }),
    [messages, markers, isComplete, isPrivate, blocked, expanded, unreadFrom],
  );
  const expand = (key: string) => setExpanded(new Set([...expanded, key]));
  const scroller = useRef<HTMLDivElement | null>(null);
  const { list, isAtEnd, scrollToEnd, scrollToRow } = useVirtualList({
    scroller,
    count: rows.length,
    getKey: (index) => rows[index]?.key ?? "",
    estimateSize: (index) => estimateHeight(rows[index]),
  });
  const items = list.getVirtualItems();
  const firstIndex = items[0]?.index ?? 0;
  const offset = list.scrollOffset ?? 0;

  // An own message scrolls to the end from anywhere.
  const newest = messages.at(-1);
  const ownPendingKey = newest?.state === "pending" ? newest.key : "";
  useLayoutEffect(() => {
    if (ownPendingKey !== "") scrollToEnd();
  }, [ownPendingKey]);

  const isConnected = conversation.connection.value.state === "connected";
  const isLoading = conversation.isLoadingOlder.value;
  useEffect(() => {
    if (firstIndex < LOAD_AHEAD && isConnected && !isComplete && !isLoading)
      conversation.loadOlder();
  }, [conversation, firstIndex, isConnected, isComplete, isLoading]);

  const newestPosition = newest === undefined ? 0 : lastSentPosition(messages);
  const isLoaded = conversation.isLoaded.value;
  const isCovered = conversation.isCovered.value;
  /** The first messages after a reload may be unread: the line shows where. */
  const isFirst = useRef(true);
  useEffect(() => {
    const read = () => {
      const isFocused = isPageFocused();
      const isInView = isAtEnd && !isCovered;
      const isSeen = isInView && newestPosition > 0 && isFocused;
      if (!isSeen || isFirst.current) conversation.noteUnread(!isFocused);
      if (isLoaded) isFirst.current = false;
      if (isSeen) conversation.markRead(newestPosition);
    };
    read();
    window.addEventListener("focus", read);
    document.addEventListener("visibilitychange", read);
    return () => {
      window.removeEventListener("focus", read);
      document.removeEventListener("visibilitychange", read);
    };
  }, [conversation, newestPosition, isAtEnd, isCovered, isLoaded]);

  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === "Escape" && document.querySelector("dialog") === null)
        scrollToEnd();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });

  const unread = conversation.unread.value.count;
  // Another device has read them.
  useEffect(() => {
    if (unread === 0 && !isPageFocused()) conversation.unreadFrom.value = null;
  }, [conversation, unread]);
  const parts = onDemandParts.value;
  return (
    <>
      {parts !== null && (
        <parts.MessageListTools
          {...{ conversation, rows, scroller, scrollToRow }}
        />
      )}
      <div class="list-top">
        {parts && (
          <parts.ListTop
            {...{ session, conversation, rows, offset }}
            top={list.getVirtualItemForOffset(offset)}
          />
        )}
      </div>
      <div
        class="scroller"
        ref={scroller}
        role="log"
        aria-label={label ?? t.messages}
        aria-live="off"
        aria-busy={!isLoaded}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keys
        tabIndex={0}
      >
        <div class="message-list">
          {rows.every(({ kind }) => kind === "start") ? (
            <EmptyConversation {...{ session, conversation }} />
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
                        <ErrorBoundary>
                          <RowView
                            {...{ row, session, conversation, expand }}
                          />
                        </ErrorBoundary>
                      </div>
                    )
                  );
                })}
              </div>
            </div>
          )}
        </div>
      </div>
      {isLoading && firstIndex === 0 && <p class="loading">{t.loadingOlder}</p>}
      {!isAtEnd && (
        <button
          type="button"
          class="jump-to-newest"
          aria-label={unread > 0 ? t.newestNew(unread) : t.newest}
          title={t.newest}
          onClick={scrollToEnd}
        >
          {unread > 0 && <span>{unread}</span>}
          <Icon name="down" />
        </button>
      )}
    </>
  );
}

function lastSentPosition(
  messages: readonly { state: string; position: number }[],
): number {
  return messages.findLast(({ state }) => state === "sent")?.position ?? 0;
}

/** In pixels: close enough that the first measurement moves little. */
function estimateHeight(row: ListRow | undefined): number {
  if (row?.kind !== "message") return 44;
  const lines =
    row.message.text.length / 60 + row.message.text.split("\n").length;
  return (row.showsAuthor ? 44 : 20) + 22 * Math.round(lines);
}

function EmptyConversation({ conversation }: ConversationProps) {
  const t = texts.value;
  const parts = onDemandParts.value;
  if (!conversation.isLoaded.value) return null;
  return (
    <div class="empty" data-row="empty">
      <p>
        {conversation instanceof PeerState ? (
          <PeerSentence peer={conversation} sentence={t.emptyPrivate} />
        ) : (
          t.emptyRoom
        )}
      </p>
      {parts && <parts.EmptyTools conversation={conversation} />}
    </div>
  );
}

interface PeerSentenceProps {
  readonly peer: PeerState;
  sentence(name: string): string;
}

function PeerSentence({ peer, sentence }: PeerSentenceProps) {
  const { title: name, person } = peer;
  return <PeopleSentence people={[{ name, person }]} sentence={sentence} />;
}

interface RowProps extends ConversationProps {
  readonly row: ListRow;
  expand(key: string): void;
}

function RowView({ row, session, conversation, expand }: RowProps) {
  const t = texts.value;
  switch (row.kind) {
    case "message":
      return <Message {...{ session, conversation }} row={row} />;
    case "day": {
      const { at } = row;
      const parts = onDemandParts.value;
      return (
        <p class="divider day" data-row="day">
          {parts ? (
            <parts.DayButton {...{ conversation, at }} isInList />
          ) : (
            <span>{timeFormat.value.day(at, Date.now())}</span>
          )}
        </p>
      );
    }
    case "new":
      return (
        <p class="divider new" data-row="new">
          <span>{t.unreadDivider}</span>
        </p>
      );
    case "presence": {
      const { joined, left } = row;
      const shown = ({ user, username }: PresentUser) => ({
        ...{ name: username, person: session.people.of(user) },
      });
      return (
        <p class="divider muted" data-row="presence">
          {joined.length > 0 && (
            <PeopleSentence
              people={joined.map(shown)}
              sentence={(names) => t.membersJoined(names, joined.length)}
            />
          )}{" "}
          {left.length > 0 && (
            <PeopleSentence
              people={left.map(shown)}
              sentence={(names) => t.membersLeft(names, left.length)}
            />
          )}
        </p>
      );
    }
    case "change": {
      const parts = onDemandParts.value;
      return parts && <parts.ChangeLine session={session} event={row.event} />;
    }
    case "collapsed":
      return (
        <p class="divider muted" data-row="collapsed">
          {t.collapsed(row.count)}{" "}
          <button type="button" onClick={() => expand(row.key)}>
            {t.show}
          </button>
        </p>
      );
    case "gap":
    case "reset":
    case "otherPerson":
      return (
        <p class="divider notice" data-row={row.kind}>
          <Icon name="warning" /> {t[row.kind]}
        </p>
      );
    case "start":
      if (conversation.kind === "thread") return null;
      return (
        <p class="divider muted" data-row="start">
          {conversation instanceof PeerState ? (
            <PeerSentence peer={conversation} sentence={t.privateStart} />
          ) : (
            t.historyStart
          )}
        </p>
      );
    default:
      return row satisfies never;
  }
}
