// Command answers: an app's command collects texts for its user and for the room, which count once the command has ended.
import * as v from "valibot";
import type { AppVerdict } from "../core/shared/app-verdicts.ts";
import { MessageSchema } from "../protocol/client-frames.ts";
import type { Settings } from "../protocol/settings.ts";
import { isShortText, readJoinVerdict } from "./read-verdict.ts";

/** Texts of each kind that one command may send. */
const TEXTS_MAX = 10;

export class CommandAnswers {
  readonly #settings: Pick<Settings, "TEXT_MAX">;
  readonly #replies: string[] = [];
  readonly #says: string[] = [];
  #hasEnded = false;

  constructor(settings: Pick<Settings, "TEXT_MAX">) {
    this.#settings = settings;
  }

  /** @throws TypeError if the text cannot be sent, or the command has ended */
  readonly reply = (text: string): void => this.#add(this.#replies, text);

  /** @throws TypeError if the text cannot be sent, or the command has ended */
  readonly say = (text: string): void => this.#add(this.#says, text);

  /**
   * Ends the command.
   *
   * @param value nothing, or a verdict: a denial takes all texts back
   * @throws InvalidVerdict if it is anything else
   */
  end(value: unknown): AppVerdict {
    this.#hasEnded = true;
    const verdict: AppVerdict =
      value === undefined ? { type: "allowed" } : readJoinVerdict(value);
    if (verdict.type === "refused") return verdict;
    return { type: "allowed", replies: this.#replies, says: this.#says };
  }

  #add(texts: string[], text: string): void {
    if (this.#hasEnded) throw new TypeError("The command has ended.");
    if (texts.length >= TEXTS_MAX)
      throw new TypeError(`A command sends at most ${TEXTS_MAX} texts.`);
    const isText = v.is(MessageSchema.entries.text, text);
    if (!isText || !isShortText(text, this.#settings.TEXT_MAX))
      throw new TypeError("The text is too long, or has nothing to read.");
    texts.push(text);
  }
}
