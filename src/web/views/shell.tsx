// Shell: lays out the conversation list, the open conversation, its members and the dialogs.
import { useEffect } from "preact/hooks";
import { currentConversation, route } from "../app-state.ts";
import { dialog, toggleSwitcher } from "../dialog-state.ts";
import { isApple, isWide, isWidest } from "../environment.ts";
import { texts } from "../i18n.ts";
import { loadOnDemandParts } from "../load-on-demand.ts";
import { onDemandParts } from "../on-demand.ts";
import { RoomState } from "../room-state.ts";
import { searchedRoom } from "../search-open.ts";
import { isSwitcherKey } from "../switcher-key.ts";
import type { UserSession } from "../user-session.ts";
import { ConversationList } from "./conversation-list.tsx";
import { ConversationView } from "./conversation-view.tsx";
import { Dialogs } from "./dialogs.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";

export function Shell({ session }: { readonly session: UserSession }) {
  const conversation = currentConversation.value;
  const parts = onDemandParts.value;
  const now = route.value;
  const thread =
    now.kind === "room" && conversation instanceof RoomState
      ? now.thread
      : undefined;
  // Beside the conversation, or over it.
  const room = conversation instanceof RoomState ? conversation : null;
  const isSearching = searchedRoom.value === room?.id;
  const shared = { session, isOver: !isWidest.value };
  const panel =
    room === null || parts === null ? null : thread !== undefined ? (
      <parts.ThreadPanel
        key={`${room.id} ${thread}`}
        {...{ ...shared, room, seq: thread }}
      />
    ) : isSearching ? (
      <parts.SearchPanel key={room.id} {...{ ...shared, room }} />
    ) : null;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isSwitcherKey(event, isApple)) {
        // In some browsers it would go to the search of the web.
        event.preventDefault();
        if (!event.repeat) toggleSwitcher();
        return;
      }
      if (dialog.value === null)
        onDemandParts.peek()?.handleListKey(event, session);
    };
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, [session]);
  // The first view comes first; a later loss of the network then hides nothing.
  useEffect(() => {
    loadOnDemandParts();
  }, []);
  return (
    <div class="shell" data-view="chat">
      {isWide.value && (
        <nav class="sidebar" aria-label={texts.value.conversations}>
          <ErrorBoundary canRetry>
            <ConversationList session={session} />
          </ErrorBoundary>
        </nav>
      )}
      <main class="content">
        {!isWidest.value && panel}
        {conversation === null ? (
          <NoConversation />
        ) : (
          <ErrorBoundary key={conversation.id} canRetry>
            <ConversationView
              {...{ session, conversation }}
              isCovered={!isWidest.value && panel !== null}
            />
          </ErrorBoundary>
        )}
      </main>
      {isWidest.value && panel}
      {isWidest.value &&
        thread === undefined &&
        !isSearching &&
        room !== null && (
          <aside class="sidebar" aria-label={texts.value.people}>
            <ErrorBoundary key={room.id} canRetry>
              {parts !== null && <parts.MemberList key={room.id} room={room} />}
            </ErrorBoundary>
          </aside>
        )}
      <Dialogs session={session} />
    </div>
  );
}

/** Shown for a room that the user is not in, and for an invalid name. */
function NoConversation() {
  const parts = onDemandParts.value;
  const now = route.value;
  if (now.kind === "room")
    return parts && <parts.RoomPreview room={now.room} />;
  if (now.kind !== "invalid") return null;
  return parts && <parts.InvalidRoute text={now.text} />;
}
