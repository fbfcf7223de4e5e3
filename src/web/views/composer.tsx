// Composer: takes the text of a message; Enter sends it, Shift+Enter adds a line.
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "preact/hooks";
import { completionOptionId } from "../completion-id.ts";
import { ComposerState } from "../composer-state.ts";
import { dialog } from "../dialog-state.ts";
import { getDraft, setDraft } from "../drafts.ts";
import { hasKeyboard, isWide } from "../environment.ts";
import { texts } from "../i18n.ts";
import { onDemandParts, whenLoaded } from "../on-demand.ts";
import { notifiedCount } from "../room-notify.ts";
import type { DraftCheck } from "../send-draft.ts";
import { formatCount } from "../unread.ts";
import type { ConversationProps } from "./conversation-view.tsx";
import { Icon } from "./icons.tsx";

/** The remaining characters are shown below this number. */
const COUNT_FROM = 200;

interface ComposerProps extends ConversationProps {
  /** The name of the field, if it is not the one of the conversation. */
  readonly label?: string;
}

export function Composer({ session, conversation, label }: ComposerProps) {
  const t = texts.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const countId = useId();
  const listId = useId();
  const target = conversation.target.value;
  const edited = target?.kind === "edit" ? target.text : null;
  const draft = edited ?? getDraft(conversation);
  const parts = onDemandParts.value;
  const [state] = useState(() => new ComposerState(session, conversation));
  // The code loads after the first view; until then any text may wait to be sent.
  const { remaining, isTooLong, isStopped, isEmpty, maySend } =
    parts?.checkDraft(session, conversation) ?? uncheckedDraft(draft.value);

  const completion = state.completion.value;
  const isActive = completion !== null && completion.active >= 0;
  const complete = () => {
    if (field.current !== null && document.activeElement === field.current)
      onDemandParts.peek()?.updateCompletion(state, field.current);
  };

  // Before the next key press, so that it reaches this field.
  useLayoutEffect(() => focusWithKeyboard(field.current), []);
  useEffect(() => {
    // An open dialog, or a mute, has prevented the focus.
    if (document.activeElement === document.body)
      focusWithKeyboard(field.current);
  }, [isStopped]);
  // A word may stand there before the code of the list does.
  useEffect(complete, [parts]);
  useLayoutEffect(() => growField(field.current), [draft.value]);
  useEffect(() => {
    if (target !== null) field.current?.focus();
  }, [target]);

  const send = () => {
    if (maySend) state.send();
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
      {target !== null && parts !== null && (
        <parts.ComposeTargetNotice {...{ conversation, target }} />
      )}
      {edited === null && parts !== null && (
        <parts.ComposerNotice
          {...{ conversation, state, isTooLong }}
          draft={draft.value}
          focus={() => field.current?.focus()}
        />
      )}
      {parts === null && state.notice.value !== null && (
        <p class="composer-notice" role="alert">
          {state.notice.value.text ?? t.notLoaded}
        </p>
      )}
      {parts !== null && <parts.SpeechNotice conversation={conversation} />}
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
      {parts !== null && (
        <parts.CompletionList {...{ state, field }} id={listId} />
      )}
      <div class="input-row">
        {!isWide.value && conversation.kind !== "thread" && (
          <MenuButton session={session} />
        )}
        <textarea
          ref={field}
          disabled={isStopped}
          readOnly={state.isWaiting.value}
          rows={1}
          dir="auto"
          aria-label={label ?? t.message}
          aria-invalid={isTooLong}
          aria-autocomplete="list"
          aria-controls={completion === null ? undefined : listId}
          aria-activedescendant={
            isActive ? completionOptionId(listId, completion.active) : undefined
          }
          aria-describedby={remaining < COUNT_FROM ? countId : undefined}
          placeholder={
            label ??
            (conversation.kind === "peer"
              ? t.messageTo(conversation.title)
              : t.messageIn(conversation.title))
          }
          value={draft.value}
          onInput={({ currentTarget: { value } }) => {
            if (edited === null) setDraft(conversation, value);
            else edited.value = value;
            state.clearNotice();
            if (edited === null && parts?.isForConversation(value))
              conversation.sendTyping();
            complete();
          }}
          onKeyUp={({ key }) => {
            if (/^(?:Arrow(?:Left|Right)|Home|End)$/.test(key)) complete();
          }}
          onClick={complete}
          onBlur={() => {
            state.completion.value = null;
          }}
          onKeyDown={(event) => {
            const isComposing =
              event.isComposing || event.keyCode === IME_KEY_CODE;
            if (
              !isComposing &&
              parts?.handleCompletionKey(state, event, event.currentTarget)
            )
              return;
            if (event.key === "Escape" && (isComposing || target !== null)) {
              // The list of messages does not jump to its end.
              event.stopPropagation();
              // Esc that ends a composition cancels no edit.
              if (!isComposing) conversation.target.value = null;
            }
            const isArrowUp = event.key === "ArrowUp" && !event.altKey;
            if (isArrowUp && draft.value === "") {
              // The caret stays at the end of the text that comes.
              event.preventDefault();
              if (parts !== null) parts.editLast(conversation);
              else whenLoaded().then((late) => late?.editLast(conversation));
            }
            // Enter that ends a composition sends nothing.
            if (event.key !== "Enter" || isComposing || event.shiftKey) return;
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
          aria-disabled={
            !maySend || isStopped || isEmpty || state.isWaiting.value
          }
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

function uncheckedDraft(text: string): DraftCheck {
  return {
    remaining: Number.POSITIVE_INFINITY,
    isTooLong: false,
    isEmpty: text.trim() === "",
    isStopped: false,
    maySend: true,
  };
}

/**
 * Safari's key code for the Enter that ends a composition of an input method.
 */
const IME_KEY_CODE = 229;

/** Opens the list of conversations on a phone. */
function MenuButton({ session }: Pick<ConversationProps, "session">) {
  const t = texts.value;
  const all = [...session.rooms.value, ...session.peers.value];
  const unread = all.reduce((sum, one) => sum + notifiedCount(one), 0);
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
