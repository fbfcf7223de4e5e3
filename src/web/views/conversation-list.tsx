// Conversation list: shows rooms and private conversations with their unread counts.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import {
  currentConversation,
  routeOf,
  showConversation,
} from "../app-state.ts";
import type { Conversation } from "../conversation.ts";
import { closeDialog, dialog } from "../dialog-state.ts";
import { embedder } from "../embedder.ts";
import { texts } from "../i18n.ts";
import { onDemandParts } from "../on-demand.ts";
import type { PeerState } from "../peer-state.ts";
import type { Person } from "../people.ts";
import { roomNotify } from "../room-notify.ts";
import { routeHash } from "../route.ts";
import { formatCount } from "../unread.ts";
import type { UserSession } from "../user-session.ts";
import { Avatar } from "./avatar.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Icon } from "./icons.tsx";
import { PersonName } from "./person-name.tsx";

export function ConversationList({
  session,
}: {
  readonly session: UserSession;
}) {
  const t = texts.value;
  const parts = onDemandParts.value;
  // In the order of what waits, as soon as that is known.
  const order = parts?.listOrder(session) ?? session;
  const peers = order.peers.value;
  const list = useRef<HTMLDivElement>(null);
  const me = session.snapshot.value.username;
  return (
    <div class="conversation-list" ref={list}>
      {parts && <parts.ListWatcher {...{ session, list }} />}
      <section class="lists">
        {parts && <parts.MarkAllRead session={session} />}
        <ConversationGroup title={t.rooms}>
          {order.rooms.value.map((row) =>
            "kind" in row ? (
              <ErrorBoundary key={row.id}>
                <ConversationLink
                  conversation={row}
                  mark={parts && <parts.NotifyMark room={row} />}
                  isMuted={roomNotify(row.me, row.id) === "none"}
                  data-room={row.id}
                />
              </ErrorBoundary>
            ) : (
              parts && (
                <parts.WaitingRow
                  key={`waiting ${row.room}`}
                  {...{ session, waiting: row }}
                />
              )
            ),
          )}
        </ConversationGroup>
        {embedder === "" && (
          <button
            type="button"
            class="quiet row"
            onClick={() => {
              dialog.value = { kind: "join" };
            }}
          >
            <Icon name="plus" />
            {t.joinAnother}
          </button>
        )}
        <ConversationGroup title={t.privateHeading}>
          {peers.map((peer) => (
            <ErrorBoundary key={peer.id}>
              <PeerLink peer={peer} />
            </ErrorBoundary>
          ))}
        </ConversationGroup>
        {peers.length === 0 && <p class="hint">{t.noPeers}</p>}
      </section>
      <footer>
        <button
          type="button"
          class="quiet account-button"
          onClick={() => {
            dialog.value = { kind: "account" };
          }}
        >
          <Avatar name={me} />
          <span class="visually-hidden">{t.accountButton("")}</span>
          <span class="label">
            <bdi>{me}</bdi>
          </span>
        </button>
        {parts && <parts.SwitcherButton />}
        <button
          type="button"
          class="quiet"
          aria-label={t.settings}
          title={t.settings}
          onClick={() => {
            dialog.value = { kind: "settings" };
          }}
        >
          <Icon name="settings" />
        </button>
      </footer>
    </div>
  );
}

function ConversationGroup(props: {
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <>
      <h2>{props.title}</h2>
      <ul aria-label={props.title}>{props.children}</ul>
    </>
  );
}

function PeerLink({ peer }: { readonly peer: PeerState }) {
  return (
    <ConversationLink
      conversation={peer}
      person={peer.person}
      data-peer={peer.title}
    />
  );
}

interface ConversationLinkProps {
  readonly conversation: Conversation;
  /** The other side of a private conversation. */
  readonly person?: Person;
  /** Shows the user's choice of notifications. */
  readonly mark?: ComponentChildren;
  readonly isMuted?: boolean;
  readonly "data-room"?: string;
  readonly "data-peer"?: string;
}

function ConversationLink({
  conversation,
  person,
  mark,
  isMuted = false,
  ...data
}: ConversationLinkProps) {
  const t = texts.value;
  const { title } = conversation;
  const { count, mentions } = conversation.unread.value;
  const failed = conversation.failedCount.value;
  const notes = [
    ...(count > 0 ? [t.unread(count)] : []),
    ...(mentions > 0 ? [t.mentions(mentions)] : []),
    ...(failed > 0 ? [t.unsent(failed)] : []),
  ];
  return (
    <li>
      <a
        {...data}
        class="row"
        href={routeHash(routeOf(conversation))}
        aria-current={
          currentConversation.value === conversation ? "page" : undefined
        }
        data-unread={count > 0 ? count : undefined}
        data-muted={isMuted ? "" : undefined}
        data-failed={failed > 0 ? failed : undefined}
        onClick={(event) => {
          closeDialog();
          if (!isPlainClick(event)) return;
          // Not through the URL, which changes after the next key press.
          event.preventDefault();
          showConversation(conversation);
        }}
      >
        {person ? (
          <Avatar name={title} person={person} />
        ) : (
          <span class="hash" aria-hidden="true" />
        )}
        <span class="label" title={title}>
          {person ? (
            <PersonName name={title} person={person} />
          ) : (
            <bdi>{title}</bdi>
          )}
        </span>
        {notes.map((note) => (
          <span class="visually-hidden" key={note}>
            , {note}
          </span>
        ))}
        {mark}
        {failed > 0 && (
          <span class="warning-icon" title={t.unsent(failed)}>
            <Icon name="warning" />
          </span>
        )}
        {count > 0 && (
          <span
            class={
              (mentions > 0 && !isMuted) || person ? "badge important" : "badge"
            }
            aria-hidden="true"
          >
            {formatCount(count)}
          </span>
        )}
      </a>
    </li>
  );
}

/** Returns false for a click that opens another tab or window. */
function isPlainClick(event: MouseEvent): boolean {
  const { altKey, ctrlKey, metaKey, shiftKey } = event;
  return !(altKey || ctrlKey || metaKey || shiftKey);
}
