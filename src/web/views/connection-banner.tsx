// Connection banner: says that the page is not connected, why, and how to reconnect.
import type { ChatState } from "../../client/index.ts";
import { signOut } from "../app-state.ts";
import type { Conversation } from "../conversation.ts";
import { hasNetwork } from "../environment.ts";
import { explainError } from "../error-text.ts";
import { texts } from "../i18n.ts";

export function ConnectionBanner({
  conversation,
}: {
  readonly conversation: Conversation;
}) {
  const t = texts.value;
  const { reason } = conversation.connection.value;
  const state = connectionState(conversation);
  if (state === "connected")
    return <div class="connection-banner" role="status" hidden />;
  const isNameLost = ["username_taken", "name_reclaimed"].includes(
    reason?.code ?? "",
  );
  return (
    <div class="connection-banner" role="status" data-connection={state}>
      <p>
        {state === "connecting" && t.connecting}
        {state === "reconnecting" && (
          <>
            {t.offline}
            {/* A phone has no room for it, but it is read out. */}
            <span class="detail"> {t.offlineDetail}</span>
          </>
        )}
        {state === "failed" && t.notConnected}{" "}
        {reason !== null && reasonText(reason)}
      </p>
      {state !== "connecting" && (
        <span class="buttons">
          <button type="button" onClick={() => conversation.reconnect()}>
            {state === "reconnecting" ? t.tryNow : t.tryAgain}
          </button>
          {isNameLost && (
            <button type="button" onClick={signOut}>
              {t.anotherName}
            </button>
          )}
        </span>
      )}
    </div>
  );
}

/** Without a network the connection is lost, even if it has not noticed yet. */
export function connectionState(conversation: Conversation): ChatState {
  const { state } = conversation.connection.value;
  return hasNetwork.value || state === "failed" ? state : "reconnecting";
}

/** A lost connection needs no explanation; other errors do. */
function reasonText(
  reason: NonNullable<Conversation["connection"]["value"]["reason"]>,
): string {
  const { code } = reason;
  if (["connection_lost", "no_answer", "closed"].includes(code)) return "";
  return explainError(reason, texts.value);
}
