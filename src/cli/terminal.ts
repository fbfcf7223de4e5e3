// A chat at a terminal: keys in, what is heard above the line that is typed, until one quits.
import { emitKeypressEvents } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import type { Chat, ChatEvent } from "../client/index.ts";
import { type BlockView, choicesLine } from "./block.ts";
import type { Colours } from "./colours.ts";
import { readCommand } from "./commands.ts";
import { complete } from "./completion.ts";
import { Display } from "./display.ts";
import type { Exit } from "./exits.ts";
import { type Key, LineEditor } from "./line-editor.ts";
import { PasteWatch } from "./paste-watch.ts";
import { People } from "./people.ts";
import { perform } from "./perform.ts";
import {
  complaint,
  failedOf,
  notice,
  pendingLines,
  type Reader,
  readerOf,
  statusLine,
  whyOf,
} from "./render.ts";
import { Transcript } from "./transcript.ts";

export interface TerminalOptions {
  readonly chat: Chat;
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly colours: Colours;
  /** See `Screen`. */
  readonly leavesCursorRow: boolean;
}

const PENDING_ROWS = 5;
/** Rows beside what is pending that are always to be seen. */
const ROWS_KEPT = 6;
/** Who quits waits so long at most for what is on its way. */
const LAST_ACKS_MS = 2000;
/** For a paste that the terminal does not mark. */
const SEVERAL_LINES =
  "several lines came at once and are one text: Enter sends it, Ctrl-C drops it";
/** So often it is looked who has stopped typing. */
const TYPING_CHECK_MS = 1000;

export class Terminal {
  readonly #chat: Chat;
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #display: Display;
  readonly #transcript: Transcript;
  readonly #line = new LineEditor();
  readonly #paste = new PasteWatch();
  readonly #people = new People();
  readonly #over = Promise.withResolvers<Exit>();
  readonly #reader: Reader;
  #choices: readonly string[] = [];
  #hasJoined = false;
  #isLeaving = false;

  constructor(options: TerminalOptions) {
    const { chat, input, output, colours, leavesCursorRow } = options;
    this.#chat = chat;
    this.#input = input;
    this.#output = output;
    const reader = readerOf(chat, true);
    this.#reader = reader;
    this.#transcript = new Transcript(reader);
    this.#display = new Display(output, colours, leavesCursorRow, () =>
      this.#view(),
    );
  }

  /** @returns how it ended; the terminal is then as it was before */
  async run(): Promise<Exit> {
    const input = this.#input;
    const press = (_: unknown, key: Key | undefined) => {
      if (key !== undefined) this.#press(key);
    };
    const read = (chunk: Uint8Array | string) => {
      if (!this.#isLeaving && this.#paste.read(chunk, this.#line))
        this.#display.show([notice(SEVERAL_LINES, null, this.#reader)]);
    };
    const resize = () => this.#display.show();
    const quit = () => this.#quit();
    // Also if a fault ends it.
    const leave = () => this.#display.leave();
    const comeBack = () => {
      input.setRawMode(true);
      this.#display.comeBack();
    };
    const check = setInterval(() => this.#checkTyping(), TYPING_CHECK_MS);
    // Before the keys of what is read.
    input.on("data", read);
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.on("keypress", press).on("end", quit).resume();
    // Its window may be gone before we hear of it.
    this.#output.on("resize", resize).on("error", quit);
    process.on("exit", leave);
    process.on("SIGTERM", quit).on("SIGHUP", quit).on("SIGCONT", comeBack);
    this.#listen();
    this.#display.show();
    try {
      return await this.#over.promise;
    } finally {
      clearInterval(check);
      leave();
      process.off("exit", leave);
      input.off("data", read).off("keypress", press).off("end", quit).pause();
      input.setRawMode(false);
      this.#output.off("resize", resize).off("error", quit);
      process.off("SIGTERM", quit).off("SIGHUP", quit).off("SIGCONT", comeBack);
    }
  }

  async #listen(): Promise<void> {
    for await (const event of this.#chat) this.#hear(event);
  }

  #hear(event: ChatEvent): void {
    const { room, count, state, reason } = this.#chat;
    if (this.#isLeaving) return;
    if ((event.type === "message" || event.type === "private") && !event.mine)
      this.#people.spoke(event.username, event.user);
    else if (event.type === "left") this.#people.left(event.username);
    else if (event.type === "typing")
      this.#people.types(event.username, performance.now());
    this.#hasJoined ||= state === "live";
    this.#display.show(this.#transcript.linesOf(event, room, count));
    if (state === "refused" && !this.#hasJoined)
      this.#end("refused", reason ? whyOf(reason) : "The server refused.");
  }

  #press(key: Key): void {
    const line = this.#line;
    if (this.#isLeaving) return;
    const choices = this.#choices;
    this.#choices = [];
    const isPasted =
      this.#paste.isText && /^(?:return|tab)$/.test(key.name ?? "");
    const isText = line.isPasting || this.#paste.isText;
    if (isPasted && !line.isPasting) line.insert(key.sequence ?? "");
    else if (!isText && key.name === "return" && !key.meta) this.#submit();
    else if (!isText && key.name === "tab") this.#complete(choices);
    else if (!isText && key.ctrl && this.#control(key.name)) return;
    else if (line.press(key) && readCommand(line.text).kind === "say")
      this.#chat.typing();
    this.#display.show();
  }

  /** @returns false if that is for the editor */
  #control(name: string | undefined): boolean {
    const line = this.#line;
    switch (name) {
      case "c":
        if (line.text === "") this.#quit();
        else line.set("");
        break;
      case "d":
        if (line.text === "") this.#quit();
        else line.deleteTo(line.right, false);
        break;
      case "l":
        this.#display.clear();
        return true;
      case "z":
        this.#suspend();
        return true;
      default:
        return false;
    }
    this.#display.show();
    return true;
  }

  #submit(): void {
    const command = readCommand(this.#line.submit());
    if (command.kind === "quit") {
      this.#quit();
      return;
    }
    perform(command, {
      chat: this.#chat,
      reader: this.#reader,
      transcript: this.#transcript,
      people: this.#people,
    }).then((lines) => this.#display.show(lines), this.#over.reject);
  }

  #complete(choices: readonly string[]): void {
    const line = this.#line;
    const { members, username } = this.#chat;
    const names = this.#people.names(members, username);
    const done = complete(line.text, line.cursor, names);
    if (done === null) return;
    // Nothing new to choose from: a second Tab takes the choices away.
    const isSame = done.text === line.text && choices.length > 0;
    this.#choices = isSame ? [] : done.choices;
    line.set(done.text, done.cursor);
  }

  #suspend(): void {
    // Windows has no such thing.
    if (process.platform === "win32") return;
    this.#display.leave();
    this.#input.setRawMode(false);
    process.kill(process.pid, "SIGTSTP");
  }

  #checkTyping(): void {
    if (this.#people.lookAt(performance.now())) this.#display.show();
  }

  /** Leaves, once what is on its way has arrived. */
  async #quit(): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    const chat = this.#chat;
    const isDone = () =>
      chat.state !== "live" ||
      failedOf(chat.pending).length === chat.pending.length;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LAST_ACKS_MS);
      const check = () => {
        if (!isDone()) return;
        clearTimeout(timer);
        resolve();
      };
      chat.subscribe(check);
      check();
    });
    const { length } = chat.pending;
    const what = length === 1 ? "1 message is" : `${length} messages are`;
    const later = `${what} not sent; that is kept for when you are back`;
    this.#display.leave(
      length === 0 ? [] : [notice(later, null, this.#reader)],
    );
    this.#over.resolve("ok");
  }

  #end(exit: Exit, why: string): void {
    this.#isLeaving = true;
    this.#display.leave([complaint(why)]);
    this.#over.resolve(exit);
  }

  #view(): BlockView {
    const { state, reason, room, username, members, count } = this.#chat;
    const { pending } = this.#chat;
    const rows = Math.min(PENDING_ROWS, this.#display.height - ROWS_KEPT);
    const typing = this.#people.typing();
    return {
      text: this.#line.text,
      cursor: this.#line.cursor,
      above: [
        ...pendingLines(pending, Math.max(0, rows)),
        ...(this.#choices.length > 0 ? [choicesLine(this.#choices)] : []),
        statusLine({
          ...{ state, room, username, members, count, typing },
          reason: reason?.message ?? null,
        }),
      ],
    };
  }
}
