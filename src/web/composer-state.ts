// Composer state: sends a draft to its recipient, or shows why it is not sent.
import { type Signal, signal } from "@preact/signals";
import type { ComposeTarget } from "./compose-target.ts";
import type { Conversation } from "./conversation.ts";
import { clearSentDraft, getDraft } from "./drafts.ts";
import { texts } from "./i18n.ts";
import { whenLoaded } from "./on-demand.ts";
import { cleanText, type InputProblem, parseInput } from "./parse-input.ts";
import { RoomState } from "./room-state.ts";
import type { UserSession } from "./user-session.ts";

/** The notice above the field. */
export interface NoticeContent {
  /** Without it, the text for why the draft was not sent. */
  readonly text?: string;
  readonly why?: InputProblem | "several";
  /** The refused text, if the user may send it unchanged; null otherwise. */
  readonly unsentText: string | null;
}

export class ComposerState {
  readonly notice: Signal<NoticeContent | null> = signal(null);
  readonly #session: UserSession;
  readonly #conversation: Conversation;
  #isBusy = false;

  constructor(session: UserSession, conversation: Conversation) {
    this.#session = session;
    this.#conversation = conversation;
  }

  /**
   * Sends the draft to its recipient. If it is not sent, the draft stays and a
   * notice says why.
   */
  async send(): Promise<void> {
    const here = this.#conversation;
    const target = here.target.peek();
    if (target?.kind === "edit") {
      this.#sendEdit(target);
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
        this.sendHere(input.text);
        break;
      case "private":
        this.sendPrivate(input.to, input.text);
        break;
      case "several":
        this.notice.value = { why: input.kind, unsentText: null };
        break;
      case "refused": {
        const { why, text } = input;
        const isCommand = /^(?:command|say|msg|noText)$/.test(why);
        this.notice.value = { why, unsentText: isCommand ? null : text };
        break;
      }
      case "command":
        await this.#run(input.word, input.rest, typed);
        break;
      default:
        input satisfies never;
    }
  }

  /** Sends a text to the open conversation, whatever it begins with. */
  sendHere(text: string): void {
    this.#conversation.send(text);
    this.#conversation.target.value = null;
    this.#afterSend();
  }

  /** Sends a text to one user only. */
  sendPrivate(name: string, text: string): void {
    const here = this.#conversation;
    const room = here instanceof RoomState ? here : undefined;
    this.#session.sendPrivate(name, text, room);
    this.#afterSend();
  }

  /** Removes the notice, which was about an earlier text. */
  clearNotice(): void {
    if (this.notice.peek() !== null) this.notice.value = null;
  }

  /** Whatever a new text begins with, it replaces the old one. */
  #sendEdit({ message, text }: Extract<ComposeTarget, { kind: "edit" }>): void {
    const newText = cleanText(text.peek());
    if (newText === "" || message.changes === undefined) return;
    this.#conversation.target.value = null;
    if (newText === message.text) return;
    this.#conversation.followChange(
      message.key,
      "edit",
      message.changes.edit(newText),
      newText,
    );
  }

  #afterSend(): void {
    this.notice.value = null;
    clearSentDraft(this.#conversation);
  }

  async #run(word: string, rest: string, typed: string): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#setNotice(texts.peek().pending);
    const parts = await whenLoaded();
    const { text, isDone } =
      parts === null
        ? { text: texts.peek().notLoaded, isDone: false }
        : await parts.runCommand(word, rest, this.#session, this.#conversation);
    this.#isBusy = false;
    // The user has typed something else in between.
    if (getDraft(this.#conversation).peek() !== typed) return;
    if (isDone) clearSentDraft(this.#conversation);
    this.#setNotice(text);
  }

  #setNotice(text: string): void {
    this.notice.value = text === "" ? null : { text, unsentText: null };
  }
}
