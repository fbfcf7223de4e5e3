// Composer state: sends the draft of a conversation, and holds the notice above the field.
import { type Signal, signal } from "@preact/signals";
import type { Completion } from "./completion.ts";
import type { Conversation } from "./conversation.ts";
import { texts } from "./i18n.ts";
import { onDemandParts, whenLoaded } from "./on-demand.ts";
import type { InputProblem } from "./parse-input.ts";
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
  readonly session: UserSession;
  readonly conversation: Conversation;
  readonly notice: Signal<NoticeContent | null> = signal(null);
  /** The list for the word in the field; null: it is closed. */
  readonly completion: Signal<Completion | null> = signal(null);
  /**
   * True while a draft waits for the code that reads it, which loads after the
   * first view. The field then takes no other text, so that the draft is sent
   * as it is.
   */
  readonly isWaiting: Signal<boolean> = signal(false);

  constructor(session: UserSession, conversation: Conversation) {
    this.session = session;
    this.conversation = conversation;
  }

  /**
   * Sends the draft to its recipient. If it is not sent, the draft stays and a
   * notice says why.
   */
  send(): void {
    this.completion.value = null;
    const parts = onDemandParts.peek();
    if (parts !== null) parts.sendDraft(this);
    else if (!this.isWaiting.peek()) this.#sendLater();
  }

  setNotice(text: string): void {
    this.notice.value = text === "" ? null : { text, unsentText: null };
  }

  /** Removes the notice, which was about an earlier text. */
  clearNotice(): void {
    if (this.notice.peek() !== null) this.notice.value = null;
  }

  async #sendLater(): Promise<void> {
    this.isWaiting.value = true;
    this.setNotice(texts.peek().pending);
    const parts = await whenLoaded();
    this.isWaiting.value = false;
    this.setNotice(parts === null ? texts.peek().notLoaded : "");
    parts?.sendDraft(this);
  }
}
