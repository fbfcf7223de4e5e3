// Send error: says that a message was not sent, or waits for an absent user, and what the sender may do.
import { useState } from "preact/hooks";
import type { DisplayMessage } from "../display-message.ts";
import { explainError } from "../error-text.ts";
import { texts, timeFormat } from "../i18n.ts";
import { toInputLine } from "../parse-input.ts";
import { restoreDraft } from "../send-draft.ts";
import { toolTexts } from "../tool-texts.ts";
import type { ConversationProps } from "./conversation-view.tsx";
import { Icon } from "./icons.tsx";

interface SendErrorProps extends ConversationProps {
  readonly message: DisplayMessage;
}

/** Says that a message has failed, or waits for its reader. */
export function SendError(props: SendErrorProps) {
  const { state } = props.message;
  return state === "failed" || state === "unknown" ? (
    <Failure {...props} />
  ) : (
    <MailboxNote {...props} />
  );
}

function Failure(props: SendErrorProps) {
  const { session, conversation, message } = props;
  const t = texts.value;
  const tt = toolTexts.value;
  const [isDraftFull, setDraftFull] = useState(false);
  const { id = "", state, error, text } = message;
  const why = error === undefined ? "" : explainError(error, t);
  const to = conversation.kind === "peer" ? undefined : message.to;
  return (
    <div class="send-error">
      <p>
        <Icon name="warning" />{" "}
        {state === "failed" ? `${t.failed}. ${why}` : t.unknown}
      </p>
      {to !== undefined && <p>{tt.privateFailed(to)}</p>}
      {isDraftFull && <p role="alert">{tt.draftFirst}</p>}
      <span class="buttons">
        <button type="button" onClick={() => session.resend(id)}>
          {tt.sendAgain}
        </button>
        <button
          type="button"
          onClick={() => {
            if (restoreDraft(conversation, toInputLine(text, to)))
              session.discard(id);
            else setDraftFull(true);
          }}
        >
          {tt.edit}
        </button>
        <button type="button" onClick={() => session.discard(id)}>
          {tt.discard}
        </button>
      </span>
    </div>
  );
}

/** Shown for a message that waits in the mailbox of an absent user. */
function MailboxNote({ session, conversation, message }: SendErrorProps) {
  const expires = session.waitingUntil.value.get(message.key);
  const newest = conversation.messages.value.findLast(
    ({ state }) => state === "sent",
  );
  if (expires === undefined || newest !== message) return null;
  const tt = toolTexts.value;
  const { title } = conversation;
  return (
    <p class="hint mailbox-note">
      {expires === null
        ? tt.waitsFor(title)
        : tt.waitsUntil(title, timeFormat.value.clock(expires))}
    </p>
  );
}
