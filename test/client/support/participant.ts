// Participant: one person of a story at their client, over reloads and crashes; what they wrote, and what they were shown.

import { Account } from "../../../src/client/account.ts";
import { Chat } from "../../../src/client/chat.ts";
import type { Environment } from "../../../src/client/environment.ts";
import type {
  ChatMessage,
  ChatPrivate,
  GapEvent,
} from "../../../src/client/events.ts";
import {
  type ChatStorage,
  memoryStorage,
} from "../../../src/client/storage.ts";
import { crashableStorage } from "./crashable-storage.ts";
import { type Tab, Tabs } from "./tabs.ts";

/** What one run of the client has shown. */
export interface RunRecord {
  readonly messages: ChatMessage[];
  readonly privates: ChatPrivate[];
  readonly gaps: GapEvent[];
}

/** What has been said, by whom, and to whom if not to all. */
export interface SentMessage {
  readonly author: Participant;
  readonly recipient: Participant | null;
  readonly text: string;
}

/** A process in which a client runs. */
export interface ClientProcess extends Environment {
  readonly locks: Tab;
  readonly hasCrashed: boolean;
  /** The network, or the page, is back. */
  wake(): void;
  /** Ends at once, in the middle of whatever it does. */
  crash(): void;
  /** Writes down what happened, for a complaint. */
  log(what: string): void;
  readonly logLines: readonly string[];
}

export interface ParticipantOptions {
  /** Their name; or the participant who is the same person in another tab. */
  readonly identity: string | Participant;
  readonly room: string;
  startProcess(tab: Tab): ClientProcess;
  /** Ends their connections without a word. */
  disconnect(): void;
}

export class Participant {
  readonly name: string;
  /** In everything that they write; tells them from their twin. */
  readonly label: string;
  /** The same person in another tab. */
  readonly otherTab: Participant | null;
  /** Every run, the present one last. */
  readonly runs: RunRecord[] = [];
  /** What became of everything that was written, if it was refused. */
  readonly failures: unknown[] = [];
  chat: Chat;
  readonly #options: ParticipantOptions;
  readonly #storage: ChatStorage;
  readonly #tabs: Tabs;
  #process: ClientProcess;

  constructor(options: ParticipantOptions) {
    const { identity } = options;
    this.#options = options;
    this.otherTab = typeof identity === "string" ? null : identity;
    this.name = typeof identity === "string" ? identity : identity.name;
    this.label = this.otherTab === null ? this.name : `${this.name}.twin`;
    const { otherTab } = this;
    this.#storage = otherTab === null ? memoryStorage() : otherTab.#storage;
    this.#tabs = otherTab === null ? new Tabs() : otherTab.#tabs;
    [this.chat, this.#process] = this.#start();
  }

  /** By the present run. */
  get currentRun(): RunRecord {
    const run = this.runs.at(-1);
    if (run === undefined) throw new Error("It does not run.");
    return run;
  }

  /** The page is left, and loaded again. */
  async reload(): Promise<void> {
    await this.chat.close();
    [this.chat, this.#process] = this.#start();
  }

  /** The process ends in the middle of whatever it does, and starts again. */
  crash(): void {
    this.#process.crash();
    this.#options.disconnect();
    [this.chat, this.#process] = this.#start();
  }

  wake(): void {
    this.#process.wake();
  }

  /** Everything is acked. */
  get isDone(): boolean {
    return this.chat.state === "connected" && this.chat.pending.length === 0;
  }

  /** For a complaint. */
  get description(): string {
    const { state, reason, pending } = this.chat;
    const [first] = pending;
    const oldest = first === undefined ? "" : JSON.stringify(first);
    const lately = this.#process.logLines.slice(-20).join("; ");
    return `${this.label} ${state} ${reason?.code ?? ""}, ${pending.length} pending ${oldest}: ${lately}`;
  }

  #start(): [Chat, ClientProcess] {
    const process = this.#options.startProcess(this.#tabs.open());
    const storage = crashableStorage(this.#storage, () => process.hasCrashed);
    const serverUrl = "http://chat.example";
    const token = undefined;
    const { name: username } = this;
    const person = new Account({
      ...{ serverUrl, username, token, storage },
      environment: process,
    });
    const chat = new Chat(person, this.#options.room, {
      ...{
        device: process.createSecret(),
        history: 50,
        allMail: false,
        maxMessages: 500,
      },
    });
    const run: RunRecord = { messages: [], privates: [], gaps: [] };
    this.runs.push(run);
    chat.on("message", (message) => run.messages.push(message));
    chat.on("private", (message) => run.privates.push(message));
    chat.on("gap", (gap) => run.gaps.push(gap));
    chat.on("state", ({ state, reason }) =>
      process.log(`${state} ${reason?.code ?? ""}`),
    );
    chat.on("pending", ({ pending }) => {
      for (const { id, to, state, error } of pending) {
        // A person who sees that it is not known sends it again.
        if (state === "unknown" && to !== undefined) chat.resend(id);
        else if (state === "failed" || state === "unknown")
          this.failures.push({ id, state, error });
      }
    });
    return [chat, process];
  }
}
