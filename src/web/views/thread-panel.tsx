// Thread panel: shows a message with the replies in its thread, beside the conversation or over it.
import { useEffect, useRef, useState } from "preact/hooks";
import { closeThread } from "../app-state.ts";
import { texts } from "../i18n.ts";
import { removalOf } from "../removal.ts";
import type { RoomState } from "../room-state.ts";
import { ThreadState } from "../thread-state.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { Composer } from "./composer.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Icon } from "./icons.tsx";
import { MessageList } from "./message-list.tsx";

interface PanelProps {
  readonly session: UserSession;
  readonly room: RoomState;
  /** The number of the first message. */
  readonly seq: number;
  /** It covers the conversation. */
  readonly isOver: boolean;
}

export function ThreadPanel({ session, room, seq, isOver }: PanelProps) {
  const t = toolTexts.value;
  const [thread] = useState(() => new ThreadState(room, seq));
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      thread.stop();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [thread]);
  const error = thread.error.value;
  const isRemoved = removalOf(room) !== null;
  useEffect(() => {
    if (isRemoved) closeThread();
  }, [isRemoved]);
  return (
    <section
      class={isOver ? "thread-panel over" : "thread-panel"}
      aria-label={t.thread}
      data-conversation={thread.id}
      ref={panel}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The room's list does not jump to its end.
        event.stopPropagation();
        closeThread();
      }}
    >
      <header class="conversation-header">
        <div class="name">
          <h2>{t.thread}</h2>
          <p>
            <bdi>{t.threadIn(room.title)}</bdi>
          </p>
        </div>
        <button
          type="button"
          class="quiet"
          aria-label={t.closeThread}
          title={t.closeThread}
          onClick={closeThread}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="message-area">
        {error === null ? (
          <ErrorBoundary canRetry>
            <MessageList
              {...{ session, conversation: thread }}
              label={t.threadMessages}
            />
          </ErrorBoundary>
        ) : (
          <p class="empty" role="alert">
            {error.code === "gone" ? t.threadGone : texts.value.notLoaded}
          </p>
        )}
      </div>
      <ErrorBoundary canRetry>
        <Composer
          {...{ session, conversation: thread }}
          label={t.threadMessage}
        />
      </ErrorBoundary>
    </section>
  );
}
