// Complete draft: opens a list of names, emoji or commands for the word in the field, and puts the chosen one in.
import { bareBotName } from "../protocol/names.ts";
import {
  applyOption,
  type CompletionOption,
  type CompletionQuery,
  commandOptions,
  emojiOptions,
  nameOptions,
  openCompletion,
  readQuery,
} from "./completion.ts";
import type { ComposerState } from "./composer-state.ts";
import type { Conversation } from "./conversation.ts";
import { setDraft } from "./drafts.ts";
import { loadEmoji, noteRecentEmoji } from "./emoji-catalogue.ts";
import type { EmojiGroups } from "./emoji-search.ts";
import { language } from "./i18n.ts";
import { PeerState } from "./peer-state.ts";
import type { Person } from "./people.ts";
import { commandForms } from "./run-command.ts";
import { roomOf } from "./speech-limit.ts";

type Field = HTMLTextAreaElement;

let emoji: EmojiGroups | null = null;

/** The words whose list the user has closed, by their begin in the text. */
const closed = new WeakMap<ComposerState, number>();

/** Opens, changes or closes the list, after a key press or a click. */
export function updateCompletion(state: ComposerState, field: Field): void {
  const { conversation, completion } = state;
  const { value, selectionStart, selectionEnd } = field;
  const isEdit = conversation.target.peek()?.kind === "edit";
  const query =
    selectionStart === selectionEnd && !field.readOnly
      ? readQuery(value, selectionStart, !isEdit)
      : null;
  if (query === null || query.from !== closed.get(state)) closed.delete(state);
  if (query === null || closed.has(state)) {
    completion.value = null;
    return;
  }
  const now = completion.peek();
  const isSame = now?.from === query.from && now.prefix === query.prefix;
  if (isSame && now?.to === query.to) return;
  if (query.kind === "emoji" && emoji === null) {
    completion.value = null;
    loadEmoji().then(
      (groups) => {
        emoji = groups;
        if (document.activeElement === field) updateCompletion(state, field);
      },
      // Without a network the text stays as it is typed.
      () => undefined,
    );
    return;
  }
  completion.value = openCompletion(query, optionsFor(state, query));
}

/**
 * Moves in the list, takes an option or closes the list.
 *
 * @returns true if the key was for the list
 */
export function handleCompletionKey(
  state: ComposerState,
  event: KeyboardEvent,
  field: Field,
): boolean {
  const open = state.completion.peek();
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (open === null || altKey || ctrlKey || metaKey) return false;
  const { options, active, from } = open;
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (step !== undefined && !shiftKey) {
    const first = active < 0 && step < 0 ? 0 : active;
    const next = (first + step + options.length) % options.length;
    state.completion.value = { ...open, active: next };
  } else if (key === "Escape") {
    closed.set(state, from);
    state.completion.value = null;
  } else if ((key === "Enter" || key === "Tab") && !shiftKey) {
    const option = options[key === "Tab" ? Math.max(active, 0) : active];
    if (option === undefined) {
      state.completion.value = null;
      return false;
    }
    takeOption(state, field, option);
  } else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

/** Puts an option in the place of the word. */
export function takeOption(
  state: ComposerState,
  field: Field,
  option: CompletionOption,
): void {
  const open = state.completion.peek();
  if (open === null) return;
  const { insert, text, cursor } = applyOption(field.value, open, option);
  if (open.kind === "emoji") noteRecentEmoji(option.value);
  field.focus();
  field.setSelectionRange(open.from, open.to);
  // In this way the user can undo it; no other one keeps the steps.
  if (!document.execCommand("insertText", false, insert)) {
    const target = state.conversation.target.peek();
    if (target?.kind === "edit") target.text.value = text;
    else setDraft(state.conversation, text);
    field.value = text;
    field.setSelectionRange(cursor, cursor);
  }
  state.completion.value = null;
}

/** The person with that name, as far as the conversation knows them. */
export function personIn(
  conversation: Conversation,
  name: string,
): Person | null {
  if (conversation instanceof PeerState)
    return conversation.title === name ? conversation.person : null;
  return roomOf(conversation)?.personOf(name) ?? null;
}

function optionsFor(
  state: ComposerState,
  { kind, prefix }: CompletionQuery,
): CompletionOption[] {
  const { conversation } = state;
  switch (kind) {
    case "name":
      return nameOptions(
        namesFor(state),
        prefix,
        (name) => personIn(conversation, name)?.displayName ?? null,
      );
    case "emoji":
      return emojiOptions(
        emoji ?? [],
        prefix,
        ({ names }) => names[language.peek()],
      );
    case "command":
      return commandOptions(commandForms(conversation), prefix);
    default:
      return kind satisfies never;
  }
}

/** Those who spoke last come first. Bots have no name to address. */
function namesFor({ session, conversation }: ComposerState): string[] {
  const room = roomOf(conversation);
  const authors = conversation.messages
    .peek()
    .map(({ username }) => username)
    .reverse();
  const members = room?.snapshot.peek().members ?? [];
  const peers = session.peers.peek().map(({ title }) => title);
  const all = room === null ? [conversation.title, ...peers] : [];
  return [...authors, ...members, ...all].filter(
    (name) => name !== session.name && bareBotName(name) === null,
  );
}
