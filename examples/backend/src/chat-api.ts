// Chat API: the calls of the chat server that the backend makes.

/** The bot under whose name the backend speaks. */
const BOT = { id: "backend", username: "Backend" };
const ATTEMPTS = 5;
const PAUSE_MS = 1000;

export interface Receipt {
  readonly id?: string;
  readonly seq: number;
  readonly at: number;
  /** The same message was sent before: nothing has happened now. */
  readonly duplicate?: true;
}

/** @returns a key that may publish; the one of a former start ends */
export async function makeKey(url: string, secret: string): Promise<string> {
  const admin = (method: string, path: string, body?: object) =>
    fetch(`${url}/admin/keys${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${secret}`,
        "Content-Type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const made = await admin("POST", "", {
    ...{ id: "backend", scopes: ["publish"] },
  });
  const isThere = made.status === 409;
  const answer = isThere ? await admin("POST", "/backend/rotate") : made;
  if (!answer.ok) throw new Error(`No key: ${await answer.text()}`);
  const { key } = (await answer.json()) as { key: string };
  if (isThere) await admin("DELETE", "/backend/old");
  return key;
}

export class ChatApi {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** @param id the same message with the same id is there once */
  publish(room: string, text: string, id: string): Promise<Receipt> {
    return this.#post<Receipt>(room, id, { as: BOT, text });
  }

  /** @returns a receipt for each text */
  async publishMany(
    room: string,
    texts: readonly string[],
    id: string,
  ): Promise<readonly Receipt[]> {
    const messages = texts.map((text) => ({ text }));
    const { results } = await this.#post<{ results: Receipt[] }>(room, id, {
      ...{ as: BOT, messages },
    });
    return results;
  }

  /** It has an id, so after a pause the same request may be sent again. */
  async #post<Answer>(room: string, id: string, body: object): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(`${this.#url}/rooms/${room}/messages`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${this.#key}`,
          "Content-Type": "application/json",
          "Idempotency-Key": `"${id}"`,
        },
        body: JSON.stringify(body),
      }).catch(() => null);
      if (answer?.ok) return (await answer.json()) as Answer;
      const isLater = answer === null || [429, 503].includes(answer.status);
      if (!isLater || attempt === ATTEMPTS)
        throw new Error(`Not sent: ${await answer?.text()}`);
      const seconds = Number(answer?.headers.get("Retry-After") ?? 0);
      const wait = Math.max(PAUSE_MS, seconds * 1000);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
