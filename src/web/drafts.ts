// Drafts: keep the unsent text of each conversation in the tab, and on the device in case of a crash.
import { type Signal, signal } from "@preact/signals";
import { flushStorage } from "./chat-storage.ts";
import type { Conversation } from "./conversation.ts";
import { userKey } from "./identity.ts";
import { deviceStore, tabStore } from "./local-store.ts";

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
