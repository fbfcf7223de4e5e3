// A chat without a terminal: says what it reads, tells what it hears, and ends when all that was read is delivered.
import {
  type Chat,
  ChatError,
  type ChatEvent,
  type PrivateReceipt,
  type RoomReceipt,
} from "../client/index.ts";
import { type Command, readCommand } from "./commands.ts";
import type { Exit } from "./exits.ts";
import type { InputLine } from "./input-lines.ts";
import { type Input, readJsonLine } from "./json-input.ts";
import { rotate } from "./perform.ts";
import type { Said, ScriptOutput } from "./script-output.ts";

export interface ScriptOptions {
  readonly chat: Chat;
  readonly lines: AsyncIterable<InputLine>;
  readonly output: ScriptOutput;
  /** Is each line a JSON object? Otherwise each is as if it were typed. */
  readonly json: boolean;
  readonly stay: boolean;
  /** Gives up after so many ms without a connection; 0: never. */
  readonly timeoutMs: number;
}

/** So many may wait for their acks before the next line is read. */
const AT_ONCE = 32;

export class Script {
  readonly #options: ScriptOptions;
  readonly #chat: Chat;
  readonly #over = Promise.withResolvers<Exit>();
  readonly #joined = Promise.withResolvers<void>();
  /** By our own messages' ids. */
  readonly #own = new Set<string>();
  readonly #unsettled = new Map<Promise<unknown>, string | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasFailed = false;

  constructor(options: ScriptOptions) {
    this.#options = options;
    this.#chat = options.chat;
  }

  /**
   * What is not delivered by the end is given up and told, not kept: who runs
   * a script again does not want it said twice.
   *
   * @param interrupted aborts when it is to end at once
   */
  async run(interrupted: AbortSignal): Promise<Exit> {
    const { chat, stay, timeoutMs } = this.#options;
    const interrupt = () => this.#over.resolve("interrupted");
    interrupted.addEventListener("abort", interrupt);
    if (timeoutMs > 0) this.#patience();
    this.#listen();
    this.#readAll().then((isQuit) => {
      if (isQuit || !stay)
        this.#over.resolve(this.#hasFailed ? "failed" : "ok");
    }, this.#over.reject);
    try {
      return await this.#over.promise;
    } finally {
      clearTimeout(this.#timer);
      interrupted.removeEventListener("abort", interrupt);
      for (const id of this.#unsettled.values())
        if (id !== undefined) chat.discard(id);
      await Promise.allSettled(this.#unsettled.keys());
    }
  }

  async #listen(): Promise<void> {
    for await (const event of this.#chat) this.#hear(event);
  }

  #hear(event: ChatEvent): void {
    // We know.
    if (event.type === "state" && event.reason?.code === "closed") return;
    const isOwn =
      (event.type === "message" && this.#own.has(event.id ?? "")) ||
      (event.type === "private" && this.#own.has(event.clientId ?? ""));
    this.#options.output.event(event, isOwn);
    if (event.type !== "state") return;
    if (event.state === "live") this.#joined.resolve();
    if (event.state === "refused") this.#over.resolve("refused");
    else if (event.state !== "live") this.#patience();
    else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Begins to count, unless it does. */
  #patience(): void {
    const { timeoutMs } = this.#options;
    if (timeoutMs === 0) return;
    const giveUp = () => this.#over.resolve("unreachable");
    this.#timer ??= setTimeout(giveUp, timeoutMs);
  }

  /** @returns true if the input says that it is over */
  async #readAll(): Promise<boolean> {
    const { lines, json } = this.#options;
    let isQuit = false;
    for await (const line of lines) {
      const input = json ? readJsonLine(line) : readTypedLine(line);
      isQuit = input.command.kind === "quit";
      if (isQuit) break;
      this.#perform(input);
      while (this.#unsettled.size >= AT_ONCE)
        await Promise.race(this.#unsettled.keys());
    }
    await this.#joined.promise;
    await this.#caughtUp();
    await Promise.all(this.#unsettled.keys());
    return isQuit;
  }

  /** What had been said before now has been heard. */
  async #caughtUp(): Promise<void> {
    const chat = this.#chat;
    let heard = { seq: 0, count: 0 };
    const stop = chat.on("message", ({ seq }) => {
      heard = { seq, count: heard.count + 1 };
    });
    try {
      // An answer comes after whatever was on its way before it.
      const { messages } = await chat.history({ limit: 1 });
      const newest = messages.at(-1)?.seq ?? 0;
      let before = -1;
      while (heard.count !== before && heard.seq < newest) {
        before = heard.count;
        await chat.who();
      }
    } catch (error) {
      // Then it has ended otherwise.
      if (!isTold(error)) throw error;
    } finally {
      stop();
    }
  }

  #perform({ command, ref }: Input): void {
    const chat = this.#chat;
    const { output } = this.#options;
    switch (command.kind) {
      case "say":
        this.#say({ ref, text: command.text }, chat.send(command.text));
        break;
      case "private": {
        const { to, text } = command;
        this.#say({ ref, to, text }, chat.private(to, text));
        break;
      }
      case "who":
        this.#ask(chat.who(), output.members);
        break;
      case "history":
        this.#ask(chat.history({ limit: command.limit }), output.history);
        break;
      case "wrong":
        this.#fail({ ref }, { code: "bad_request", message: command.why });
        break;
      case "register":
        this.#ask(chat.register(), () => {});
        break;
      case "rotate":
        this.#ask(rotate(chat, command.token), () => {});
        break;
      case "release":
        this.#ask(chat.release(), () => {});
        break;
      case "block":
        this.#ask(chat.block({ username: command.name }), () => {});
        break;
      case "unblock":
        this.#ask(chat.unblock({ username: command.name }), () => {});
        break;
      case "blocked":
      case "retry":
      case "discard":
      case "reconnect":
      case "help":
        this.#fail(null, {
          code: "bad_request",
          message: `/${command.kind} is for people at a terminal.`,
        });
        break;
      case "nothing":
      case "quit":
        break;
      default:
        command satisfies never;
    }
  }

  #say(said: Said, receipt: Promise<RoomReceipt | PrivateReceipt>): void {
    const { output } = this.#options;
    const id = this.#chat.pending.at(-1)?.id;
    if (id !== undefined) this.#own.add(id);
    this.#settle(
      receipt.then(
        (acked) => output.acked(said, acked),
        (error) => this.#fail(said, error),
      ),
      id,
    );
  }

  #ask<Answer>(answer: Promise<Answer>, tell: (answer: Answer) => void): void {
    this.#settle(
      answer.then(tell, (error) => this.#fail(null, error)),
      undefined,
    );
  }

  #settle(end: Promise<void>, id: string | undefined): void {
    this.#unsettled.set(end, id);
    end.then(() => this.#unsettled.delete(end), this.#over.reject);
  }

  #fail(said: Said | null, error: unknown): void {
    if (!isTold(error)) throw error;
    this.#hasFailed = true;
    this.#options.output.failed(said, error);
  }
}

function readTypedLine(line: InputLine): Input {
  const command: Command =
    line.text === null
      ? { kind: "wrong", why: line.wrong }
      : readCommand(line.text);
  return { command, ref: undefined };
}

function isTold(error: unknown): error is { code: string; message: string } {
  const isOwn = typeof error === "object" && error !== null && "code" in error;
  return error instanceof ChatError || isOwn;
}
