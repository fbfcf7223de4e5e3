// The open conversation: its head, its messages, and the place to write.
import { useState } from "preact/hooks";
import type { Conversation } from "../conversation.ts";
import { dialog } from "../dialogs.ts";
import { listed, texts } from "../language.ts";
import { isWide, isWidest } from "../media.ts";
import { RoomState } from "../room-state.ts";
import type { Talk } from "../talk.ts";
import { readTo } from "../unread.ts";
import { Boundary } from "./boundary.tsx";
import { Composer } from "./composer.tsx";
import { Icon } from "./icons.tsx";
import { MessageList } from "./message-list.tsx";
import { Strip } from "./strip.tsx";

export interface Opened {
  readonly talk: Talk;
  readonly conversation: Conversation;
}

export function OpenConversation({ talk, conversation }: Opened) {
  // Where the unread ones began, as it was opened.
  const [newFrom] = useState(() => {
    const { count } = conversation.unread.peek();
    if (count === 0) return null;
    return readTo(conversation.messages.peek(), conversation.readMark.peek());
  });
  return (
    <>
      <Boundary>
        <Head conversation={conversation} />
      </Boundary>
      <div class="stage">
        <Boundary>
          <Strip conversation={conversation} />
        </Boundary>
        <Boundary isBig>
          <MessageList {...{ talk, conversation, newFrom }} />
        </Boundary>
      </div>
      <Boundary>
        <Typists conversation={conversation} />
        <StorageWarning talk={talk} />
      </Boundary>
      <Boundary isBig>
        <Composer {...{ talk, conversation }} />
      </Boundary>
    </>
  );
}

function Head({ conversation }: { readonly conversation: Conversation }) {
  const t = texts.value;
  const { title } = conversation;
  const room = conversation instanceof RoomState ? conversation : null;
  const count = room?.snapshot.value.count ?? 0;
  return (
    <header class="head">
      <div class="name">
        <h1>
          <bdi>{title}</bdi>
        </h1>
        <p>
          {room === null ? (
            <>
              <Icon name="lock" /> {t.onlyYouTwo}
            </>
          ) : (
            count > 0 && t.here(count)
          )}
        </p>
      </div>
      {room !== null && !isWidest.value && (
        <button
          type="button"
          class="quiet"
          aria-label={t.peopleCount(count)}
          title={t.people}
          onClick={() => {
            dialog.value = { kind: "people" };
          }}
        >
          <Icon name="people" />
        </button>
      )}
      {room !== null && (
        <button
          type="button"
          class="quiet"
          aria-label={t.leaveRoom}
          title={t.leaveRoom}
          onClick={() => {
            dialog.value = { kind: "leave", room: room.id };
          }}
        >
          <Icon name="leave" />
        </button>
      )}
      {!isWide.value && room === null && (
        <button
          type="button"
          class="quiet"
          aria-label={t.settings}
          onClick={() => {
            dialog.value = { kind: "settings" };
          }}
        >
          <Icon name="settings" />
        </button>
      )}
    </header>
  );
}

const SHOWN = 3;

function Typists({ conversation }: { readonly conversation: Conversation }) {
  const names =
    conversation instanceof RoomState ? conversation.typists.value : [];
  return (
    <p class="typists" data-typing={names.length > 0 ? "" : undefined}>
      {names.length > 0 &&
        texts.value.types(listed(names.slice(0, SHOWN)), names.length)}
    </p>
  );
}

/** One can talk all the same, but a closed page loses what was not sent. */
function StorageWarning({ talk }: Pick<Opened, "talk">) {
  const error = talk.carrier.value?.snapshot.value.storageError ?? null;
  return (
    <div role="status" data-storage={error ? "failing" : "works"}>
      {error !== null && <p class="unsaved">{texts.value.storage}</p>}
    </div>
  );
}
