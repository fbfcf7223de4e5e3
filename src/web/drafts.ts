// Drafts: keep the unsent text of each conversation in the tab, and on the device in case of a crash.
import { type Signal, signal } from "@preact/signals";
import { flushStorage } from "./chat-storage.ts";
import type { Conversation } from "./conversation.ts";
import { userKey } from "./identity.ts";
import { deviceStore, tabStore } from "./local-store.ts";
import { isPlainText } from "./parse-input.ts";

const drafts = new WeakMap<Conversation, Signal<string>>();

/** The draft of a conversation. */
export function getDraft(conversation: Conversation): Signal<string> {
  const known = drafts.get(conversation);
  if (known !== undefined) return known;
  const key = draftKey(conversation);
  const draft = signal(tabStore.get(key) ?? deviceStore.get(key) ?? "");
  drafts.set(conversation, draft);
  return draft;
}

/** Runs at each key press. */
export function setDraft(conversation: Conversation, text: string): void {
  getDraft(conversation).value = text;
  storeDraft(draftKey(conversation), text);
}

/**
 * Puts the text of a failed message back into the draft, before any text that
 * is there.
 *
 * @returns false if a joined text could go to the wrong recipient
 */
export function restoreDraft(
  conversation: Conversation,
  text: string,
): boolean {
  const { value } = getDraft(conversation);
  const isEmpty = value.trim() === "";
  if (!isEmpty && !(isPlainText(text) && isPlainText(value))) return false;
  setDraft(conversation, isEmpty ? text : `${text}\n${value}`);
  return true;
}

/** Empties the draft. It stays stored until the SDK has stored the message. */
export async function clearSentDraft(
  conversation: Conversation,
): Promise<void> {
  const draft = getDraft(conversation);
  draft.value = "";
  await flushStorage();
  if (draft.value === "") storeDraft(draftKey(conversation), "");
}

function storeDraft(key: string, text: string): void {
  // An empty draft in this tab hides the draft of another tab.
  tabStore.set(key, text);
  if (text === "") deviceStore.remove(key);
  else deviceStore.set(key, text);
}

function draftKey({ me, id }: Conversation): string {
  return userKey("draft", me, id);
}
