// Search panel: finds messages of a room by their words, beside the conversation or over it.
import { useEffect, useId, useMemo } from "preact/hooks";
import { searchTextMax } from "../../protocol/limits.ts";
import { highlightShown, type SearchedWords } from "../highlight.ts";
import { texts, timeFormat } from "../i18n.ts";
import { showInPlace } from "../past-state.ts";
import { plainText } from "../plain-text.ts";
import { removalOf } from "../removal.ts";
import { explainRequestError } from "../request-error.ts";
import { isLinkParserLoaded } from "../rich-text.ts";
import type { RoomState } from "../room-state.ts";
import { searchedRoom } from "../search-open.ts";
import {
  type FoundMessage,
  type SearchState,
  searchOf,
} from "../search-state.ts";
import { isoTime } from "../time-format.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { Icon } from "./icons.tsx";
import { PersonName } from "./person-name.tsx";

const FIELD = "[data-search-field]";

export function isInSearchField(): boolean {
  return document.activeElement?.matches(FIELD) ?? false;
}

/** Focuses the field of the panel that is open, or is about to be. */
export function focusSearchField(): void {
  const field = document.querySelector<HTMLInputElement>(FIELD);
  field?.focus();
  field?.select();
}

interface PanelProps {
  readonly session: UserSession;
  readonly room: RoomState;
  /** It covers the conversation. */
  readonly isOver: boolean;
}

export function SearchPanel({ session, room, isOver }: PanelProps) {
  const t = toolTexts.value;
  const search = searchOf(room);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    focusSearchField();
    return () => {
      search.stop();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [search]);
  const isRemoved = removalOf(room) !== null;
  useEffect(() => {
    if (isRemoved) close();
  }, [isRemoved]);
  const blocked = room.blocked.value;
  const found = search.found.value.filter(({ user }) => !blocked.has(user));
  const show = ({ seq }: FoundMessage) => {
    if (isOver) close();
    showInPlace(room, seq);
  };
  return (
    <section
      class={isOver ? "thread-panel over" : "thread-panel"}
      aria-label={t.search}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <header class="conversation-header">
        <div class="name">
          <h2>{t.search}</h2>
          <p>
            <bdi>{t.threadIn(room.title)}</bdi>
          </p>
        </div>
        <button
          type="button"
          class="quiet"
          aria-label={t.closeSearch}
          title={t.closeSearch}
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      <form
        class="search-form"
        onSubmit={(event) => {
          event.preventDefault();
          search.start();
        }}
      >
        <label for={id}>{t.searchField}</label>
        <span>
          <input
            id={id}
            type="search"
            data-search-field
            maxLength={searchTextMax}
            enterkeyhint="search"
            autocomplete="off"
            value={search.text.value}
            onInput={({ currentTarget }) => {
              search.text.value = currentTarget.value;
            }}
          />
          <button type="submit">{t.search}</button>
        </span>
      </form>
      <div class="search-results">
        <ul>
          {found.map((message) => (
            <li key={message.seq}>
              <button
                type="button"
                class="quiet"
                data-found={message.seq}
                onClick={() => show(message)}
              >
                <span class="search-head">
                  <span class="author">
                    <PersonName
                      name={message.username}
                      person={session.people.of(message.user)}
                    />
                  </span>
                  <time
                    dateTime={isoTime(message.at)}
                    title={timeFormat.value.full(message.at)}
                  >
                    {timeFormat.value.day(message.at, Date.now())}{" "}
                    {timeFormat.value.clock(message.at)}
                  </time>
                </span>
                <span class="search-text" dir="auto">
                  <FoundText text={message.text} searched={search.searched} />
                </span>
              </button>
            </li>
          ))}
        </ul>
        <SearchEnd search={search} count={found.length} />
      </div>
    </section>
  );
}

interface TextProps {
  readonly text: string;
  readonly searched: SearchedWords;
}

/** The text as the conversation shows it, with the words marked. */
function FoundText({ text: written, searched }: TextProps) {
  const isLoaded = isLinkParserLoaded();
  const parts = useMemo(
    () => highlightShown(plainText(written), written, searched),
    [written, searched, isLoaded],
  );
  return (
    <>
      {parts.map(({ text, isHit }, index) => {
        const key = `${index} ${text}`;
        return isHit ? <mark key={key}>{text}</mark> : text;
      })}
    </>
  );
}

function close(): void {
  searchedRoom.value = null;
}

interface EndProps {
  readonly search: SearchState;
  readonly count: number;
}

/** Says below the messages how far the search is. */
function SearchEnd({ search, count }: EndProps) {
  const t = toolTexts.value;
  const status = search.status.value;
  return (
    <>
      <p class="search-status" role="status">
        {status === "searching" && t.searchingOlder}
        {status === "short" && t.searchShort}
        {status === "done" && (count === 0 ? t.nothingFound : t.nothingMore)}
        {status === "stopped" && t.foundSoFar(count)}
      </p>
      {status === "idle" && <p class="hint">{t.searchHint}</p>}
      {status === "failed" && (
        <p class="search-status" role="alert">
          {search.error.value === null
            ? texts.value.notLoaded
            : explainRequestError(search.error.value)}
        </p>
      )}
      {status === "searching" && (
        <p class="search-status">
          <progress
            value={search.progress.value}
            aria-label={t.searchingOlder}
          />
          <button type="button" onClick={() => search.stop()}>
            {t.stopSearch}
          </button>
        </p>
      )}
      {(status === "stopped" || status === "failed") && (
        <p class="search-status">
          <button type="button" onClick={() => search.searchOn()}>
            {status === "failed" ? texts.value.tryAgain : t.olderMessages}
          </button>
        </p>
      )}
    </>
  );
}
