// Line editor: holds the input text and the cursor, and applies keys to them.
import { graphemes } from "./graphemes.ts";
import { InputHistory } from "./input-history.ts";

/** A key as `node:readline` reports it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

/** Control characters, except tab and line feed, are dropped from messages. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu;

export class LineEditor {
  readonly #history = new InputHistory();
  #text = "";
  /** Between characters, in UTF-16 units. */
  #cursor = 0;
  /** The last deletion of a word or more, for Ctrl-Y. */
  #killed = "";
  #isPasting = false;

  get text(): string {
    return this.#text;
  }

  get cursor(): number {
    return this.#cursor;
  }

  set(text: string, cursor = text.length): void {
    this.#text = text;
    this.#cursor = cursor;
  }

  /** Returns the finished line, and adds it to the input history. */
  submit(): string {
    const text = this.#text;
    this.#history.add(text);
    this.set("");
    return text;
  }

  insert(raw: string): void {
    const text = raw.replace(/\r\n?/g, "\n").replace(CONTROLS, "");
    const before = this.#text.slice(0, this.#cursor) + text;
    this.set(before + this.#text.slice(this.#cursor), before.length);
  }

  /** @returns false if the editor does not use the key */
  press(key: Key): boolean {
    if (key.name === "paste-start" || key.name === "paste-end") {
      this.#isPasting = key.name === "paste-start";
      return true;
    }
    if (this.#isPasting) {
      this.insert(key.sequence ?? "");
      return true;
    }
    const action = KEY_ACTIONS[chordOf(key)];
    if (action !== undefined) {
      action(this);
      return true;
    }
    const { sequence = "", ctrl, meta } = key;
    if (ctrl || meta || sequence === "" || /^\p{Cc}/u.test(sequence))
      return false;
    this.insert(sequence);
    return true;
  }

  /** During a paste every key is text, also Enter. */
  get isPasting(): boolean {
    return this.#isPasting;
  }

  moveTo(cursor: number): void {
    this.#cursor = Math.min(Math.max(0, cursor), this.#text.length);
  }

  /** Deletes between the cursor and that position. */
  deleteTo(other: number, isKept = true): void {
    const from = Math.min(other, this.#cursor);
    const to = Math.max(other, this.#cursor);
    if (from === to) return;
    if (isKept) this.#killed = this.#text.slice(from, to);
    this.set(this.#text.slice(0, from) + this.#text.slice(to), from);
  }

  yank(): void {
    this.insert(this.#killed);
  }

  recallLine(step: -1 | 1): void {
    const text = this.#history.move(step, this.#text);
    if (text !== null) this.set(text);
  }

  get left(): number {
    const [last = ""] = graphemes(this.#text.slice(0, this.#cursor)).slice(-1);
    return this.#cursor - last.length;
  }

  get right(): number {
    const [first = ""] = graphemes(this.#text.slice(this.#cursor));
    return this.#cursor + first.length;
  }

  get wordLeft(): number {
    const before = this.#text.slice(0, this.#cursor);
    return before.replace(/[^\s]*\s*$/u, "").length;
  }

  get wordRight(): number {
    const after = this.#text.slice(this.#cursor);
    const [word = ""] = /^\s*[^\s]*/u.exec(after) ?? [];
    return this.#cursor + word.length;
  }

  /** The start of the cursor's line in a text of several lines. */
  get lineStart(): number {
    return this.#text.lastIndexOf("\n", this.#cursor - 1) + 1;
  }

  get lineEnd(): number {
    const end = this.#text.indexOf("\n", this.#cursor);
    return end < 0 ? this.#text.length : end;
  }
}

function chordOf({ name = "", ctrl, meta }: Key): string {
  return `${ctrl ? "ctrl+" : ""}${meta ? "alt+" : ""}${name}`;
}

type KeyAction = (line: LineEditor) => void;

/** The keys of bash and emacs; Alt-Enter and Ctrl-J insert a line break. */
const KEY_ACTIONS: Readonly<Record<string, KeyAction | undefined>> = {
  left: (line) => line.moveTo(line.left),
  right: (line) => line.moveTo(line.right),
  home: (line) => line.moveTo(line.lineStart),
  end: (line) => line.moveTo(line.lineEnd),
  up: (line) => line.recallLine(-1),
  down: (line) => line.recallLine(1),
  backspace: (line) => line.deleteTo(line.left, false),
  delete: (line) => line.deleteTo(line.right, false),
  enter: (line) => line.insert("\n"),
  "alt+return": (line) => line.insert("\n"),
  "alt+enter": (line) => line.insert("\n"),
  "ctrl+a": (line) => line.moveTo(line.lineStart),
  "ctrl+e": (line) => line.moveTo(line.lineEnd),
  "ctrl+b": (line) => line.moveTo(line.left),
  "ctrl+f": (line) => line.moveTo(line.right),
  "ctrl+h": (line) => line.deleteTo(line.left, false),
  "ctrl+p": (line) => line.recallLine(-1),
  "ctrl+n": (line) => line.recallLine(1),
  "ctrl+left": (line) => line.moveTo(line.wordLeft),
  "ctrl+right": (line) => line.moveTo(line.wordRight),
  "alt+left": (line) => line.moveTo(line.wordLeft),
  "alt+right": (line) => line.moveTo(line.wordRight),
  "alt+b": (line) => line.moveTo(line.wordLeft),
  "alt+f": (line) => line.moveTo(line.wordRight),
  "ctrl+w": (line) => line.deleteTo(line.wordLeft),
  "alt+backspace": (line) => line.deleteTo(line.wordLeft),
  "alt+d": (line) => line.deleteTo(line.wordRight),
  "ctrl+delete": (line) => line.deleteTo(line.wordRight),
  "ctrl+u": (line) => line.deleteTo(line.lineStart),
  "ctrl+k": (line) => line.deleteTo(line.lineEnd),
  "ctrl+y": (line) => line.yank(),
};
