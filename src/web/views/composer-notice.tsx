// Composer notice: shows the recipient of a private text, asks for it where it is unclear, or says why a text was not sent.
import type { ComposerState, NoticeContent } from "../composer-state.ts";
import { setDraft } from "../drafts.ts";
import type { ToolTexts } from "../locales/tools-en.ts";
import { parseInput, privateRecipient } from "../parse-input.ts";
import { sendHere, sendPrivate } from "../send-draft.ts";
import { toolTexts } from "../tool-texts.ts";
import type { ConversationProps } from "./conversation-view.tsx";
import { Icon } from "./icons.tsx";

interface ComposerNoticeProps extends Pick<ConversationProps, "conversation"> {
  readonly draft: string;
  readonly state: ComposerState;
  /** True if the text is longer than a message may be. */
  readonly isTooLong: boolean;
  /** Moves the focus to the field. */
  readonly focus: () => void;
}

export function ComposerNotice(props: ComposerNoticeProps) {
  const { conversation, draft, state, isTooLong, focus } = props;
  const t = toolTexts.value;
  const { title } = conversation;
  const isPeer = conversation.kind === "peer";
  const hereLabel = isPeer ? t.toOne(title) : t.toEveryoneIn(title);
  const input = parseInput(draft);
  const recipient = privateRecipient(draft);
  const notice = state.notice.value;
  const unlessTooLong = (act: () => void) => () => {
    if (!isTooLong) act();
    focus();
  };
  if (input.kind === "several") {
    const { to, text } = input;
    return (
      <div
        class="composer-notice"
        data-notice="several"
        role={notice === null ? "status" : "alert"}
      >
        {t.askRecipient}
        <span class="buttons">
          {to !== null && (
            <button
              type="button"
              onClick={unlessTooLong(() => sendPrivate(state, to, text))}
            >
              {t.toOne(to)}
            </button>
          )}
          <button
            type="button"
            onClick={unlessTooLong(() => sendHere(state, text))}
          >
            {hereLabel}
          </button>
        </span>
      </div>
    );
  }
  if (notice !== null) {
    const { why, unsentText } = notice;
    const text = why === undefined ? notice.text : explainProblem(why, t);
    return (
      <div class="composer-notice" data-notice="text" role="alert">
        <span>{text}</span>
        {unsentText !== null && (
          <button
            type="button"
            onClick={unlessTooLong(() => sendHere(state, unsentText))}
          >
            {t.sendAnyway(hereLabel)}
          </button>
        )}
      </div>
    );
  }
  if (recipient === null) return null;
  return (
    <p class="composer-notice" data-recipient={recipient} role="status">
      <Icon name="lock" /> {t.recipientHint(recipient)}
      <button
        type="button"
        onClick={unlessTooLong(() => setDraft(conversation, `/say ${draft}`))}
      >
        {isPeer ? t.sendToPeer(title) : t.sendToAll}
      </button>
    </p>
  );
}

function explainProblem(
  why: NonNullable<NoticeContent["why"]>,
  t: ToolTexts,
): string {
  const words: Readonly<Record<typeof why, string>> = {
    several: t.askRecipient,
    prefix: t.unclearStart,
    lookalike: t.unclearStart,
    name: t.unclearName,
    address: t.unclearName,
    noText: t.unclearName,
    secret: t.unclearSecret,
    json: t.unclearJson,
    command: t.noCommand,
    say: t.commandUsage("/say text"),
    msg: t.commandUsage("/msg bob text"),
  };
  return words[why];
}
