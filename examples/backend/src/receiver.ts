// Receiver: verifies the webhooks of the chat server, takes each event once, and answers the command /roll.
import { Webhook } from "standardwebhooks";

export interface Answer {
  readonly status: number;
  readonly body?: object;
}

interface Batch {
  readonly type: "batch";
  readonly data: {
    readonly room?: string;
    readonly events: readonly ChatEvent[];
  };
}

/** There are more types, and later releases have others. */
export interface ChatEvent {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly room?: string;
    readonly username?: string;
    readonly text?: string;
  };
}

interface Command {
  readonly type: "command";
  readonly data: { readonly command: string; readonly args: string };
}

/** So many ids are remembered; a database would have all of them. */
const SEEN_MAX = 10_000;

export class Receiver {
  readonly #webhook: Webhook;
  readonly #heard: (event: ChatEvent) => void;
  readonly #seen = new Set<string>();

  /** @param heard is called with each event, once and in order */
  constructor(secret: string, heard: (event: ChatEvent) => void) {
    this.#webhook = new Webhook(secret);
    this.#heard = heard;
  }

  /** @param body as it came: the signature is of these bytes */
  receive(body: string, headers: Readonly<Record<string, string>>): Answer {
    let request: Batch | Command;
    try {
      request = this.#webhook.verify(body, headers) as Batch | Command;
    } catch {
      // Anybody can send something to this server.
      return { status: 401 };
    }
    if (request.type === "command") return this.#answer(request);
    for (const event of request.data.events) this.#take(event);
    return { status: 204 };
  }

  /** An event may come again: its id tells. */
  #take(event: ChatEvent): void {
    if (this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= SEEN_MAX) break;
      this.#seen.delete(oldest);
    }
    this.#heard(event);
  }

  #answer({ data: { command, args } }: Command): Answer {
    if (command !== "roll") return { status: 404 };
    const sides = Number(args || 6);
    if (!(sides >= 2 && sides <= 1000))
      return { status: 200, body: { reply: "Write: /roll 6" } };
    const roll = 1 + Math.floor(Math.random() * sides);
    return { status: 200, body: { say: `rolled ${roll} of ${sides}` } };
  }
}
