// Display events: converts each kind of stored event into a message that the page shows.
import type { ChatMessage } from "../client/index.ts";
import type { DisplayMessage } from "./message-rows.ts";

/** By the kind of the event. */
const DISPLAY: {
  readonly [Type in ChatMessage["type"]]: (
    event: Extract<ChatMessage, { type: Type }>,
  ) => DisplayMessage;
} = {
  message: ({ seq, mine, user, username, text, at, id }) => ({
    key: mine && id !== undefined ? `own ${id}` : `seq ${seq}`,
    state: "sent",
    position: seq,
    ...{ mine, user, username, text, at },
  }),
};

export function displayEvent(event: ChatMessage): DisplayMessage {
  return DISPLAY[event.type](event);
}
