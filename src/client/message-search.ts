// Message search: asks the server for messages with some words, as often as it lets a user ask.
import { ChatError, isTransient } from "./chat-error.ts";
import type { Environment } from "./environment.ts";
import type { SearchOptions } from "./events.ts";
import type { MessagePage } from "./room-view.ts";
import type { Session } from "./session.ts";

/** A server lets a user search a room so often. */
const INTERVAL_MS = 2000;
const ASKS_DEFAULT = 10;

export class MessageSearch {
  readonly #session: Session;
  readonly #environment: Environment;
  /** Uptime from which on the next search may begin. */
  #freeAt = 0;

  constructor(session: Session, environment: Environment) {
    this.#session = session;
    this.#environment = environment;
  }

  /** @returns the first page that has messages, or the last one */
  async find(
    text: string,
    { before, limit, asks = ASKS_DEFAULT }: SearchOptions,
  ): Promise<MessagePage> {
    const { view } = this.#session;
    let [next, to]: (number | undefined)[] = [before];
    for (let asked = 1; ; asked++) {
      try {
        const page = view.toPage(await this.#ask(text, next, limit));
        to ??= page.to;
        if (page.messages.length > 0 || !page.more || asked >= asks)
          return { ...page, to };
        next = page.from;
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        if (!isTransient(error.code) || asked >= asks) throw error;
        this.#setFree(error.retryAfter ?? INTERVAL_MS);
      }
    }
  }

  async #ask(
    text: string,
    before: number | undefined,
    limit: number | undefined,
  ) {
    const environment = this.#environment;
    for (;;) {
      const wait = this.#freeAt - environment.uptime();
      if (wait <= 0) break;
      await new Promise<void>((done) => environment.after(wait, done));
    }
    const session = this.#session;
    const { epoch } = session;
    this.#setFree(INTERVAL_MS);
    const page = await session.sendRequest(
      {
        ...{ type: "search", text },
        ...(limit !== undefined && { limit }),
        ...(before !== undefined && { before }),
        ...(before !== undefined && epoch !== undefined && { epoch }),
      },
      "results",
    );
    this.#setFree(INTERVAL_MS);
    return { ...page, type: "history", fold: true } as const;
  }

  #setFree(afterMs: number): void {
    this.#freeAt = this.#environment.uptime() + afterMs;
  }
}
