// Message commands: run lines such as /edit text or /react #12 👍 in the page.
import type { ChatError } from "../client/index.ts";
import { readTarget, splitWords } from "../protocol/line-grammar.ts";
import type { Conversation, RefusedChange } from "./conversation.ts";
import { displayEvent } from "./display-events.ts";
import type { DisplayMessage } from "./display-message.ts";
import { lastEditable } from "./message-actions.ts";
import { cleanText } from "./parse-input.ts";
import { RoomState } from "./room-state.ts";
import { ThreadState } from "./thread-state.ts";

/** The lines for `/help`. `#12` names a message by its number. */
export const MESSAGE_COMMAND_FORMS = [
  "/edit text",
  "/delete",
  "/react 👍",
  "/reply text",
  "/thread #12 text",
  "/pin #12",
  "/unpin #12",
  "/topic text",
] as const;

/** How the command ends: done, its form is wrong, or it names no message. */
export type MessageCommandEnd = "done" | "usage" | "gone" | "unsupported";

/** @returns true for the word of a message command */
export function isMessageCommand(word: string): boolean {
  return MESSAGE_COMMAND_FORMS.some((form) => formWord(form) === word);
}

export function formWord(form: string): string {
  return form.split(" ")[0]?.slice(1) ?? "";
}

/**
 * Without a number, a command is about the newest message: `edit` and `delete`
 * about the newest of the user.
 *
 * @returns how it ends. Rejects with a `ChatError` if the server refuses it
 */
export async function runMessageCommand(
  word: string,
  rest: string,
  conversation: Conversation,
): Promise<MessageCommandEnd> {
  const room = roomOf(conversation);
  const { editSeconds } = conversation.rights.peek();
  if (room === null || editSeconds === undefined) return "unsupported";
  if (word === "topic") {
    await room.room.setTopic(rest.trim());
    return "done";
  }
  const { of: seq, text: typed, isUnclear } = readTarget(rest);
  if (isUnclear) return "usage";
  const text = cleanText(typed);
  const takesText = ["edit", "react", "reply", "thread"].includes(word);
  const needsNumber = ["thread", "pin", "unpin"].includes(word);
  // A text behind /delete without a number may be a mistake.
  if (takesText === (text === "") || (needsNumber && seq === 0)) return "usage";
  if (word === "react" && splitWords(text).length > 1) return "usage";
  const message = await findMessage(word, seq, conversation, room);
  const { changes, thread, key = "" } = message ?? {};
  if (message?.seq === undefined || changes === undefined) return "gone";
  const follow = async (
    kind: RefusedChange["kind"],
    change: Promise<unknown>,
    newText?: string,
  ): Promise<MessageCommandEnd> => {
    const isHere = conversation.messages.peek().some((one) => one.key === key);
    // A message that is shown tells how the change goes on.
    if (isHere) conversation.followChange(key, kind, change, newText);
    else await change;
    return "done";
  };
  switch (word) {
    case "edit":
      return follow("edit", changes.edit(text), text);
    case "delete":
      return follow("delete", changes.delete());
    case "react":
      return follow("react", changes.react(text, true));
    case "reply":
      room.sendWith(text, {
        replyTo: message.seq,
        ...(thread !== undefined && { thread }),
      });
      return "done";
    case "thread":
      room.sendWith(text, { thread: thread ?? message.seq });
      return "done";
    case "pin":
    case "unpin":
      return follow("pin", room.room.pin(message.seq, word === "pin"));
    default:
      return "unsupported";
  }
}

function roomOf(conversation: Conversation): RoomState | null {
  if (conversation instanceof RoomState) return conversation;
  return conversation instanceof ThreadState ? conversation.room : null;
}

async function findMessage(
  word: string,
  seq: number,
  conversation: Conversation,
  room: RoomState,
): Promise<DisplayMessage | undefined> {
  const messages = conversation.messages.peek();
  if (seq === 0)
    return word === "edit" || word === "delete"
      ? lastEditable(messages, conversation.rights.peek(), Date.now())
      : messages.findLast((one) => one.seq !== undefined && !one.isDeleted);
  const here = messages.find((one) => one.seq === seq);
  if (here !== undefined) return here;
  try {
    return displayEvent(await room.room.messageAt(seq));
  } catch (error) {
    if ((error as ChatError).code === "gone") return undefined;
    throw error;
  }
}
