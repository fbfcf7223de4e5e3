// Message tools: do what the user chooses in the toolbar or the menu of a message, or by a key.
import { messageUrl, openThread } from "./app-state.ts";
import { editTarget } from "./compose-target.ts";
import type { Conversation } from "./conversation.ts";
import { dialog } from "./dialog-state.ts";
import type { DisplayMessage } from "./display-message.ts";
import { noteRecentEmoji } from "./emoji-catalogue.ts";
import {
  allowedActions,
  lastEditable,
  type MessageAction,
} from "./message-actions.ts";
import { announce } from "./notifications.ts";
import { RoomState } from "./room-state.ts";
import { toolTexts } from "./tool-texts.ts";

/** The actions that the user has for this message now. */
export function actionsFor(
  conversation: Conversation,
  message: DisplayMessage,
): MessageAction[] {
  return allowedActions(message, conversation.rights.value, Date.now());
}

/**
 * Does an action, if it is allowed.
 *
 * @param anchor where a dialog opens
 * @returns false if it is not allowed, or has failed
 */
export async function runAction(
  action: MessageAction,
  conversation: Conversation,
  message: DisplayMessage,
  anchor?: DOMRect,
): Promise<boolean> {
  const { seq = 0, text, changes } = message;
  if (!actionsFor(conversation, message).includes(action)) return false;
  switch (action) {
    case "react":
    case "report":
    case "delete":
      dialog.value = { kind: action, conversation, message, anchor };
      return true;
    case "reply":
      conversation.target.value = { kind: "reply", message };
      return true;
    case "edit":
      conversation.target.value = editTarget(message);
      return true;
    case "thread":
      if (conversation.roomId === null) return false;
      openThread(conversation.roomId, message.thread ?? seq);
      return true;
    case "copy":
      return copyText(text);
    case "link":
      return copyText(messageUrl(conversation.roomId ?? "", seq));
    case "pin":
      if (changes !== undefined && conversation instanceof RoomState)
        setPin(conversation, message, !message.isPinned);
      return true;
    default:
      return action satisfies never;
  }
}

/** Reacts with an emoji, or takes that back. */
export function react(
  conversation: Conversation,
  { key, changes, reactions = [] }: DisplayMessage,
  emoji: string,
): void {
  if (changes === undefined) return;
  const mine = reactions.some((one) => one.emoji === emoji && one.mine);
  if (!mine) noteRecentEmoji(emoji);
  conversation.followChange(key, "react", changes.react(emoji, !mine));
}

export function deleteMessage(
  conversation: Conversation,
  { key, changes }: DisplayMessage,
): void {
  if (changes !== undefined)
    conversation.followChange(key, "delete", changes.delete());
}

export function setPin(
  room: RoomState,
  { key, seq = 0 }: DisplayMessage,
  on: boolean,
): void {
  room.followChange(key, "pin", room.room.pin(seq, on));
}

/** Edits the newest own message, if there is one that may be changed. */
export function editLast(conversation: Conversation): void {
  const message = lastEditable(
    conversation.messages.peek(),
    conversation.rights.peek(),
    Date.now(),
  );
  if (message !== undefined) conversation.target.value = editTarget(message);
}

/** Copies a text, and tells a screen reader. */
export async function copyText(text: string): Promise<boolean> {
  const t = toolTexts.peek();
  try {
    await navigator.clipboard.writeText(text);
    announce(t.copied);
    return true;
  } catch {
    announce(t.notCopied);
    return false;
  }
}
