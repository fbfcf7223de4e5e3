// The list of what one is in: rooms, and people one writes to, each with what is unread.
import type { ComponentChildren } from "preact";
import { goTo, open, routeOf } from "../app-state.ts";
import type { Conversation } from "../conversation.ts";
import { closeDialog, dialog } from "../dialogs.ts";
import { embedder } from "../embedding.ts";
import { texts } from "../language.ts";
import type { PeerState } from "../peer-state.ts";
import { hashOf } from "../route.ts";
import type { Talk } from "../talk.ts";
import { short } from "../unread.ts";
import { Avatar } from "./avatar.tsx";
import { Boundary } from "./boundary.tsx";
import { Icon } from "./icons.tsx";

export function Conversations({ talk }: { readonly talk: Talk }) {
  const t = texts.value;
  const peers = talk.peers.value;
  const me = talk.rooms.value[0]?.snapshot.value.username ?? talk.name;
  return (
    <div class="conversations">
      <section class="lists">
        <Group title={t.rooms}>
          {talk.rooms.value.map((room) => (
            <Boundary key={room.id}>
              <Link conversation={room} data-room={room.id} />
            </Boundary>
          ))}
        </Group>
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
        <Group title={t.privately}>
          {peers.map((peer) => (
            <Boundary key={peer.id}>
              <Peer peer={peer} />
            </Boundary>
          ))}
        </Group>
        {peers.length === 0 && <p class="hint">{t.noPrivate}</p>}
      </section>
      <footer>
        <button
          type="button"
          class="quiet me"
          onClick={() => {
            dialog.value = { kind: "you" };
          }}
        >
          <Avatar name={me} />
          <span class="unseen">{t.youAre("")}</span>
          <span class="label">
            <bdi>{me}</bdi>
          </span>
        </button>
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

function Group(props: {
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

function Peer({ peer }: { readonly peer: PeerState }) {
  return <Link conversation={peer} data-peer={peer.title} />;
}

interface LinkProps {
  readonly conversation: Conversation;
  readonly "data-room"?: string;
  readonly "data-peer"?: string;
}

function Link({ conversation, ...data }: LinkProps) {
  const t = texts.value;
  const { title } = conversation;
  const { count, mentions } = conversation.unread.value;
  const failed = conversation.failed.value;
  const isPeer = "data-peer" in data;
  const notes = [
    ...(count > 0 ? [t.unread(count)] : []),
    ...(mentions > 0 ? [t.named(mentions)] : []),
    ...(failed > 0 ? [t.unsent(failed)] : []),
  ];
  return (
    <li>
      <a
        {...data}
        class="row"
        href={hashOf(routeOf(conversation))}
        aria-current={open.value === conversation ? "page" : undefined}
        data-unread={count > 0 ? count : undefined}
        data-failed={failed > 0 ? failed : undefined}
        onClick={(event) => {
          closeDialog();
          if (!isPlain(event)) return;
          // Not by the address, which would come after the next key.
          event.preventDefault();
          goTo(conversation);
        }}
      >
        {isPeer ? (
          <Avatar name={title} />
        ) : (
          <span class="hash" aria-hidden="true" />
        )}
        <span class="label" title={title}>
          <bdi>{title}</bdi>
        </span>
        {notes.map((note) => (
          <span class="unseen" key={note}>
            , {note}
          </span>
        ))}
        {failed > 0 && (
          <span class="alarm" title={t.unsent(failed)}>
            <Icon name="warning" />
          </span>
        )}
        {count > 0 && (
          <span
            class={mentions > 0 || isPeer ? "badge loud" : "badge"}
            aria-hidden="true"
          >
            {short(count)}
          </span>
        )}
      </a>
    </li>
  );
}

/** Not a click that asks for another tab or window. */
function isPlain(event: MouseEvent): boolean {
  const { altKey, ctrlKey, metaKey, shiftKey } = event;
  return !(altKey || ctrlKey || metaKey || shiftKey);
}
