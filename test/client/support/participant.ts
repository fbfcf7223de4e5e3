// Participant: one user of a story over all runs of their client, with the messages sent and shown.

import { Client } from "../../../src/client/client.ts";
import type { Environment } from "../../../src/client/environment.ts";
import type {
  ChatMessage,
  ChatPrivate,
  GapEvent,
} from "../../../src/client/events.ts";
import type { Room } from "../../../src/client/index.ts";
import {
  type ChatStorage,
  memoryStorage,
} from "../../../src/client/storage.ts";
import { crashableStorage } from "./crashable-storage.ts";
import { type Tab, Tabs } from "./tabs.ts";

/** The events that one run of the client has shown. */
export interface RunRecord {
  readonly messages: ChatMessage[];
  readonly privates: ChatPrivate[];
  readonly gaps: GapEvent[];
}

/** A message that was sent, with its author and its recipient. */
export interface SentMessage {
  readonly author: Participant;
  readonly recipient: Participant | null;
  readonly text: string;
}

/** The process of a client. */
export interface ClientProcess extends Environment {
  readonly locks: Tab;
  readonly hasCrashed: boolean;
  /** The network or the page is back. */
  wake(): void;
  /** The process crashes. */
  crash(): void;
  /** Adds a log line for failure messages. */
  log(what: string): void;
  readonly logLines: readonly string[];
}

export interface ParticipantOptions {
  /** A username, or the participant who is the same user in another tab. */
  readonly identity: string | Participant;
  readonly room: string;
  /** Joined first, so that it sends the private messages; null: none. */
  readonly otherRoom?: string | null;
  startProcess(tab: Tab): ClientProcess;
  /** Ends the connections without a close frame. */
  disconnect(): void;
}

export class Participant {
  readonly name: string;
  /** Part of every text: it distinguishes the two tabs of a user. */
  readonly label: string;
  /** The same user in another tab. */
  readonly otherTab: Participant | null;
  /** All runs; the last one is the current run. */
  readonly runs: RunRecord[] = [];
  /** Messages that failed. */
  readonly failures: unknown[] = [];
  room: Room;
  /** Only private messages go by it. */
  #otherRoom: Room | null = null;
  readonly #options: ParticipantOptions;
  readonly #storage: ChatStorage;
  readonly #tabs: Tabs;
  #process: ClientProcess;

  constructor(options: ParticipantOptions) {
    const { identity } = options;
    this.#options = options;
    this.otherTab = typeof identity === "string" ? null : identity;
    this.name = typeof identity === "string" ? identity : identity.name;
    this.label = this.otherTab === null ? this.name : `${this.name}.other-tab`;
    const { otherTab } = this;
    this.#storage = otherTab === null ? memoryStorage() : otherTab.#storage;
    this.#tabs = otherTab === null ? new Tabs() : otherTab.#tabs;
    [this.room, this.#process] = this.#start();
  }

  /** The events of the current run. */
  get currentRun(): RunRecord {
    const run = this.runs.at(-1);
    if (run === undefined) throw new Error("The participant has no run.");
    return run;
  }

  /** Closes the page, and loads it again. */
  async reload(): Promise<void> {
    await this.room.client.close();
    [this.room, this.#process] = this.#start();
  }

  /** The process crashes, and starts again. */
  crash(): void {
    this.#process.crash();
    this.#options.disconnect();
    [this.room, this.#process] = this.#start();
  }

  /** Leaves the other room, or joins it again. */
  switchOtherRoom(): void {
    if (this.#otherRoom === null) this.#otherRoom = this.#joinOther();
    else {
      this.#otherRoom.leave();
      this.#otherRoom = null;
    }
  }

  wake(): void {
    this.#process.wake();
  }

  /** True if all messages are acked. */
  get isDone(): boolean {
    const { state, client } = this.room;
    return state === "connected" && client.pending.length === 0;
  }

  /** The state, for failure messages. */
  get description(): string {
    const { state, reason } = this.room;
    const { pending } = this.room.client;
    const [first] = pending;
    const oldest = first === undefined ? "" : JSON.stringify(first);
    const lately = this.#process.logLines.slice(-20).join("; ");
    return `${this.label} ${state} ${reason?.code ?? ""}, ${pending.length} pending ${oldest}: ${lately}`;
  }

  #joinOther(client = this.room.client): Room | null {
    const { otherRoom = null } = this.#options;
    return otherRoom === null ? null : client.join(otherRoom);
  }

  #start(): [Room, ClientProcess] {
    const process = this.#options.startProcess(this.#tabs.open());
    const storage = crashableStorage(this.#storage, () => process.hasCrashed);
    const client = new Client({
      ...{ serverUrl: "http://chat.example", username: this.name, storage },
      ...{ token: undefined, environment: process, allMail: false },
      ...{ device: process.createSecret(), maxMessages: 500, schemas: {} },
    });
    this.#otherRoom = this.#joinOther(client);
    const room = client.join(this.#options.room);
    const run: RunRecord = { messages: [], privates: [], gaps: [] };
    this.runs.push(run);
    room.on("message", (message) => run.messages.push(message));
    client.on("private", (message) => run.privates.push(message));
    room.on("gap", (gap) => run.gaps.push(gap));
    room.on("state", ({ state, reason }) =>
      process.log(`${state} ${reason?.code ?? ""}`),
    );
    client.on("pending", ({ pending }) => {
      for (const { id, to, state, error } of pending) {
        // A user who sees an unknown message sends it again.
        if (state === "unknown" && to !== undefined) client.resend(id);
        else if (state === "failed" || state === "unknown")
          this.failures.push({ id, state, error });
      }
    });
    return [room, process];
  }
}
