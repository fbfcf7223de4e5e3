// Send draft: reads the draft of a conversation, and sends it as a message, a private message, a command or an edit.
import type { ComposeTarget } from "./compose-target.ts";
import type { ComposerState } from "./composer-state.ts";
import type { Conversation } from "./conversation.ts";
import { clearSentDraft, getDraft, setDraft } from "./drafts.ts";
import { texts } from "./i18n.ts";
import {
  cleanText,
  isPlainText,
  type ParsedInput,
  parseInput,
} from "./parse-input.ts";
import { RoomState } from "./room-state.ts";
import { runCommand } from "./run-command.ts";
import { speechLimit } from "./speech-limit.ts";
import { charactersLeft } from "./text-length.ts";
import type { UserSession } from "./user-session.ts";

export interface DraftCheck {
  /** The characters that the message still takes; infinity for a command. */
  readonly remaining: number;
  readonly isTooLong: boolean;
  readonly isEmpty: boolean;
  /** The user may not write at all; in slow mode only not yet. */
  readonly isStopped: boolean;
  readonly maySend: boolean;
}

/** Tells whether the text in the field may be sent now. */
export function checkDraft(
  session: UserSession,
  conversation: Conversation,
): DraftCheck {
  const target = conversation.target.value;
  const input: ParsedInput =
    target?.kind === "edit"
      ? { kind: "message", text: cleanText(target.text.value) }
      : parseInput(getDraft(conversation).value);
  const limits = session.snapshot.value.limits;
  const limit = speechLimit(conversation)?.kind;
  const remaining = remainingCharacters(input, conversation, limits);
  const isTooLong = remaining < 0;
  return {
    ...{ remaining, isTooLong },
    isEmpty: input.kind === "empty" || ("text" in input && input.text === ""),
    isStopped: limit !== undefined && limit !== "slow",
    maySend: !isTooLong && !(limit === "slow" && "text" in input),
  };
}

/** Returns true if the text goes to the open conversation. */
export function isForConversation(typed: string): boolean {
  return parseInput(typed).kind === "message";
}

function remainingCharacters(
  input: ParsedInput,
  { kind, title }: Conversation,
  limits: Parameters<typeof charactersLeft>[2],
): number {
  if (!("text" in input)) return Number.POSITIVE_INFINITY;
  const own = kind === "peer" ? title : undefined;
  const to = input.kind === "private" ? input.to : own;
  return charactersLeft(input.text, to, limits);
}

/** A text that may not be sent now stays in the field. */
export function sendDraft(state: ComposerState): void {
  const { session, conversation: here, notice } = state;
  if (!checkDraft(session, here).maySend) return;
  const target = here.target.peek();
  if (target?.kind === "edit") {
    sendEdit(here, target);
    return;
  }
  const typed = getDraft(here).peek();
  const input = parseInput(
    typed,
    here instanceof RoomState ? here.room.commands : [],
  );
  switch (input.kind) {
    case "empty":
      break;
    case "message":
      sendHere(state, input.text);
      break;
    case "private":
      sendPrivate(state, input.to, input.text);
      break;
    case "several":
      notice.value = { why: input.kind, unsentText: null };
      break;
    case "refused": {
      const { why, text } = input;
      const isCommand = /^(?:command|say|msg|noText)$/.test(why);
      notice.value = { why, unsentText: isCommand ? null : text };
      break;
    }
    case "command":
      run(state, input.word, input.rest, typed);
      break;
    default:
      input satisfies never;
  }
}

/** Sends a text to the open conversation, whatever it begins with. */
export function sendHere(state: ComposerState, text: string): void {
  state.conversation.send(text);
  state.conversation.target.value = null;
  afterSend(state);
}

/** Sends a text to one user only. */
export function sendPrivate(
  state: ComposerState,
  name: string,
  text: string,
): void {
  const { session, conversation: here } = state;
  session.sendPrivate(name, text, here instanceof RoomState ? here : undefined);
  afterSend(state);
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

/** Whatever a new text begins with, it replaces the old one. */
function sendEdit(
  conversation: Conversation,
  { message, text }: Extract<ComposeTarget, { kind: "edit" }>,
): void {
  const newText = cleanText(text.peek());
  if (newText === "" || message.changes === undefined) return;
  conversation.target.value = null;
  if (newText === message.text) return;
  conversation.followChange(
    message.key,
    "edit",
    message.changes.edit(newText),
    newText,
  );
}

function afterSend({ notice, conversation }: ComposerState): void {
  notice.value = null;
  clearSentDraft(conversation);
}

/** The composers whose command has no answer yet. */
const busy = new WeakSet<ComposerState>();

async function run(
  state: ComposerState,
  word: string,
  rest: string,
  typed: string,
): Promise<void> {
  if (busy.has(state)) return;
  const { session, conversation } = state;
  busy.add(state);
  state.setNotice(texts.peek().pending);
  const { text, isDone } = await runCommand(word, rest, session, conversation);
  busy.delete(state);
  // The user has typed something else in between.
  if (getDraft(conversation).peek() !== typed) return;
  if (isDone) clearSentDraft(conversation);
  state.setNotice(text);
}
