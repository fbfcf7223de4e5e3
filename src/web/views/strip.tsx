// The strip that says that one is not connected, and why, and what can be done.
import type { ChatState } from "../../client/index.ts";
import { exit } from "../app-state.ts";
import type { Conversation } from "../conversation.ts";
import { texts } from "../language.ts";
import { hasNetwork } from "../media.ts";
import { explain } from "../wording.ts";

export function Strip({
  conversation,
}: {
  readonly conversation: Conversation;
}) {
  const t = texts.value;
  const { reason } = conversation.line.value;
  const state = stateOf(conversation);
  if (state === "connected") return <div class="strip" role="status" hidden />;
  const isNameLost = ["username_taken", "name_reclaimed"].includes(
    reason?.code ?? "",
  );
  return (
    <div class="strip" role="status" data-strip={state}>
      <p>
        {state === "connecting" && t.connecting}
        {state === "reconnecting" && t.offline}
        {state === "failed" && t.refused} {reason !== null && why(reason)}
      </p>
      {state !== "connecting" && (
        <span class="buttons">
          <button type="button" onClick={() => conversation.reconnect()}>
            {state === "reconnecting" ? t.tryNow : t.tryAgain}
          </button>
          {isNameLost && (
            <button type="button" onClick={exit}>
              {t.anotherName}
            </button>
          )}
        </span>
      )}
    </div>
  );
}

/** A connection without a network is lost, though it has not noticed yet. */
export function stateOf(conversation: Conversation): ChatState {
  const { state } = conversation.line.value;
  return hasNetwork.value || state === "failed" ? state : "reconnecting";
}

/** A lost connection needs no more words; anything else does. */
function why(
  reason: NonNullable<Conversation["line"]["value"]["reason"]>,
): string {
  const { code } = reason;
  if (["connection_lost", "no_answer", "closed"].includes(code)) return "";
  return explain(reason, texts.value);
}
