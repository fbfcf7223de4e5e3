// One person at a client on a bad network, over reloads and crashes: what they wrote, and what they were shown.
import { setTimeout as pause } from "node:timers/promises";
import { Chat } from "../../../src/client/chat.ts";
import type {
  ChatMessage,
  ChatPrivate,
  Gap,
} from "../../../src/client/events.ts";
import { Person } from "../../../src/client/person.ts";
import {
  type ChatStorage,
  memoryStorage,
} from "../../../src/client/storage.ts";
import type { Network } from "../network.ts";
import { Tabs } from "../tabs.ts";
import { Life } from "./life.ts";

/** What one run of the client has shown. */
export interface Shown {
  readonly messages: ChatMessage[];
  readonly privates: ChatPrivate[];
  readonly gaps: Gap[];
}

/** So many times as fast as life, but for the network and the server. */
const SPEED = 10;

export class Client {
  readonly name: string;
  /** In everything that it writes; tells it from its twin. */
  readonly label: string;
  /** The same person in another tab. */
  readonly twin: Client | null;
  readonly network: Network;
  readonly room: string;
  /** Every run, the present one last. */
  readonly runs: Shown[] = [];
  /** What became of everything that was written, if it was refused. */
  readonly refused: unknown[] = [];
  chat: Chat;
  readonly #storage: ChatStorage;
  readonly #tabs: Tabs;
  #place: Life;

  constructor(who: string | Client, room: string, network: Network) {
    this.twin = typeof who === "string" ? null : who;
    this.name = typeof who === "string" ? who : who.name;
    this.label = this.twin === null ? this.name : `${this.name}.twin`;
    this.room = room;
    this.network = network;
    const { twin } = this;
    this.#storage = twin === null ? memoryStorage() : twin.#storage;
    this.#tabs = twin === null ? new Tabs() : twin.#tabs;
    [this.chat, this.#place] = this.#start();
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
    [this.chat, this.#place] = this.#start();
  }

  /** The process ends in the middle of whatever it does, and starts again. */
  crash(): void {
    this.#place.end();
    this.network.cut();
    [this.chat, this.#place] = this.#start();
  }

  wake(): void {
    this.#place.wake();
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
    const lately = this.#place.log.slice(-20).join("; ");
    return `${this.label} ${state} ${reason?.code ?? ""}, ${pending.length} pending ${oldest}: ${lately}`;
  }

  #start(): [Chat, Life] {
    const place = new Life(SPEED, this.#tabs.open(), this.network.url);
    const storage = place.storage(this.#storage);
    const host = "http://chat.example";
    const token = undefined;
    const { name: username } = this;
    const person = new Person({
      ...{ host, username, token, storage },
      environment: place,
    });
    const chat = new Chat(person, this.room, {
      ...{ device: place.secret(), history: 50, allMail: false, keep: 500 },
    });
    const shown: Shown = { messages: [], privates: [], gaps: [] };
    this.runs.push(shown);
    chat.on("message", (message) => shown.messages.push(message));
    chat.on("private", (message) => shown.privates.push(message));
    chat.on("gap", (gap) => shown.gaps.push(gap));
    chat.on("state", ({ state, reason }) =>
      place.note(`${state} ${reason?.code ?? ""}`),
    );
    chat.on("pending", ({ pending }) => {
      for (const { id, to, state, error } of pending) {
        // A person who sees that it is not known sends it again.
        if (state === "unknown" && to !== undefined) chat.resend(id);
        else if (state === "failed" || state === "unknown")
          this.refused.push({ id, state, error });
      }
    });
    return [chat, place];
  }
}

/** Waits until it is so. @throws Error that says what was awaited */
export async function until(
  what: () => string,
  isSo: () => boolean,
  patienceMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`Awaited in vain: ${what()}`);
    await pause(10);
  }
}
