// Where one writes: Enter sends, Shift+Enter begins a line, and nothing typed is lost.
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "preact/hooks";
import { ComposerState } from "../composer-state.ts";
import type { Conversation } from "../conversation.ts";
import { dialog } from "../dialogs.ts";
import { draftOf, keepDraft } from "../drafts.ts";
import { texts } from "../language.ts";
import { isWide } from "../media.ts";
import { readSpeech, type Speech } from "../speech.ts";
import { charactersLeft } from "../text-length.ts";
import { short } from "../unread.ts";
import { ComposerNotice } from "./composer-notice.tsx";
import { Icon } from "./icons.tsx";
import type { Opened } from "./open-conversation.tsx";

/** With so few characters left they are counted. */
const NEAR = 200;

/** Keyboards of phones open at a focus: there one taps first. */
const hasKeys = window.matchMedia("(hover: hover) and (pointer: fine)").matches;

export function Composer({ talk, conversation }: Opened) {
  const t = texts.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const countId = useId();
  const draft = draftOf(conversation);
  const isPrivate = conversation.id.startsWith("@");
  const [state] = useState(() => new ComposerState(talk, conversation));

  const limits = talk.carrier.value?.snapshot.value.limits ?? null;
  const speech = readSpeech(draft.value);
  const left = leftOf(speech, conversation, limits);
  const isOver = left < 0;

  // At once, so that what is typed next is typed here.
  useLayoutEffect(() => focusIfKeys(field.current), []);
  useEffect(() => {
    // Under a dialog that was still open it got no focus.
    if (document.activeElement === document.body) focusIfKeys(field.current);
  }, []);
  useLayoutEffect(() => grow(field.current), [draft.value]);

  const send = () => {
    if (!isOver) state.send();
    field.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <ComposerNotice
        {...{ conversation, state, isOver }}
        draft={draft.value}
        focus={() => field.current?.focus()}
      />
      {left < NEAR && (
        <p class={isOver ? "count over" : "count"} id={countId}>
          {isOver
            ? `${t.charactersOver(-left)}. ${t.tooLarge}`
            : t.charactersLeft(left)}
        </p>
      )}
      {/* Told once, not at each key. */}
      <p class="unseen" role="status">
        {isOver && t.tooLarge}
      </p>
      <div class="line">
        {!isWide.value && <Menu talk={talk} />}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={t.message}
          aria-invalid={isOver}
          aria-describedby={left < NEAR ? countId : undefined}
          placeholder={
            isPrivate
              ? t.messageTo(conversation.title)
              : t.messageIn(conversation.title)
          }
          value={draft.value}
          onInput={({ currentTarget: { value } }) => {
            keepDraft(conversation, value);
            state.edited();
            if (readSpeech(value).kind === "room") conversation.typing();
          }}
          onKeyDown={(event) => {
            // The Enter that ends the composing of a word sends nothing.
            if (event.key !== "Enter" || event.isComposing) return;
            if (event.shiftKey || event.keyCode === IME) return;
            event.preventDefault();
            send();
          }}
          enterkeyhint="send"
        />
        <button
          type="submit"
          class="send"
          aria-label={t.send}
          title={t.send}
          aria-disabled={isOver || speech.kind === "nothing"}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** Characters that a message still takes; endless where none is sent. */
function leftOf(
  speech: Speech,
  { id, title }: Conversation,
  limits: Parameters<typeof charactersLeft>[2],
): number {
  if (!("text" in speech)) return Number.POSITIVE_INFINITY;
  const own = id.startsWith("@") ? title : undefined;
  const to = speech.kind === "private" ? speech.to : own;
  return charactersLeft(speech.text, to, limits);
}

/** Safari's key code for the Enter of an input method, after composing. */
const IME = 229;

/** On a phone the conversations are a thumb's reach away. */
function Menu({ talk }: Pick<Opened, "talk">) {
  const t = texts.value;
  const all = [...talk.rooms.value, ...talk.peers.value];
  const unread = all.reduce((sum, one) => sum + one.unread.value.count, 0);
  return (
    <button
      type="button"
      class="quiet menu"
      aria-label={[
        t.conversations,
        ...(unread > 0 ? [t.unread(unread)] : []),
      ].join(", ")}
      onClick={() => {
        dialog.value = { kind: "conversations" };
      }}
    >
      <Icon name="menu" />
      {unread > 0 && <span class="badge loud">{short(unread)}</span>}
    </button>
  );
}

function focusIfKeys(field: HTMLTextAreaElement | null): void {
  if (hasKeys) field?.focus();
}

const growsItself = CSS.supports("field-sizing", "content");

function grow(field: HTMLTextAreaElement | null): void {
  if (growsItself || field === null) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
