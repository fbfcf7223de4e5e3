// Script: runs a chat in a pipe, sends its input, writes its output, and ends when all input is delivered.
import {
  type ActReceipt,
  ChatError,
  type PrivateReceipt,
  type Room,
  type RoomReceipt,
  type SentMessage,
} from "../client/index.ts";
import { type ChatEvent, listen } from "./chat-events.ts";
import { type ChangeCommand, type Command, parseCommand } from "./commands.ts";
import type { ExitReason } from "./exit-codes.ts";
import type { InputLine } from "./input-lines.ts";
import { parseJsonLine, type ScriptInput } from "./json-input.ts";
import { findTarget, runChange } from "./run-change.ts";
import { rotate, searchOptions } from "./run-command.ts";
import type { ScriptMessage, ScriptOutput } from "./script-output.ts";

export interface ScriptOptions {
  readonly room: Room;
  readonly lines: AsyncIterable<InputLine>;
  readonly output: ScriptOutput;
  /** Lines are JSON objects; otherwise they are parsed as typed ones. */
  readonly json: boolean;
  readonly stay: boolean;
  /** Exits after this time without a connection; 0: never. */
  readonly timeoutMs: number;
}

/** Messages without an ack, above which no further line is read. */
const UNSETTLED_MAX = 32;

export class Script {
  readonly #options: ScriptOptions;
  readonly #room: Room;
  readonly #exit = Promise.withResolvers<ExitReason>();
  readonly #joined = Promise.withResolvers<void>();
  /** Ids of messages that this script has sent. */
  readonly #ownIds = new Set<string>();
  readonly #unsettled = new Map<Promise<unknown>, string | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasFailed = false;

  constructor(options: ScriptOptions) {
    this.#options = options;
    this.#room = options.room;
  }

  /**
   * Messages without an ack at the end are discarded and reported, not stored:
   * a second run of the script would send them twice.
   *
   * @param interrupted aborts when the script must end at once
   */
  async run(interrupted: AbortSignal): Promise<ExitReason> {
    const { room, stay, timeoutMs } = this.#options;
    const interrupt = () => this.#exit.resolve("interrupted");
    interrupted.addEventListener("abort", interrupt);
    if (timeoutMs > 0) this.#startTimeout();
    listen(room, (event) => this.#onEvent(event));
    this.#readAll().then((isQuit) => {
      if (isQuit || !stay)
        this.#exit.resolve(this.#hasFailed ? "failed" : "ok");
    }, this.#exit.reject);
    try {
      return await this.#exit.promise;
    } finally {
      clearTimeout(this.#timer);
      interrupted.removeEventListener("abort", interrupt);
      for (const id of this.#unsettled.values())
        if (id !== undefined) room.client.discard(id);
      await Promise.allSettled(this.#unsettled.keys());
    }
  }

  #onEvent(event: ChatEvent): void {
    // The script has closed the chat itself.
    if (event.type === "state" && event.reason?.code === "closed") return;
    const isOwn = idsOf(event).every((id) => this.#ownIds.has(id));
    this.#options.output.event(event, isOwn);
    if (event.type !== "state") return;
    if (event.state === "connected") this.#joined.resolve();
    if (event.state === "failed") this.#exit.resolve("refused");
    else if (event.state !== "connected") this.#startTimeout();
    else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Starts the timeout, unless it runs. */
  #startTimeout(): void {
    const { timeoutMs } = this.#options;
    if (timeoutMs === 0) return;
    const giveUp = () => this.#exit.resolve("unreachable");
    this.#timer ??= setTimeout(giveUp, timeoutMs);
  }

  /** @returns true if the input contains `/quit` */
  async #readAll(): Promise<boolean> {
    const { lines, json } = this.#options;
    let isQuit = false;
    for await (const line of lines) {
      const input = json ? parseJsonLine(line) : await this.#parseTyped(line);
      isQuit = input.command.kind === "quit";
      if (isQuit) break;
      this.#runCommand(await this.#withTarget(input));
      while (this.#unsettled.size >= UNSETTLED_MAX)
        await Promise.race(this.#unsettled.keys());
    }
    await this.#joined.promise;
    await this.#receiveBacklog();
    await Promise.all(this.#unsettled.keys());
    return isQuit;
  }

  async #parseTyped(line: InputLine): Promise<ScriptInput> {
    const input = parseTypedLine(line, []);
    if (input.command.kind !== "invalid" || !line.text?.startsWith("/"))
      return input;
    // The welcome tells the commands of the server's app.
    await this.#joined.promise;
    return parseTypedLine(line, this.#room.commands);
  }

  /** The newest message is known once all that was written before is done. */
  async #withTarget(input: ScriptInput): Promise<ScriptInput> {
    const { command, ref } = input;
    const isUnnamed = "of" in command && command.of === 0;
    const isAnswer = command.kind === "message" && command.replyTo === 0;
    if (!isUnnamed && !isAnswer) return input;
    await this.#joined.promise;
    await Promise.all(this.#unsettled.keys());
    if (command.kind !== "message") return input;
    try {
      const { seq: replyTo } = await findTarget(this.#room, 0, false);
      return { command: { ...command, replyTo }, ref };
    } catch (error) {
      if (!isReportable(error)) throw error;
      const { message } = error;
      return { command: { kind: "invalid", message }, ref };
    }
  }

  /** Waits until all messages sent before now have been received. */
  async #receiveBacklog(): Promise<void> {
    const room = this.#room;
    let received = { seq: 0, count: 0 };
    const stop = room.on("message", ({ seq }) => {
      received = { seq, count: received.count + 1 };
    });
    try {
      // The answer arrives after all frames that were sent before it.
      const { messages } = await room.history({ limit: 1 });
      const newest = messages.at(-1)?.seq ?? 0;
      let before = -1;
      while (received.count !== before && received.seq < newest) {
        before = received.count;
        await room.listMembers();
      }
    } catch (error) {
      // The chat has ended for another reason.
      if (!isReportable(error)) throw error;
    } finally {
      stop();
    }
  }

  #runCommand({ command, ref }: ScriptInput): void {
    const room = this.#room;
    const { client } = room;
    const { output } = this.#options;
    switch (command.kind) {
      case "message": {
        const { text, data, replyTo, thread } = command;
        this.#trackMessage(
          { ref, text },
          room.send(text, { data, replyTo, thread }),
        );
        break;
      }
      case "edit":
      case "delete":
      case "react":
      case "pin":
      case "topic":
        this.#trackChange({ ref }, command);
        break;
      case "thread":
        this.#trackRequest(
          room.history({ thread: command.of, limit: command.limit }),
          output.history,
        );
        break;
      case "private": {
        const { to, text, data } = command;
        this.#trackMessage(
          { ref, to, text },
          client.sendPrivate(to, text, { data }),
        );
        break;
      }
      case "who":
        this.#trackRequest(room.listMembers(), output.members);
        break;
      case "history":
        this.#trackRequest(
          room.history({ limit: command.limit }),
          output.history,
        );
        break;
      case "search": {
        const { words, before, limit } = command;
        this.#trackRequest(
          room.search(words, searchOptions(before, limit)),
          output.results,
        );
        break;
      }
      case "app-command": {
        const { name, rest } = command;
        this.#trackRequest(room.command(name, rest), (result) =>
          output.replied(name, result),
        );
        break;
      }
      case "moderate":
        this.#trackAct(ref, room.moderate(command.act));
        break;
      case "report":
        this.#trackAct(ref, room.report(command.of, command.reason));
        break;
      case "close-report": {
        const { report, outcome } = command;
        this.#trackAct(ref, room.closeReport(report, outcome));
        break;
      }
      case "reports":
        this.#trackRequest(room.reports({ open: true }), output.reports);
        break;
      case "unread":
        this.#trackRequest(client.rooms(command.before), output.rooms);
        break;
      case "forget":
        this.#trackRequest(client.forgetRoom(command.name), () => {});
        break;
      case "invalid":
        this.#fail({ ref }, { code: "bad_request", message: command.message });
        break;
      case "register":
        this.#trackRequest(client.register(), () => {});
        break;
      case "rotate":
        this.#trackRequest(rotate(client, command.token), () => {});
        break;
      case "release":
        this.#trackRequest(client.release(), () => {});
        break;
      case "block":
        this.#trackRequest(client.block({ username: command.name }), () => {});
        break;
      case "unblock":
        this.#trackRequest(
          client.unblock({ username: command.name }),
          () => {},
        );
        break;
      case "blocked":
      case "mentions":
      case "read":
      case "retry":
      case "discard":
      case "reconnect":
      case "help":
        this.#fail(null, {
          code: "bad_request",
          message: `/${command.kind} works in a terminal only.`,
        });
        break;
      case "empty":
      case "quit":
        break;
      default:
        command satisfies never;
    }
  }

  #trackMessage(
    scriptMessage: ScriptMessage,
    sent: SentMessage<RoomReceipt | PrivateReceipt>,
  ): void {
    const { output } = this.#options;
    const { id } = sent;
    this.#ownIds.add(id);
    this.#track(
      sent.then(
        (acked) => output.acked(scriptMessage, acked),
        (error) => this.#fail(scriptMessage, error),
      ),
      id,
    );
  }

  #trackChange(scriptMessage: ScriptMessage, command: ChangeCommand): void {
    const { output } = this.#options;
    const onSent = ({ id }: { readonly id: string }) => this.#ownIds.add(id);
    this.#track(
      runChange(this.#room, command, false, onSent).then(
        (acked) => output.acked(scriptMessage, acked),
        (error) => this.#fail(scriptMessage, error),
      ),
      undefined,
    );
  }

  #trackAct(ref: ScriptMessage["ref"], act: Promise<ActReceipt>): void {
    const { output } = this.#options;
    this.#track(
      act.then(
        (acked) => output.acked({ ref }, acked),
        (error) => this.#fail({ ref }, error),
      ),
      undefined,
    );
  }

  #trackRequest<Answer>(
    reply: Promise<Answer>,
    onReply: (reply: Answer) => void,
  ): void {
    this.#track(
      reply.then(onReply, (error) => this.#fail(null, error)),
      undefined,
    );
  }

  #track(done: Promise<void>, id: string | undefined): void {
    this.#unsettled.set(done, id);
    done.then(() => this.#unsettled.delete(done), this.#exit.reject);
  }

  #fail(scriptMessage: ScriptMessage | null, error: unknown): void {
    if (!isReportable(error)) throw error;
    this.#hasFailed = true;
    this.#options.output.failed(scriptMessage, error);
  }
}

/** The ids that clients gave to the event; one that nobody has if there is none. */
function idsOf(event: ChatEvent): readonly string[] {
  const ids =
    event.type === "private"
      ? [event.clientId]
      : event.type === "reacted"
        ? [...event.added, ...event.removed].map(({ id }) => id)
        : "id" in event
          ? [event.id]
          : [""];
  return ids.map((id = "") => id);
}

function parseTypedLine(
  line: InputLine,
  appCommands: readonly string[],
): ScriptInput {
  const command: Command =
    line.text === null
      ? { kind: "invalid", message: line.error }
      : parseCommand(line.text, appCommands);
  return { command, ref: undefined };
}

function isReportable(
  error: unknown,
): error is { code: string; message: string } {
  const isOwn = typeof error === "object" && error !== null && "code" in error;
  return error instanceof ChatError || isOwn;
}
