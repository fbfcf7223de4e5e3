// Change error: says why the server refused a change of a message, and keeps the text of an edit.
import { editTarget } from "../compose-target.ts";
import type { Conversation } from "../conversation.ts";
import type { DisplayMessage } from "../display-message.ts";
import { texts } from "../i18n.ts";
import { toInputLine } from "../parse-input.ts";
import { explainRequestError } from "../request-error.ts";
import { restoreDraft } from "../send-draft.ts";
import { toolTexts } from "../tool-texts.ts";
import { Icon } from "./icons.tsx";

export function ChangeError({
  conversation,
  message,
}: {
  readonly conversation: Conversation;
  readonly message: DisplayMessage;
}) {
  const refused = conversation.refusals.value.get(message.key);
  if (refused === undefined) return null;
  const t = texts.value;
  const tt = toolTexts.value;
  const { kind, error, text } = refused;
  const labels = {
    edit: tt.notEdited,
    delete: tt.notDeleted,
    react: tt.notReacted,
    pin: tt.notPinned,
  };
  const dismiss = () => conversation.dismissRefusal(message.key);
  return (
    <div class="send-error" data-refused={kind} role="alert">
      <p>
        <Icon name="warning" /> {labels[kind]}. {explainRequestError(error)}
      </p>
      <span class="buttons">
        {text !== undefined && (
          <button
            type="button"
            onClick={() => {
              dismiss();
              // The text goes into a new message, where the old one is gone.
              if (message.isDeleted)
                restoreDraft(conversation, toInputLine(text));
              else conversation.target.value = editTarget(message, text);
            }}
          >
            {tt.edit}
          </button>
        )}
        <button type="button" onClick={dismiss}>
          {t.close}
        </button>
      </span>
    </div>
  );
}
