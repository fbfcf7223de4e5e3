// Compose target notice: says which message the composer answers or edits, and lets the user cancel that.
import type { ComposeTarget } from "../compose-target.ts";
import type { Conversation } from "../conversation.ts";
import { hasKeyboard } from "../environment.ts";
import { toolTexts } from "../tool-texts.ts";
import { Icon } from "./icons.tsx";
import { usePlainText } from "./use-plain-text.ts";

interface NoticeProps {
  readonly conversation: Conversation;
  readonly target: ComposeTarget;
}

export function ComposeTargetNotice({ conversation, target }: NoticeProps) {
  const t = toolTexts.value;
  const { kind, message } = target;
  const isEdit = kind === "edit";
  const text = usePlainText(message.text);
  return (
    <div class="composer-notice compose-target" data-target={kind}>
      <p role="status">
        <strong>{isEdit ? t.editing : t.replyingTo(message.username)}</strong>{" "}
        <span dir="auto">{isEdit && hasKeyboard ? t.editHint : text}</span>
      </p>
      <button
        type="button"
        class="quiet"
        aria-label={isEdit ? t.cancelEdit : t.cancelReply}
        title={isEdit ? t.cancelEdit : t.cancelReply}
        onClick={() => {
          conversation.target.value = null;
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
