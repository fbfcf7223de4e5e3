// Terminal: runs a chat for a person, who types below the lines that arrive, until they quit.
import { emitKeypressEvents } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import type { Room } from "../client/index.ts";
import { type ChatEvent, listen } from "./chat-events.ts";
import type { Colours } from "./colours.ts";
import { parseCommand } from "./commands.ts";
import { complete } from "./completion.ts";
import { Display } from "./display.ts";
import type { ExitReason } from "./exit-codes.ts";
import { choicesLine, type FooterView } from "./footer.ts";
import { type Key, LineEditor } from "./line-editor.ts";
import { Participants } from "./participants.ts";
import { PasteDetector } from "./paste-detector.ts";
import { People } from "./people.ts";
import { markPrivatesRead } from "./private-reading.ts";
import {
  errorLine,
  errorText,
  failedMessages,
  isHidden,
  noticeLine,
  pendingLines,
  statusLine,
  type Viewer,
  viewerOf,
} from "./render.ts";
import { runCommand } from "./run-command.ts";
import { Transcript } from "./transcript.ts";

export interface TerminalOptions {
  readonly room: Room;
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly colours: Colours;
  /** See `Screen`. */
  readonly leavesCursorRow: boolean;
}

const PENDING_ROWS = 5;
/** Rows of the footer and the transcript that pending messages never take. */
const OTHER_ROWS_MIN = 6;
/** Quitting waits this long at most for acks. */
const QUIT_TIMEOUT_MS = 2000;
/** Shown after a paste that the terminal does not mark. */
const UNMARKED_PASTE_NOTICE =
  "several lines were pasted as one message: Enter sends it, Ctrl-C deletes it";
/** How often users who have stopped typing are removed. */
const TYPING_CHECK_INTERVAL_MS = 1000;

export class Terminal {
  readonly #room: Room;
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #display: Display;
  readonly #transcript: Transcript;
  readonly #line = new LineEditor();
  readonly #pasteDetector = new PasteDetector();
  readonly #participants = new Participants();
  readonly #people: People;
  readonly #exit = Promise.withResolvers<ExitReason>();
  readonly #viewer: Viewer;
  /** Commands that wait for their answers. */
  readonly #running = new Set<Promise<unknown>>();
  #choices: readonly string[] = [];
  #hasJoined = false;
  #isLeaving = false;

  constructor(options: TerminalOptions) {
    const { room, input, output, colours, leavesCursorRow } = options;
    this.#room = room;
    this.#people = new People(room);
    this.#input = input;
    this.#output = output;
    const viewer = viewerOf(room.client, true, this.#people);
    this.#viewer = viewer;
    this.#transcript = new Transcript(viewer);
    this.#display = new Display(output, colours, leavesCursorRow, () =>
      this.#footer(),
    );
  }

  /** @returns why it ended; the terminal is restored */
  async run(): Promise<ExitReason> {
    const input = this.#input;
    const press = (_: unknown, key: Key | undefined) => {
      if (key !== undefined) this.#onKey(key);
    };
    const read = (chunk: Uint8Array | string) => {
      if (!this.#isLeaving && this.#pasteDetector.onInput(chunk, this.#line))
        this.#display.show([
          noticeLine(UNMARKED_PASTE_NOTICE, null, this.#viewer),
        ]);
    };
    const resize = () => this.#display.show();
    const quit = () => this.#quit();
    // Also after an uncaught error.
    const leave = () => this.#display.leave();
    const resume = () => {
      input.setRawMode(true);
      this.#display.resume();
    };
    const check = setInterval(
      () => this.#checkTyping(),
      TYPING_CHECK_INTERVAL_MS,
    );
    // Registered before the key events of the same read.
    input.on("data", read);
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.on("keypress", press).on("end", quit).resume();
    // The window may close before its signal arrives.
    this.#output.on("resize", resize).on("error", quit);
    process.on("exit", leave);
    process.on("SIGTERM", quit).on("SIGHUP", quit).on("SIGCONT", resume);
    listen(this.#room, (event) => this.#onEvent(event));
    this.#display.show();
    try {
      return await this.#exit.promise;
    } finally {
      clearInterval(check);
      leave();
      process.off("exit", leave);
      input.off("data", read).off("keypress", press).off("end", quit).pause();
      input.setRawMode(false);
      this.#output.off("resize", resize).off("error", quit);
      process.off("SIGTERM", quit).off("SIGHUP", quit).off("SIGCONT", resume);
    }
  }

  #onEvent(event: ChatEvent): void {
    const { name, count, state, reason } = this.#room;
    if (this.#isLeaving) return;
    if (event.type === "message") this.#people.addAuthor(event.username);
    if ((event.type === "message" || event.type === "private") && !event.mine)
      this.#participants.addMessage(event.username, event.user);
    else if (event.type === "left") this.#participants.remove(event.username);
    else if (event.type === "typing")
      this.#participants.setTyping(event.username, performance.now());
    // What is shown has been read.
    if (event.type === "message") this.#room.markRead(event.seq);
    this.#hasJoined ||= state === "connected";
    if (isCall(event, this.#viewer)) this.#display.ring();
    this.#display.show(this.#transcript.eventLines(event, name, count));
    if (state === "failed" && !this.#hasJoined)
      this.#exitWith(
        "refused",
        reason ? errorText(reason) : "The server refused.",
      );
  }

  #onKey(key: Key): void {
    const line = this.#line;
    if (this.#isLeaving) return;
    const choices = this.#choices;
    this.#choices = [];
    const isPasted =
      this.#pasteDetector.isPasting && /^(?:return|tab)$/.test(key.name ?? "");
    const isText = line.isPasting || this.#pasteDetector.isPasting;
    if (isPasted && !line.isPasting) line.insert(key.sequence ?? "");
    else if (!isText && key.name === "return" && !key.meta) this.#submit();
    else if (!isText && key.name === "tab") this.#complete(choices);
    else if (!isText && key.ctrl && this.#onControlKey(key.name)) return;
    else if (line.press(key) && parseCommand(line.text).kind === "message")
      this.#room.typing();
    this.#display.show();
  }

  /** @returns false if the line editor handles the key */
  #onControlKey(name: string | undefined): boolean {
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
    const { commands } = this.#room;
    const command = parseCommand(this.#line.submit(), commands);
    if (command.kind === "quit") {
      this.#quit();
      return;
    }
    const running = runCommand(command, {
      room: this.#room,
      viewer: this.#viewer,
      transcript: this.#transcript,
      participants: this.#participants,
    }).then((lines) => this.#display.show(lines), this.#exit.reject);
    // The user looks at the terminal.
    markPrivatesRead(this.#room, this.#transcript.mentions);
    this.#running.add(running);
    running.finally(() => this.#running.delete(running));
  }

  #complete(choices: readonly string[]): void {
    const line = this.#line;
    const { members, client, commands } = this.#room;
    const names = this.#participants.suggestions(members, client.username);
    const completed = complete(line.text, line.cursor, names, commands);
    if (completed === null) return;
    // A second Tab without a further choice hides the choices.
    const isSame = completed.text === line.text && choices.length > 0;
    this.#choices = isSame ? [] : completed.choices;
    line.set(completed.text, completed.cursor);
  }

  #suspend(): void {
    // Windows cannot suspend a program.
    if (process.platform === "win32") return;
    this.#display.leave();
    this.#input.setRawMode(false);
    process.kill(process.pid, "SIGTSTP");
  }

  #checkTyping(): void {
    if (this.#participants.expireTyping(performance.now()))
      this.#display.show();
  }

  /** Leaves after the acks of sent messages. */
  async #quit(): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    const room = this.#room;
    const { client } = room;
    const isDone = () =>
      room.state !== "connected" ||
      (this.#running.size === 0 &&
        failedMessages(client.pending).length === client.pending.length);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, QUIT_TIMEOUT_MS);
      const check = () => {
        if (!isDone()) return;
        clearTimeout(timer);
        resolve();
      };
      client.subscribe(check);
      for (const running of this.#running) running.finally(check);
      check();
    });
    const { length } = client.pending;
    const message =
      length === 1
        ? "1 message is not sent yet; it is stored, and sent at the next start"
        : `${length} messages are not sent yet; they are stored, and sent at the next start`;
    this.#display.leave(
      length === 0 ? [] : [noticeLine(message, null, this.#viewer)],
    );
    this.#exit.resolve("ok");
  }

  #exitWith(reason: ExitReason, message: string): void {
    this.#isLeaving = true;
    this.#display.leave([errorLine(message)]);
    this.#exit.resolve(reason);
  }

  #footer(): FooterView {
    const { state, reason, name, members, count, client } = this.#room;
    const { pending, username } = client;
    const rows = Math.min(PENDING_ROWS, this.#display.height - OTHER_ROWS_MIN);
    const typing = this.#participants.typingNames();
    return {
      text: this.#line.text,
      cursor: this.#line.cursor,
      above: [
        ...pendingLines(pending, Math.max(0, rows)),
        ...(this.#choices.length > 0 ? [choicesLine(this.#choices)] : []),
        statusLine({
          ...{ state, room: name, username, members, count, typing },
          reason: reason?.message ?? null,
        }),
      ],
    };
  }
}

/** A new message calls the user: by name in any room, or all members here. */
function isCall(event: ChatEvent, viewer: Viewer): boolean {
  if (event.type !== "mention" && event.type !== "message") return false;
  if (event.isReplay || isHidden(event, viewer)) return false;
  return event.type === "mention" || (event.here === true && !event.mine);
}
