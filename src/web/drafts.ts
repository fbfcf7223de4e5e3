// What is being written and was not sent, for each conversation: in this tab, and on the device for after a crash.
import { type Signal, signal } from "@preact/signals";
import type { Conversation } from "./conversation.ts";
import { ownKey } from "./identity.ts";
import { device, tab } from "./kept.ts";
import { isPlain } from "./speech.ts";
import { written } from "./storage.ts";

const drafts = new WeakMap<Conversation, Signal<string>>();

/** What is being written there. */
export function draftOf(conversation: Conversation): Signal<string> {
  const known = drafts.get(conversation);
  if (known !== undefined) return known;
  const key = keyOf(conversation);
  const draft = signal(tab.get(key) ?? device.get(key) ?? "");
  drafts.set(conversation, draft);
  return draft;
}

/** Each time a key is pressed. */
export function keepDraft(conversation: Conversation, text: string): void {
  draftOf(conversation).value = text;
  keep(keyOf(conversation), text);
}

/**
 * Back to be written anew, before what is there already.
 *
 * @returns false where that would send the one to whom the other is meant for
 */
export function draftTo(conversation: Conversation, text: string): boolean {
  const { value } = draftOf(conversation);
  const isEmpty = value.trim() === "";
  if (!isEmpty && !(isPlain(text) && isPlain(value))) return false;
  keepDraft(conversation, isEmpty ? text : `${text}\n${value}`);
  return true;
}

/** It is in the SDK's hands: forgotten here once it is written down there. */
export async function draftSent(conversation: Conversation): Promise<void> {
  const draft = draftOf(conversation);
  draft.value = "";
  await written();
  if (draft.value === "") keep(keyOf(conversation), "");
}

function keep(key: string, text: string): void {
  // An empty one in the tab hides that of another tab.
  tab.set(key, text);
  if (text === "") device.remove(key);
  else device.set(key, text);
}

function keyOf({ me, id }: Conversation): string {
  return ownKey("draft", me, id);
}
