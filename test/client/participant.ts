// Participant: one person of a story at their client, over reloads and crashes; what they wrote, and what they were shown.
import { Chat } from "../../src/client/chat.ts";
import type { Environment } from "../../src/client/environment.ts";
import type { ChatMessage, ChatPrivate, Gap } from "../../src/client/events.ts";
import { Person } from "../../src/client/person.ts";
import { type ChatStorage, memoryStorage } from "../../src/client/storage.ts";
import { mortalStorage } from "./mortal-storage.ts";
import { type Tab, Tabs } from "./tabs.ts";

/** What one run of the client has shown. */
export interface Shown {
  readonly messages: ChatMessage[];
  readonly privates: ChatPrivate[];
  readonly gaps: Gap[];
}

/** What has been said, by whom, and to whom if not to all. */
export interface Said {
  readonly by: Participant;
  readonly to: Participant | null;
  readonly text: string;
}

/** A process in which a client runs. */
export interface Process extends Environment {
  readonly locks: Tab;
  readonly isDead: boolean;
  /** The network, or the page, is back. */
  wake(): void;
  /** Ends at once, in the middle of whatever it does. */
  end(): void;
  /** Writes down what happened, for a complaint. */
  note(what: string): void;
  readonly notes: readonly string[];
}

export interface ParticipantOptions {
  /** Their name; or the participant who is the same person in another tab. */
  readonly who: string | Participant;
  readonly room: string;
  startProcess(tab: Tab): Process;
  /** Ends their connections without a word. */
  cut(): void;
}

export class Participant {
  readonly name: string;
  /** In everything that they write; tells them from their twin. */
  readonly label: string;
  /** The same person in another tab. */
  readonly twin: Participant | null;
  /** Every run, the present one last. */
  readonly runs: Shown[] = [];
  /** What became of everything that was written, if it was refused. */
  readonly refused: unknown[] = [];
  chat: Chat;
  readonly #options: ParticipantOptions;
  readonly #storage: ChatStorage;
  readonly #tabs: Tabs;
  #process: Process;

  constructor(options: ParticipantOptions) {
    const { who } = options;
    this.#options = options;
    this.twin = typeof who === "string" ? null : who;
    this.name = typeof who === "string" ? who : who.name;
    this.label = this.twin === null ? this.name : `${this.name}.twin`;
    const { twin } = this;
    this.#storage = twin === null ? memoryStorage() : twin.#storage;
    this.#tabs = twin === null ? new Tabs() : twin.#tabs;
    [this.chat, this.#process] = this.#start();
  }

  /** By the present run. */
  get shown(): Shown {
    const shown = this.runs.at(-1);
    if (shown === undefined) throw new Error("It does not run.");
    return shown;
  }

  /** The page is left, and loaded again. */
  async reload(): Promise<void> {
    await this.chat.close();
    [this.chat, this.#process] = this.#start();
  }

  /** The process ends in the middle of whatever it does, and starts again. */
  crash(): void {
    this.#process.end();
    this.#options.cut();
    [this.chat, this.#process] = this.#start();
  }

  wake(): void {
    this.#process.wake();
  }

  /** Everything is acked. */
  get isDone(): boolean {
    return this.chat.state === "live" && this.chat.pending.length === 0;
  }

  /** For a complaint. */
  get state(): string {
    const { state, reason, pending } = this.chat;
    const [first] = pending;
    const oldest = first === undefined ? "" : JSON.stringify(first);
    const lately = this.#process.notes.slice(-20).join("; ");
    return `${this.label} ${state} ${reason?.code ?? ""}, ${pending.length} pending ${oldest}: ${lately}`;
  }

  #start(): [Chat, Process] {
    const process = this.#options.startProcess(this.#tabs.open());
    const storage = mortalStorage(this.#storage, () => process.isDead);
    const host = "http://chat.example";
    const token = undefined;
    const { name: username } = this;
    const person = new Person({
      ...{ host, username, token, storage },
      environment: process,
    });
    const chat = new Chat(person, this.#options.room, {
      ...{ device: process.secret(), history: 50, allMail: false, keep: 500 },
    });
    const shown: Shown = { messages: [], privates: [], gaps: [] };
    this.runs.push(shown);
    chat.on("message", (message) => shown.messages.push(message));
    chat.on("private", (message) => shown.privates.push(message));
    chat.on("gap", (gap) => shown.gaps.push(gap));
    chat.on("state", ({ state, reason }) =>
      process.note(`${state} ${reason?.code ?? ""}`),
    );
    chat.on("pending", ({ pending }) => {
      for (const { id, to, state, error } of pending) {
        // A person who sees that it is not known sends it again.
        if (state === "unknown" && to !== undefined) chat.resend(id);
        else if (state === "failed" || state === "unknown")
          this.refused.push({ id, state, error });
      }
    });
    return [chat, process];
  }
}
