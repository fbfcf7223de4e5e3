// Past view: shows an older part of a room over its newest messages, with a way back to them.
import { useEffect, useRef } from "preact/hooks";
import { session } from "../app-state.ts";
import { dialog } from "../dialog-state.ts";
import { texts } from "../i18n.ts";
import { closePast, past } from "../past-state.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Icon } from "./icons.tsx";
import { MessageList } from "./message-list.tsx";

export function PastView({ room }: { readonly room: RoomState }) {
  const t = toolTexts.value;
  const part = past.value;
  const isHere = part?.room === room;
  // An own message is shown where it is.
  const isSending = room.messages.value.at(-1)?.state === "pending";
  useEffect(() => {
    if (isHere && isSending) closePast();
  }, [isHere, isSending]);
  useEffect(() => () => closePast(), [room]);
  const view = useRef<HTMLElement>(null);
  useEffect(() => {
    const conversation = view.current?.closest("[data-conversation]");
    if (!isHere || !conversation) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing) return;
      if (dialog.peek() !== null) return;
      // For the room below it would mean that all is read.
      event.stopPropagation();
      closePast();
    };
    // After the composer, which closes its list and its notice first.
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
      if (document.activeElement === document.body)
        conversation.querySelector<HTMLElement>("[role=log]")?.focus();
    };
  }, [isHere]);
  if (part === null || !isHere || session.value === null) return null;
  const error = part.error.value;
  return (
    <section class="past-view" aria-label={t.pastMessages} ref={view}>
      <p class="past-banner">
        <span>{t.pastMessages}</span>
        <button type="button" onClick={closePast}>
          <Icon name="down" /> {t.backToNewest}
        </button>
      </p>
      <div class="message-area">
        {error === "" ? (
          <ErrorBoundary canRetry>
            <MessageList
              key={part.id}
              {...{ session: session.value, conversation: part }}
              label={t.pastMessages}
            />
          </ErrorBoundary>
        ) : (
          <p class="empty" role="alert">
            {error === "gone" ? t.messageGone : texts.value.notLoaded}
          </p>
        )}
      </div>
      {part.isLoaded.value && (
        <p class="past-newer">
          <button
            type="button"
            aria-busy={part.isLoadingNewer.value}
            onClick={() => part.loadNewer()}
          >
            {t.newerMessages}
          </button>
        </p>
      )}
    </section>
  );
}
