// What is being written and was not sent, for each conversation: in this tab, and on the device for after a crash.
import { type Signal, signal } from "@preact/signals";
import { flushStorage } from "./chat-storage.ts";
import type { Conversation } from "./conversation.ts";
import { userKey } from "./identity.ts";
import { deviceStore, tabStore } from "./local-store.ts";
import { isPlainText } from "./parse-input.ts";

const drafts = new WeakMap<Conversation, Signal<string>>();

/** What is being written there. */
export function getDraft(conversation: Conversation): Signal<string> {
  const known = drafts.get(conversation);
  if (known !== undefined) return known;
  const key = draftKey(conversation);
  const draft = signal(tabStore.get(key) ?? deviceStore.get(key) ?? "");
  drafts.set(conversation, draft);
  return draft;
}

/** Each time a key is pressed. */
export function setDraft(conversation: Conversation, text: string): void {
  getDraft(conversation).value = text;
  storeDraft(draftKey(conversation), text);
}

/**
 * Back to be written anew, before what is there already.
 *
 * @returns false where that would send the one to whom the other is meant for
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

/** It is in the SDK's hands: forgotten here once it is written down there. */
export async function clearSentDraft(
  conversation: Conversation,
): Promise<void> {
  const draft = getDraft(conversation);
  draft.value = "";
  await flushStorage();
  if (draft.value === "") storeDraft(draftKey(conversation), "");
}

function storeDraft(key: string, text: string): void {
  // An empty one in the tab hides that of another tab.
  tabStore.set(key, text);
  if (text === "") deviceStore.remove(key);
  else deviceStore.set(key, text);
}

function draftKey({ me, id }: Conversation): string {
  return userKey("draft", me, id);
}
