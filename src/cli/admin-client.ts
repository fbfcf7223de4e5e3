// Admin client: makes requests below /admin, again where the server is busy, and reads their answers.
import { setTimeout as pause } from "node:timers/promises";
import { retryWords } from "./ask-admin.ts";
import { safeText } from "./safe-text.ts";

/** How long a request may take. */
const TIMEOUT_MS = 120_000;
const ATTEMPTS = 3;
const PAUSE_MS = 1000;

/** The server has refused a request, or does not answer. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  /** Of the answer; 0: there is none; -1: something else has failed. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Fields = Readonly<Record<string, unknown>>;

export class AdminClient {
  readonly #url: string;
  readonly #secret: string;

  constructor(url: string, secret: string) {
    this.#url = url.endsWith("/") ? url : `${url}/`;
    this.#secret = secret;
  }

  /** @throws AdminError */
  async get(path: string): Promise<Fields> {
    const response = await this.#request("GET", path);
    return { ...Object(await response.json()) };
  }

  /** @throws AdminError */
  async put(path: string, body: object): Promise<void> {
    await this.#request("PUT", path, {
      type: "application/json",
      text: JSON.stringify(body),
    });
  }

  /** Is never repeated. @throws AdminError */
  async post(path: string, type: string, text: string | Blob): Promise<Fields> {
    const response = await this.#request("POST", path, { type, text });
    return { ...Object(await response.json()) };
  }

  /** @throws AdminError; Error if the answer ends too early */
  async stream(path: string): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await this.#request("GET", path);
    return body ?? new Blob().stream();
  }

  async #request(
    method: string,
    path: string,
    body?: { readonly type: string; readonly text: string | Blob },
  ): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#try(method, path, body);
      if (response?.ok) return response;
      const status = response?.status ?? 0;
      const isBusy = status === 0 || status === 429 || status >= 500;
      const mayRepeat = isBusy && method !== "POST";
      if (!mayRepeat || attempt === ATTEMPTS)
        throw new AdminError(status, await reasonOf(response));
      await pause(PAUSE_MS * attempt);
    }
  }

  async #try(
    method: string,
    path: string,
    body: { readonly type: string; readonly text: string | Blob } | undefined,
  ): Promise<Response | null> {
    try {
      return await fetch(new URL(`admin/${path}`, this.#url), {
        method,
        headers: {
          Authorization: `Bearer ${this.#secret}`,
          ...(body !== undefined && { "Content-Type": body.type }),
        },
        ...(body !== undefined && { body: body.text }),
        // The secret is for this server alone.
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      return null;
    }
  }
}

async function reasonOf(response: Response | null): Promise<string> {
  if (response === null) return "The server does not answer.";
  try {
    const problem: unknown = await response.json();
    const { detail } = { detail: "The request failed.", ...Object(problem) };
    return `${response.status}: ${safeText(String(detail))}${retryWords(response)}`;
  } catch {
    return `${response.status}: The request failed.`;
  }
}
