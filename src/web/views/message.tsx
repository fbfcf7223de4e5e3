// Message: shows the author, text, time and delivery state of one message.

import { useComputed } from "@preact/signals";
import { isVisible } from "../../protocol/visible-text.ts";
import { activeMessage } from "../active-message.ts";
import { openThread } from "../app-state.ts";
import { dialog } from "../dialog-state.ts";
import type { DisplayMessage } from "../display-message.ts";
import { isOnlyEmoji } from "../emoji.ts";
import { texts, timeFormat } from "../i18n.ts";
import { callsUser } from "../mentions.ts";
import type { ListRow } from "../message-rows.ts";
import { onDemandParts } from "../on-demand.ts";
import type { Person } from "../people.ts";
import { isoTime } from "../time-format.ts";
import { Avatar } from "./avatar.tsx";
import { connectionState } from "./connection-banner.tsx";
import type { ConversationProps } from "./conversation-view.tsx";
import { Icon } from "./icons.tsx";
import { Quote, Reactions, ThreadLink } from "./message-marks.tsx";
import { PersonName, personWords } from "./person-name.tsx";
import { RichText } from "./rich-text.tsx";

interface MessageProps extends ConversationProps {
  readonly row: Extract<ListRow, { kind: "message" }>;
}

export function Message({ row, session, conversation }: MessageProps) {
  const { message, showsAuthor } = row;
  const { mine, state, user, username, text, seq, key } = message;
  const isPrivate = conversation.kind === "peer";
  const mentionsMe =
    !mine &&
    !isPrivate &&
    callsUser(message, session.name, session.snapshot.value.user);
  const isOnlyEmojiText = isOnlyEmoji(text);
  const t = texts.value;
  const person = session.people.of(user);
  const placeholder = message.isDeleted ? t.deletedMessage : t.nothingVisible;
  const hasVisibleText = isVisible(text) && !message.isDeleted;
  const parts = onDemandParts.value;
  const activeKey = `${conversation.id} ${key}`;
  const isActive = useComputed(() => activeMessage.value === activeKey).value;
  const { changes, quoted, replies, reactions = [] } = message;
  const classes = [
    mine ? "mine" : "theirs",
    showsAuthor && "with-author",
    mentionsMe && "mentions-me",
  ];
  return (
    <article
      class={["message", ...classes].filter(Boolean).join(" ")}
      data-message
      data-state={state}
      data-seq={seq}
      data-key={key}
      data-change={message.pendingChange}
      data-deleted={message.isDeleted && ""}
      data-mine={mine ? "" : undefined}
      data-mention={mentionsMe ? "" : undefined}
      tabIndex={-1}
      aria-label={t.messageLabel(
        mine ? t.ownAuthor : personWords({ name: username, person }),
        hasVisibleText ? text : placeholder,
      )}
    >
      {!mine && showsAuthor && <Avatar name={username} person={person} />}
      {!mine && showsAuthor && (
        <header>
          <Author {...{ name: username, user, person }} isPlain={isPrivate} />
        </header>
      )}
      <div class={isOnlyEmojiText ? "bubble emoji-only" : "bubble"}>
        {quoted !== undefined && (
          <Quote
            quote={quoted}
            blocked={conversation.blocked.value}
            onOpen={(target) => conversation.jumpTo(target)}
          />
        )}
        <div data-text dir="auto">
          {hasVisibleText ? (
            <RichText text={text} me={mentionsMe ? session.name : ""} />
          ) : (
            <em class="invisible-text">{placeholder}</em>
          )}
        </div>
        <MessageMeta
          message={message}
          isConnected={connectionState(conversation) === "connected"}
        />
      </div>
      <Reactions
        reactions={reactions}
        isReadOnly={
          changes === undefined || conversation.rights.value.isSilenced
        }
        onToggle={({ emoji, mine }) => {
          if (changes !== undefined)
            conversation.followChange(
              key,
              "react",
              changes.react(emoji, !mine),
            );
        }}
      />
      {conversation.kind === "room" && (
        <ThreadLink
          message={message}
          onOpen={(root) => openThread(conversation.id, root)}
        >
          {parts && replies !== undefined && seq !== undefined && (
            <parts.ThreadSummary
              {...{ session, conversation }}
              root={seq}
              last={replies.last}
            />
          )}
        </ThreadLink>
      )}
      {conversation.kind === "thread" && replies !== undefined && (
        <p class="hint">{t.replies(replies.count)}</p>
      )}
      {parts !== null && (
        <>
          <parts.SendError {...{ message, session, conversation }} />
          <parts.ChangeError {...{ message, conversation }} />
          <parts.SeenMark {...{ message, session, conversation }} />
        </>
      )}
      {isActive && parts !== null && (
        <parts.MessageToolbar {...{ message, conversation }} />
      )}
    </article>
  );
}

interface AuthorProps {
  readonly name: string;
  readonly user: string;
  readonly person: Person;
  readonly isPlain: boolean;
}

function Author({ name, user, person, isPlain }: AuthorProps) {
  const shown = <PersonName name={name} person={person} />;
  if (isPlain) return <span class="author">{shown}</span>;
  return (
    <button
      type="button"
      class="author"
      onClick={() => {
        dialog.value = { kind: "user", name, user };
      }}
    >
      {shown}
    </button>
  );
}

function MessageMeta(props: {
  readonly message: DisplayMessage;
  readonly isConnected: boolean;
}) {
  const { message, isConnected } = props;
  const { at, state, mine, edited, isPinned, pendingChange } = message;
  const t = texts.value;
  const isPending = state === "pending";
  return (
    <footer>
      {isPinned && (
        <span role="img" aria-label={t.pinned} title={t.pinned}>
          <Icon name="pin" />
        </span>
      )}
      {edited !== undefined && (
        <span data-edited title={timeFormat.value.full(edited)}>
          {t.edited}
        </span>
      )}
      <time dateTime={isoTime(at)} title={timeFormat.value.full(at)}>
        {timeFormat.value.clock(at)}
      </time>
      {mine && state === "sent" && !pendingChange && !message.isDeleted && (
        <span
          class="delivery-state"
          role="img"
          aria-label={t.sent}
          title={t.sent}
        >
          <Icon name="check" />
        </span>
      )}
      {(isPending || pendingChange !== undefined) && (
        <span class="delivery-state">
          <Icon name="clock" />
          {isConnected ? pendingText(pendingChange) : t.waiting}
        </span>
      )}
    </footer>
  );
}

function pendingText(change: DisplayMessage["pendingChange"]): string {
  const t = texts.value;
  if (change === undefined) return t.pending;
  return change === "edit" ? t.saving : t.deleting;
}
