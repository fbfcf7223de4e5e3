// Composer state: decides where a text goes as it is sent, and why it is not sent.
import { type Signal, signal } from "@preact/signals";
import { runCommand } from "./commands.ts";
import type { Conversation } from "./conversation.ts";
import { draftOf, draftSent } from "./drafts.ts";
import { texts } from "./language.ts";
import { RoomState } from "./room-state.ts";
import { type Refusal, readSpeech } from "./speech.ts";
import type { Talk } from "./talk.ts";
import type { Texts } from "./texts-en.ts";

/** What the composer says to whoever types, below what they typed. */
export interface ComposerNotice {
  readonly said: string;
  /** The text that may be sent as it stands, where a wrong guess is likely. */
  readonly asItStands: string | null;
}

export class ComposerState {
  readonly notice: Signal<ComposerNotice | null> = signal(null);
  readonly #talk: Talk;
  readonly #conversation: Conversation;
  #isBusy = false;

  constructor(talk: Talk, conversation: Conversation) {
    this.#talk = talk;
    this.#conversation = conversation;
  }

  /** Sends the draft to whom it is for, or says why not; then it stays. */
  async send(): Promise<void> {
    const typed = draftOf(this.#conversation).peek();
    const speech = readSpeech(typed);
    switch (speech.kind) {
      case "nothing":
        break;
      case "room":
        this.sendHere(speech.text);
        break;
      case "private":
        this.sendTo(speech.to, speech.text);
        break;
      case "several":
        this.#say(texts.peek().toWhom);
        break;
      case "refused": {
        const { why, text } = speech;
        const isCommand = /^(?:command|say|msg|noText)$/.test(why);
        this.#say(explainRefusal(why, texts.peek()), isCommand ? null : text);
        break;
      }
      case "command":
        await this.#run(speech.word, speech.rest, typed);
        break;
      default:
        speech satisfies never;
    }
  }

  /** To the open conversation, whatever the text begins with. */
  sendHere(text: string): void {
    this.#conversation.send(text);
    this.#sent();
  }

  /** To one person alone. */
  sendTo(name: string, text: string): void {
    const here = this.#conversation;
    const room = here instanceof RoomState ? here : undefined;
    this.#talk.whisper(name, text, room);
    this.#sent();
  }

  /** What was said of the draft before does not hold for what it is now. */
  edited(): void {
    if (this.notice.peek() !== null) this.notice.value = null;
  }

  #sent(): void {
    this.notice.value = null;
    draftSent(this.#conversation);
  }

  async #run(
    word: Parameters<typeof runCommand>[0],
    rest: string,
    typed: string,
  ): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#say(texts.peek().pending);
    const { said, isDone } = await runCommand(
      word,
      rest,
      this.#talk,
      this.#conversation,
    );
    this.#isBusy = false;
    // Something else has been typed meanwhile.
    if (draftOf(this.#conversation).peek() !== typed) return;
    if (isDone) draftSent(this.#conversation);
    this.#say(said);
  }

  #say(said: string, asItStands: string | null = null): void {
    this.notice.value = said === "" ? null : { said, asItStands };
  }
}

function explainRefusal(why: Refusal, t: Texts): string {
  const words: Readonly<Record<Refusal, string>> = {
    prefix: t.unclearStart,
    lookalike: t.unclearStart,
    name: t.unclearName,
    address: t.unclearName,
    noText: t.unclearName,
    secret: t.unclearSecret,
    json: t.unclearJson,
    command: t.noCommand,
    say: t.commandUsage("/say text"),
    msg: t.commandUsage("/msg bob text"),
  };
  return words[why];
}
