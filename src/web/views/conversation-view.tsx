// Conversation view: shows the open conversation with its header, messages and composer.
import { useState } from "preact/hooks";
import type { Conversation } from "../conversation.ts";
import { dialog } from "../dialog-state.ts";
import { isWide, isWidest } from "../environment.ts";
import { texts } from "../i18n.ts";
import { onDemandParts } from "../on-demand.ts";
import { PeerState } from "../peer-state.ts";
import { RoomState } from "../room-state.ts";
import type { UserSession } from "../user-session.ts";
import { Composer } from "./composer.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Icon } from "./icons.tsx";
import { MessageList } from "./message-list.tsx";
import { PeopleSentence, PersonName } from "./person-name.tsx";

export interface ConversationProps {
  readonly session: UserSession;
  readonly conversation: Conversation;
}

interface ViewProps extends ConversationProps {
  /** A thread is shown over it. */
  readonly isCovered: boolean;
}

export function ConversationView(props: ViewProps) {
  const { session, conversation, isCovered } = props;
  useState(() => {
    conversation.unreadFrom.value = null;
    conversation.noteUnread(true);
  });
  return (
    <div
      class="conversation"
      data-conversation={conversation.id}
      inert={isCovered}
    >
      <ErrorBoundary>
        <ConversationHeader conversation={conversation} />
      </ErrorBoundary>
      {onDemandParts.value?.removedView(props) ?? (
        <>
          <div class="message-area">
            <ErrorBoundary>
              <ConnectionBanner conversation={conversation} />
            </ErrorBoundary>
            <ErrorBoundary canRetry>
              <MessageList {...{ session, conversation }} />
            </ErrorBoundary>
          </div>
          <ErrorBoundary>
            <TypingIndicator conversation={conversation} />
            <StorageWarning session={session} />
          </ErrorBoundary>
          <ErrorBoundary canRetry>
            <Composer {...{ session, conversation }} />
          </ErrorBoundary>
        </>
      )}
    </div>
  );
}

function ConversationHeader({
  conversation,
}: {
  readonly conversation: Conversation;
}) {
  const t = texts.value;
  const { title } = conversation;
  const room = conversation instanceof RoomState ? conversation : null;
  const { count = 0, topic = "", pins = [] } = room?.snapshot.value ?? {};
  const parts = onDemandParts.value;
  const openInfo = () => {
    if (room !== null) dialog.value = { kind: "room", room: room.id };
  };
  return (
    <header class="conversation-header">
      <div class="name">
        <h1>
          {conversation instanceof PeerState ? (
            <PersonName name={title} person={conversation.person} />
          ) : (
            <bdi>{title}</bdi>
          )}
        </h1>
        <p>
          {room === null ? (
            <>
              <Icon name="lock" /> {t.privateHint}
            </>
          ) : (
            count > 0 && t.memberCount(count)
          )}
          {topic !== "" && (
            <>
              <span aria-hidden="true">·</span>
              <button
                type="button"
                class="topic"
                title={topic}
                data-topic
                onClick={openInfo}
              >
                <bdi>{topic}</bdi>
              </button>
            </>
          )}
        </p>
      </div>
      {pins.length > 0 && isWide.value && (
        <button
          type="button"
          class="quiet"
          aria-label={t.pins(pins.length)}
          title={t.pins(pins.length)}
          onClick={openInfo}
        >
          <Icon name="pin" /> {pins.length}
        </button>
      )}
      {room !== null && parts && <parts.RoomButton room={room} />}
      {room !== null && !isWidest.value && (
        <button
          type="button"
          class="quiet"
          aria-label={t.peopleCount(count)}
          title={t.people}
          onClick={() => {
            dialog.value = { kind: "members" };
          }}
        >
          <Icon name="people" />
        </button>
      )}
      {room !== null && isWide.value && (
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

const TYPING_NAMES_MAX = 3;

function TypingIndicator({
  conversation,
}: {
  readonly conversation: Conversation;
}) {
  const people =
    conversation instanceof RoomState
      ? conversation.typingNames.value.map((name) => ({
          ...{ name, person: conversation.personOf(name) },
        }))
      : [];
  return (
    <p class="typing" data-typing={people.length > 0 ? "" : undefined}>
      {people.length > 0 && (
        <PeopleSentence
          people={people.slice(0, TYPING_NAMES_MAX)}
          sentence={(names) => texts.value.membersTyping(names, people.length)}
        />
      )}
    </p>
  );
}

/** The user can still chat, but a closed page loses unsent messages. */
function StorageWarning({ session }: Pick<ConversationProps, "session">) {
  const error = session.snapshot.value.storageError;
  return (
    <div role="status" data-storage={error ? "failing" : "works"}>
      {error !== null && <p class="storage-warning">{texts.value.storage}</p>}
    </div>
  );
}
