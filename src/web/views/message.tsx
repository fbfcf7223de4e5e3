// One message: who, what, when, and what has become of it.

import { useState } from "preact/hooks";
import { isVisible } from "../../protocol/visible-text.ts";
import { dialog } from "../dialogs.ts";
import { draftTo } from "../drafts.ts";
import { texts, times } from "../language.ts";
import { linkText } from "../link-text.ts";
import { isMentioned } from "../mentions.ts";
import { partsOf } from "../parts.ts";
import type { Row, Shown } from "../rows.ts";
import { lineOf } from "../speech.ts";
import { isOnlyEmoji } from "../spelling.ts";
import { isoTime } from "../times.ts";
import { explain } from "../wording.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import type { Opened } from "./open-conversation.tsx";
import { stateOf } from "./strip.tsx";

interface MessageProps extends Opened {
  readonly row: Extract<Row, { kind: "message" }>;
}

export function Message({ row, talk, conversation }: MessageProps) {
  const { message, isHead } = row;
  const { mine, state, user, username, text, place } = message;
  const isPrivate = conversation.id.startsWith("@");
  const calls = !mine && !isPrivate && isMentioned(talk.name, text);
  const isBig = isOnlyEmoji(text);
  const t = texts.value;
  const isSeen = isVisible(text);
  const empty = t.nothingVisible;
  const names = [mine ? "mine" : "theirs", isHead && "first", calls && "calls"];
  return (
    <article
      class={["message", ...names].filter(Boolean).join(" ")}
      data-message
      data-state={state}
      data-seq={!isPrivate && state === "sent" ? place : undefined}
      data-mine={mine ? "" : undefined}
      data-mention={calls ? "" : undefined}
      aria-label={t.said(mine ? t.youSaid : username, isSeen ? text : empty)}
    >
      {!mine && isHead && <Avatar name={username} />}
      {!mine && isHead && (
        <header>
          <Author {...{ name: username, user }} isPlain={isPrivate} />
        </header>
      )}
      <div class={isBig ? "bubble big" : "bubble"}>
        <p data-text dir="auto">
          {isSeen ? (
            <Text text={text} me={calls ? talk.name : ""} />
          ) : (
            <em class="nothing">{empty}</em>
          )}
        </p>
        <Meta
          message={message}
          isLive={stateOf(conversation) === "connected"}
        />
      </div>
      <Waits {...{ talk, conversation, message }} />
      {(state === "failed" || state === "unknown") && (
        <Trouble {...{ message, talk, conversation }} />
      )}
    </article>
  );
}

interface AuthorProps {
  readonly name: string;
  readonly user: string;
  readonly isPlain: boolean;
}

function Author({ name, user, isPlain }: AuthorProps) {
  if (isPlain) return <bdi class="author">{name}</bdi>;
  return (
    <button
      type="button"
      class="author"
      onClick={() => {
        dialog.value = { kind: "person", name, user };
      }}
    >
      <bdi>{name}</bdi>
    </button>
  );
}

/** What people write becomes text and links, never markup. */
function Text({ text, me }: { readonly text: string; readonly me: string }) {
  return (
    <>
      {partsOf(text, me).map((part, index) => {
        const key = `${index} ${part.text}`;
        switch (part.kind) {
          case "plain":
            return part.text;
          case "mention":
            return <mark key={key}>{part.text}</mark>;
          case "link":
            return (
              <a
                key={key}
                href={part.href}
                target="_blank"
                rel="noopener noreferrer nofollow ugc"
              >
                {linkText(part.text, part.href)}
              </a>
            );
          default:
            return part satisfies never;
        }
      })}
    </>
  );
}

function Meta(props: { readonly message: Shown; readonly isLive: boolean }) {
  const { message, isLive } = props;
  const { at, state, mine } = message;
  const t = texts.value;
  const isWaiting = state === "pending";
  return (
    <footer>
      <time dateTime={isoTime(at)} title={times.value.full(at)}>
        {times.value.clock(at)}
      </time>
      {mine && state === "sent" && (
        <span class="tick" role="img" aria-label={t.sent} title={t.sent}>
          <Icon name="check" />
        </span>
      )}
      {isWaiting && (
        <span class="tick">
          <Icon name="clock" />
          {isLive ? t.pending : t.waiting}
        </span>
      )}
    </footer>
  );
}

function Trouble(props: Opened & { readonly message: Shown }) {
  const { talk, conversation, message } = props;
  const t = texts.value;
  const [isFull, setFull] = useState(false);
  const { id = "", state, error, text } = message;
  const why = error === undefined ? "" : explain(error, t);
  const to = conversation.id.startsWith("@") ? undefined : message.to;
  return (
    <div class="trouble">
      <p>
        <Icon name="warning" />{" "}
        {state === "failed" ? `${t.failed}. ${why}` : t.unknown}
      </p>
      {to !== undefined && <p>{t.onlyFor(to)}</p>}
      {isFull && <p role="alert">{t.draftFirst}</p>}
      <span class="buttons">
        <button type="button" onClick={() => talk.resend(id)}>
          {t.sendAgain}
        </button>
        <button
          type="button"
          onClick={() => {
            if (draftTo(conversation, lineOf(text, to))) talk.discard(id);
            else setFull(true);
          }}
        >
          {t.edit}
        </button>
        <button type="button" onClick={() => talk.discard(id)}>
          {t.discard}
        </button>
      </span>
    </div>
  );
}

/** It is in their mail, and they are away. */
function Waits({
  talk,
  conversation,
  message,
}: Opened & { readonly message: Shown }) {
  const expires = talk.waiting.value.get(message.key);
  const newest = conversation.messages.value.findLast(
    ({ state }) => state === "sent",
  );
  if (expires === undefined || newest !== message) return null;
  const t = texts.value;
  const { title } = conversation;
  return (
    <p class="hint waits">
      {expires === null
        ? t.waitsFor(title)
        : t.waitsUntil(title, times.value.clock(expires))}
    </p>
  );
}
