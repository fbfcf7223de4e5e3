// The page of who is in: conversations, the open one, the people in it, and what is laid over them.
import { useEffect } from "preact/hooks";
import { go, goTo, open, route } from "../app-state.ts";
import type { Conversation } from "../conversation.ts";
import { dialog } from "../dialogs.ts";
import { texts } from "../language.ts";
import { isWide, isWidest } from "../media.ts";
import { RoomState } from "../room-state.ts";
import type { Talk } from "../talk.ts";
import { Boundary } from "./boundary.tsx";
import { Conversations } from "./conversations.tsx";
import { Dialogs } from "./dialogs.tsx";
import { OpenConversation } from "./open-conversation.tsx";
import { People } from "./people.tsx";
import { RoomPreview } from "./room-preview.tsx";

export function Shell({ talk }: { readonly talk: Talk }) {
  const conversation = open.value;
  useEffect(() => {
    const step = (event: KeyboardEvent) => {
      if (!event.altKey || dialog.value !== null) return;
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      move(talk, by);
    };
    window.addEventListener("keydown", step);
    return () => window.removeEventListener("keydown", step);
  }, [talk]);
  return (
    <div class="shell" data-view="chat">
      {isWide.value && (
        <nav class="side" aria-label={texts.value.conversations}>
          <Boundary isBig>
            <Conversations talk={talk} />
          </Boundary>
        </nav>
      )}
      <main class="middle">
        {conversation === null ? (
          <Nowhere />
        ) : (
          <Boundary key={conversation.id} isBig>
            <OpenConversation talk={talk} conversation={conversation} />
          </Boundary>
        )}
      </main>
      {isWidest.value && conversation instanceof RoomState && (
        <aside class="side" aria-label={texts.value.people}>
          <Boundary key={conversation.id} isBig>
            <People key={conversation.id} room={conversation} />
          </Boundary>
        </aside>
      )}
      <Dialogs talk={talk} />
    </div>
  );
}

/** The address names a room that one is not in, or what cannot be. */
function Nowhere() {
  const t = texts.value;
  const now = route.value;
  if (now.kind === "room") return <RoomPreview room={now.room} />;
  if (now.kind !== "bad") return null;
  return (
    <div class="nowhere" role="alert">
      <h1>{t.badRoute(now.text)}</h1>
      <p>{t.badRoom}</p>
      <button type="button" class="main" onClick={() => go({ kind: "none" })}>
        {t.back}
      </button>
    </div>
  );
}

/** To the conversation so many further down the list. */
function move(talk: Talk, by: number): void {
  const all: (Conversation | null)[] = [
    ...talk.rooms.value,
    ...talk.peers.value,
  ];
  const now = all.indexOf(open.value);
  const next = all[(now + by + all.length) % all.length];
  if (next) goTo(next);
}
