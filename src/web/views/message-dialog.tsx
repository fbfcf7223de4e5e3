// Message dialog: shows the menu of a message, the emoji to react with, or the question before it is deleted.
import { useState } from "preact/hooks";
import {
  closeDialog,
  dialog,
  type MessageDialogState,
} from "../dialog-state.ts";
import { QUICK_EMOJI } from "../emoji-search.ts";
import type { MessageAction } from "../message-actions.ts";
import {
  actionsFor,
  deleteMessage,
  react,
  runAction,
} from "../message-tools.ts";
import { toolTexts } from "../tool-texts.ts";
import { ACTION_ICONS, actionLabel } from "./action-label.ts";
import { DialogFrame } from "./dialog-frame.tsx";
import { EmojiPicker } from "./emoji-picker.tsx";
import { IconPath } from "./icons.tsx";
import { Preview } from "./preview.tsx";
import { ReportQuestion } from "./report-question.tsx";

export function MessageDialog(props: MessageDialogState) {
  const t = toolTexts.value;
  const { kind, conversation, anchor } = props;
  // The message as it is now.
  const message =
    conversation.messages.value.find(({ key }) => key === props.message.key) ??
    props.message;
  const current = { ...props, message };
  const pick = (emoji: string) => {
    closeDialog();
    react(conversation, message, emoji);
  };
  switch (kind) {
    case "message":
      return (
        <DialogFrame title={t.actionsOf(message.username)} anchor={anchor}>
          <MessageMenu {...current} onPick={pick} />
        </DialogFrame>
      );
    case "react":
      return (
        <DialogFrame title={t.react} anchor={anchor}>
          <EmojiPicker onPick={pick} />
        </DialogFrame>
      );
    case "report":
      return (
        <DialogFrame title={t.reportConfirm} anchor={anchor}>
          <ReportQuestion {...current} />
        </DialogFrame>
      );
    case "delete":
      return (
        <DialogFrame title={t.deleteConfirm} anchor={anchor}>
          <DeleteQuestion {...current} />
        </DialogFrame>
      );
    default:
      return kind satisfies never;
  }
}

/** The user sees that a text was copied for this time. */
const COPIED_MS = 700;

function MessageMenu({
  conversation,
  message,
  anchor,
  onPick,
}: MessageDialogState & { readonly onPick: (emoji: string) => void }) {
  const t = toolTexts.value;
  const [done, setDone] = useState<{
    readonly action: MessageAction;
    readonly isDone: boolean;
  } | null>(null);
  const actions = actionsFor(conversation, message);
  const run = async (action: MessageAction) => {
    const isCopy = action === "copy" || action === "link";
    if (!isCopy) closeDialog();
    const isDone = await runAction(action, conversation, message, anchor);
    if (!isCopy) return;
    setDone({ action, isDone });
    if (isDone) setTimeout(() => closeIfMenu(message.key), COPIED_MS);
  };
  const own = message.reactions?.filter(({ mine }) => mine) ?? [];
  return (
    <>
      <Preview text={message.text} />
      {actions.includes("react") && (
        <div class="quick-emoji">
          {QUICK_EMOJI.map((emoji) => (
            <button
              type="button"
              key={emoji}
              aria-label={t.reactWith(emoji)}
              aria-pressed={own.some((one) => one.emoji === emoji)}
              onClick={() => onPick(emoji)}
            >
              {emoji}
            </button>
          ))}
        </div>
      )}
      <ul class="message-menu">
        {actions.map((action) => (
          <li key={action}>
            <button
              type="button"
              class={action === "delete" ? "quiet danger" : "quiet"}
              onClick={() => run(action)}
            >
              <IconPath path={ACTION_ICONS[action]} />
              {done?.action === action
                ? done.isDone
                  ? t.copied
                  : t.notCopied
                : actionLabel(action, message)}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The user may have opened another one meanwhile. */
function closeIfMenu(key: string): void {
  const now = dialog.peek();
  if (now?.kind === "message" && now.message.key === key) closeDialog();
}

function DeleteQuestion({ conversation, message }: MessageDialogState) {
  const t = toolTexts.value;
  return (
    <div class="form">
      <Preview text={message.text} />
      <p class="hint">{t.deleteHint}</p>
      <span class="buttons">
        <button
          type="button"
          class="danger"
          data-first
          onClick={() => {
            closeDialog();
            deleteMessage(conversation, message);
          }}
        >
          {t.delete}
        </button>
        <button type="button" onClick={closeDialog}>
          {t.cancel}
        </button>
      </span>
    </div>
  );
}
