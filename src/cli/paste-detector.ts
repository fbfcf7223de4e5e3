// Paste detector: recognizes pasted text of several lines where the terminal does not mark a paste.
import { parseCommand } from "./commands.ts";
import type { LineEditor } from "./line-editor.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's own marks
const MARKED_PASTE = /\u001b\[200~.*?(?:\u001b\[201~|$)/gs;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Alt-Enter
const ALT_ENTER = /\u001b\r/g;
const PASTE_END = "\u001b[201~";

/**
 * Nobody types a private line and a plain one within one read: such a text is
 * kept as one message. Sent line by line, the rest of a private message would
 * go to the room. Lines that are all plain, or all commands, are sent one by
 * one.
 */
export class PasteDetector {
  #isUnmarkedPaste = false;
  #isSingleKey = false;

  /**
   * Called with each read, before its keys are handled.
   *
   * @returns true if a paste begins with it
   */
  onInput(chunk: string | Uint8Array, line: LineEditor): boolean {
    const bytes = Buffer.from(chunk).toString();
    // The end mark of a paste is not typing either.
    const unmarked = line.isPasting ? afterPaste(bytes) : bytes;
    const typed = unmarked
      .replaceAll(MARKED_PASTE, "")
      .replaceAll(ALT_ENTER, "");
    const wasUnmarkedPaste = this.#isUnmarkedPaste && line.text !== "";
    const before = line.text.slice(0, line.cursor);
    this.#isUnmarkedPaste = wasUnmarkedPaste || wouldSendRest(before + typed);
    // A long paste comes in several reads: only Enter in a read of its own
    // sends it.
    this.#isSingleKey = bytes.length === 1;
    return this.#isUnmarkedPaste && !wasUnmarkedPaste;
  }

  /** True if Enter and Tab are part of the text now. */
  get isPasting(): boolean {
    return this.#isUnmarkedPaste && !this.#isSingleKey;
  }
}

function afterPaste(bytes: string): string {
  const end = bytes.indexOf(PASTE_END);
  return end < 0 ? "" : bytes.slice(end + PASTE_END.length);
}

/** True if a line after a private one would go to the room. */
function wouldSendRest(typed: string): boolean {
  const kinds = typed
    .split("\r")
    .slice(0, -1)
    .map((line) => parseCommand(line).kind);
  const first = kinds.findIndex(
    (kind) => kind === "private" || kind === "invalid",
  );
  return first >= 0 && kinds.includes("message", first);
}
