// Paste watch: tells a text of several lines from lines typed one by one, where the terminal does not mark a paste.
import { parseCommand } from "./commands.ts";
import type { LineEditor } from "./line-editor.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's own marks
const MARKED_PASTE = /\u001b\[200~.*?(?:\u001b\[201~|$)/gs;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Alt-Enter
const ALT_ENTER = /\u001b\r/g;
const PASTE_END = "\u001b[201~";

/**
 * Nobody types a private line and a plain one within one read: such a text is
 * kept as one. Sent line by line, the rest of a private message would be told
 * to the room. Lines that are all plain, or all commands, are sent as they come.
 */
export class PasteDetector {
  #isUnmarkedPaste = false;
  #isSingleKey = false;

  /**
   * To be called with what is read, before its keys are pressed.
   *
   * @returns true if a paste begins with it
   */
  onInput(chunk: string | Uint8Array, line: LineEditor): boolean {
    const bytes = Buffer.from(chunk).toString();
    // The end of a paste that the terminal marks is no typing either.
    const unmarked = line.isPasting ? afterPaste(bytes) : bytes;
    const typed = unmarked
      .replaceAll(MARKED_PASTE, "")
      .replaceAll(ALT_ENTER, "");
    const wasUnmarkedPaste = this.#isUnmarkedPaste && line.text !== "";
    const before = line.text.slice(0, line.cursor);
    this.#isUnmarkedPaste = wasUnmarkedPaste || wouldSendRest(before + typed);
    // A long paste comes in several reads: only Enter alone sends it.
    this.#isSingleKey = bytes.length === 1;
    return this.#isUnmarkedPaste && !wasUnmarkedPaste;
  }

  /** Are Enter and Tab a part of the text now? */
  get isPasting(): boolean {
    return this.#isUnmarkedPaste && !this.#isSingleKey;
  }
}

function afterPaste(bytes: string): string {
  const end = bytes.indexOf(PASTE_END);
  return end < 0 ? "" : bytes.slice(end + PASTE_END.length);
}

/** Would a later line be said to the room that belongs to a private one? */
function wouldSendRest(typed: string): boolean {
  const kinds = typed
    .split("\r")
    .slice(0, -1)
    .map((line) => parseCommand(line).kind);
  const first = kinds.findIndex(
    (kind) => kind === "private" || kind === "wrong",
  );
  return first >= 0 && kinds.includes("say", first);
}
