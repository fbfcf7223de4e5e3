// Composer: takes the text of a message; Enter sends it, Shift+Enter adds a line.
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "preact/hooks";
import { ComposerState } from "../composer-state.ts";
import type { Conversation } from "../conversation.ts";
import { dialog } from "../dialog-state.ts";
import { getDraft, setDraft } from "../drafts.ts";
import { isWide } from "../environment.ts";
import { texts } from "../i18n.ts";
import { type ParsedInput, parseInput } from "../parse-input.ts";
import { charactersLeft } from "../text-length.ts";
import { formatCount } from "../unread.ts";
import { ComposerNotice } from "./composer-notice.tsx";
import type { ConversationProps } from "./conversation-view.tsx";
import { Icon } from "./icons.tsx";

/** The remaining characters are shown below this number. */
const COUNT_FROM = 200;

/** On a phone a focus would open the keyboard: there the user taps first. */
const hasKeyboard = window.matchMedia(
  "(hover: hover) and (pointer: fine)",
).matches;

export function Composer({ session, conversation }: ConversationProps) {
  const t = texts.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const countId = useId();
  const draft = getDraft(conversation);
  const isPrivate = conversation.id.startsWith("@");
  const [state] = useState(() => new ComposerState(session, conversation));

  const limits = session.snapshot.value.limits;
  const input = parseInput(draft.value);
  const remaining = remainingCharacters(input, conversation, limits);
  const isTooLong = remaining < 0;

  // Before the next key press, so that it reaches this field.
  useLayoutEffect(() => focusWithKeyboard(field.current), []);
  useEffect(() => {
    // An open dialog has prevented the focus.
    if (document.activeElement === document.body)
      focusWithKeyboard(field.current);
  }, []);
  useLayoutEffect(() => growField(field.current), [draft.value]);

  const send = () => {
    if (!isTooLong) state.send();
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
        {...{ conversation, state, isTooLong }}
        draft={draft.value}
        focus={() => field.current?.focus()}
      />
      {remaining < COUNT_FROM && (
        <p
          class={isTooLong ? "character-count too-long" : "character-count"}
          id={countId}
        >
          {isTooLong
            ? `${t.charactersOver(-remaining)}. ${t.tooLarge}`
            : t.charactersLeft(remaining)}
        </p>
      )}
      {/* Announced once, not at each key. */}
      <p class="visually-hidden" role="status">
        {isTooLong && t.tooLarge}
      </p>
      <div class="input-row">
        {!isWide.value && <MenuButton session={session} />}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={t.message}
          aria-invalid={isTooLong}
          aria-describedby={remaining < COUNT_FROM ? countId : undefined}
          placeholder={
            isPrivate
              ? t.messageTo(conversation.title)
              : t.messageIn(conversation.title)
          }
          value={draft.value}
          onInput={({ currentTarget: { value } }) => {
            setDraft(conversation, value);
            state.clearNotice();
            if (parseInput(value).kind === "message") conversation.sendTyping();
          }}
          onKeyDown={(event) => {
            // Enter that ends a composition sends nothing.
            if (event.key !== "Enter" || event.isComposing) return;
            if (event.shiftKey || event.keyCode === IME_KEY_CODE) return;
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
          aria-disabled={isTooLong || input.kind === "empty"}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** The characters that the message still takes; infinity for a command. */
function remainingCharacters(
  input: ParsedInput,
  { id, title }: Conversation,
  limits: Parameters<typeof charactersLeft>[2],
): number {
  if (!("text" in input)) return Number.POSITIVE_INFINITY;
  const own = id.startsWith("@") ? title : undefined;
  const to = input.kind === "private" ? input.to : own;
  return charactersLeft(input.text, to, limits);
}

/**
 * Safari's key code for the Enter that ends a composition of an input method.
 */
const IME_KEY_CODE = 229;

/** Opens the list of conversations on a phone. */
function MenuButton({ session }: Pick<ConversationProps, "session">) {
  const t = texts.value;
  const all = [...session.rooms.value, ...session.peers.value];
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
      {unread > 0 && <span class="badge important">{formatCount(unread)}</span>}
    </button>
  );
}

function focusWithKeyboard(field: HTMLTextAreaElement | null): void {
  if (hasKeyboard) field?.focus();
}

const supportsFieldSizing = CSS.supports("field-sizing", "content");

function growField(field: HTMLTextAreaElement | null): void {
  if (supportsFieldSizing || field === null) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
