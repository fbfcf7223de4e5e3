// Webhooks: a host sends the events of its rooms to the URLs of WEBHOOK_URL, each batch as one signed request.
import type { DeliverEvents } from "../../core/shared/event-batches.ts";
import type { Op, Reply } from "../../core/shared/rpc.ts";
import type { Settings } from "../../protocol/settings.ts";
import { log, type WriteLog } from "../log.ts";
import {
  type HostCounters,
  UNREAD_COUNTERS,
} from "../metrics/host-counters.ts";
import { batchBody, oldestAt } from "./batch-body.ts";
import { type Answer, type PostOptions, post } from "./post.ts";
import { importKeys, type SigningKey, sign } from "./signature.ts";

/** The receiver has so long for a batch, ms. */
const TIMEOUT_MS = 15_000;
/** And so long for the answer to a command, ms. */
export const COMMAND_TIMEOUT_MS = 3000;

/** A command that a user has written. */
export interface CommandRequest {
  readonly room: string;
  readonly command: string;
  readonly args: string;
  /** The id that the client chose. */
  readonly id?: string;
  readonly user: { readonly id: string; readonly username: string };
}
/** A request as it is before its signature. */
interface UnsignedRequest extends Pick<PostOptions, "url" | "timeoutMs"> {
  /** Of the request that has led to it; undefined: it has none. */
  readonly traceparent?: string | undefined;
  /** Of ASCII, and the same over all attempts. */
  readonly id: string;
  readonly body: string;
}

const DONE: Reply = { type: "done" };
const GONE: Reply = { type: "endpoint-gone" };

export type WebhookSettings = Pick<
  Settings,
  "WEBHOOK_URL" | "WEBHOOK_SECRET" | "WEBHOOK_EVENTS"
>;

export class Webhooks {
  readonly #settings: WebhookSettings;
  readonly #write: WriteLog;
  readonly #counters: HostCounters;
  #keys: Promise<SigningKey[]> | null = null;

  /**
   * @param write logs failures, without the path of a URL
   * @param counters counts requests, failures and delays
   */
  constructor(
    settings: WebhookSettings,
    write: WriteLog = log,
    counters = UNREAD_COUNTERS,
  ) {
    this.#settings = settings;
    this.#write = write;
    this.#counters = counters;
  }

  /** The calls of rooms to the webhook with this URL. */
  ask(url: string, ops: readonly Op[]): Promise<readonly Reply[]> {
    return Promise.all(
      ops.map((op): Reply | Promise<Reply> =>
        op.type === "events"
          ? this.#deliver(url, op)
          : { type: "refused", code: "unsupported" },
      ),
    );
  }

  async #deliver(url: string, op: DeliverEvents): Promise<Reply> {
    const body = batchBody(op, this.#settings.WEBHOOK_EVENTS);
    if (body === null) return DONE;
    const answer = await this.#send(op.room, {
      ...{ url, id: batchId(op), body, timeoutMs: TIMEOUT_MS },
      traceparent: op.traceparent,
    });
    if (answer === null) return { type: "refused", code: "unavailable" };
    const { status, retryAfterMs } = answer;
    if (isSuccess(status)) {
      const oldest = oldestAt(op);
      if (oldest !== null)
        this.#counters.webhookLag.observe(Date.now() - oldest);
      return DONE;
    }
    if (status === 410) return GONE;
    return {
      ...{ type: "refused", code: "unavailable" },
      ...(retryAfterMs !== null && { retryAfter: retryAfterMs }),
    };
  }

  /**
   * Asks the webhook about a command.
   *
   * @returns the body of its answer, which may be empty; null: there is none
   * @throws TypeError if the body is no text
   */
  async askCommand(
    url: string,
    command: CommandRequest,
    traceparent?: string,
  ): Promise<string | null> {
    const { room, user, id } = command;
    const answer = await this.#send(room, {
      url,
      // A repeat of a command has the same id.
      id: id === undefined ? crypto.randomUUID() : await hashOf(user.id, id),
      body: JSON.stringify({
        ...{ type: "command", timestamp: new Date().toISOString() },
        data: command,
      }),
      ...{ timeoutMs: COMMAND_TIMEOUT_MS, traceparent },
    });
    if (answer === null || !isSuccess(answer.status)) return null;
    const { body: read } = answer;
    if (read?.ok) return read.text;
    // A bug of the app, as an answer that is no JSON is.
    if (read?.problem === "not UTF-8") throw new TypeError("Not UTF-8.");
    return null;
  }

  /** @returns null if there is no status in time */
  async #send(
    room: string,
    { url, id, body, timeoutMs, traceparent }: UnsignedRequest,
  ): Promise<Answer | null> {
    this.#keys ??= importKeys(this.#settings.WEBHOOK_SECRET);
    const signed = await sign(await this.#keys, id, body, Date.now());
    const headers = {
      ...{ "content-type": "application/json", ...signed.headers },
      ...(traceparent !== undefined && { traceparent }),
    };
    const counters = this.#counters;
    const startedAt = Date.now();
    try {
      const answer = await post({ url, headers, body: signed.body, timeoutMs });
      const { status } = answer;
      if (!isSuccess(status)) {
        counters.webhookFailures++;
        this.#write({ ...failure(room, url), status });
      }
      return answer;
    } catch (error) {
      // Its message may quote the URL.
      const reason = error instanceof Error ? error.name : typeof error;
      counters.webhookFailures++;
      this.#write({ ...failure(room, url), reason });
      return null;
    } finally {
      counters.webhookTime.observe(Date.now() - startedAt);
    }
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** @returns ASCII for a header */
async function hashOf(...parts: readonly string[]): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(parts));
  const bytes = await crypto.subtle.digest("SHA-256", text);
  return Array.from(new Uint8Array(bytes).slice(0, 16), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** The same over the attempts of a batch. */
function batchId(op: DeliverEvents) {
  const { epoch, from, to, gapAfter, notices, reportsAt } = op;
  if (reportsAt !== undefined) return `${epoch}:r${from}-r${to}`;
  if (notices !== undefined) {
    const [first, last] = [notices.at(0), notices.at(-1)];
    return `${epoch}:p${first?.version}-p${last?.version}`;
  }
  return gapAfter === undefined
    ? `${epoch}:${from}-${to}`
    : `${epoch}:gap-${to}`;
}

function failure(room: string, url: string) {
  const place = room === "" ? {} : { room };
  return { ...place, event: "webhook failed", host: new URL(url).host };
}
