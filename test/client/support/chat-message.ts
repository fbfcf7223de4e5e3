// Chat message: makes a message as an app gets it, for the tests of views.
import type { ChatMessage } from "../../../src/client/events.ts";
import {
  messageActions,
  shownMessage,
} from "../../../src/client/shown-message.ts";
import type { RoomMessage } from "../../../src/protocol/server-frames.ts";

const noRoom = () => {
  throw new Error("This message has no room.");
};

/** A message of bob, with these fields. */
export function chatMessage(
  fields: Partial<RoomMessage> = {},
  { mine = false, isReplay = false } = {},
): ChatMessage {
  const message: RoomMessage = {
    ...{ type: "message", seq: 1, room: "lobby", text: "hello", at: 1 },
    ...{ user: "bob-public-id---", username: "bob", ...fields },
  };
  const actions = messageActions({ change: noRoom, send: noRoom }, "e1");
  return shownMessage(message, { mine, isReplay }, actions, message.seq);
}
