// Webhooks: a host sends the events of its rooms to the URLs of WEBHOOK_URL, each batch as one signed request.
import type { DeliverEvents } from "../../core/shared/event-batches.ts";
import type { Op, Reply } from "../../core/shared/rpc.ts";
import { isEventWanted } from "../../protocol/event-filter.ts";
import type { Settings } from "../../protocol/settings.ts";
import { type Batch, type BatchEvent, readEventBatch } from "../event-batch.ts";
import { log, type WriteLog } from "../log.ts";
import { type Answer, post } from "./post.ts";
import { importKeys, type SigningKey, signedHeaders } from "./signature.ts";

/** The receiver has so long for a batch, ms. */
const TIMEOUT_MS = 15_000;
const DONE: Reply = { type: "done" };
const GONE: Reply = { type: "endpoint-gone" };

export type WebhookSettings = Pick<
  Settings,
  "WEBHOOK_URL" | "WEBHOOK_SECRET" | "WEBHOOK_EVENTS"
>;

export class Webhooks {
  readonly #settings: WebhookSettings;
  readonly #write: WriteLog;
  #keys: Promise<SigningKey[]> | null = null;

  /** @param write logs failures, without the path of a URL */
  constructor(settings: WebhookSettings, write: WriteLog = log) {
    this.#settings = settings;
    this.#write = write;
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
    const { WEBHOOK_EVENTS } = this.#settings;
    const batch = readEventBatch(op);
    const events = batch.events.filter(({ type }) =>
      isEventWanted(WEBHOOK_EVENTS, type),
    );
    if (events.length === 0) return DONE;
    const { room } = op;
    let answer: Answer;
    try {
      answer = await this.#send(url, batchId(op), bodyOf(batch, events));
    } catch (error) {
      // Its message may quote the URL.
      const reason = error instanceof Error ? error.name : typeof error;
      this.#write({ ...failure(room, url), reason });
      return { type: "refused", code: "unavailable" };
    }
    const { status, retryAfterMs } = answer;
    if (status >= 200 && status < 300) return DONE;
    this.#write({ ...failure(room, url), status });
    if (status === 410) return GONE;
    return {
      ...{ type: "refused", code: "unavailable" },
      ...(retryAfterMs !== null && { retryAfter: retryAfterMs }),
    };
  }

  async #send(url: string, id: string, body: string): Promise<Answer> {
    this.#keys ??= importKeys(this.#settings.WEBHOOK_SECRET);
    const signed = await signedHeaders(await this.#keys, id, body, Date.now());
    const headers = { "content-type": "application/json", ...signed };
    return post({
      ...{ url, headers, body, timeoutMs: TIMEOUT_MS, wantsBody: false },
    });
  }
}

/** The same over the attempts of a batch. */
function batchId({ epoch, from, to, gapAfter, notices }: DeliverEvents) {
  if (notices !== undefined) {
    const [first, last] = [notices.at(0), notices.at(-1)];
    return `${epoch}:p${first?.version}-p${last?.version}`;
  }
  return gapAfter === undefined
    ? `${epoch}:${from}-${to}`
    : `${epoch}:gap-${to}`;
}

function bodyOf(
  { room, epoch, from, to }: Batch,
  events: readonly BatchEvent[],
): string {
  return JSON.stringify({
    type: "batch",
    // The same over the attempts.
    timestamp: events.at(-1)?.timestamp,
    // Private messages are of no room.
    data: { ...(room !== "" && { room }), epoch, from, to, events },
  });
}

function failure(room: string, url: string) {
  const place = room === "" ? {} : { room };
  return { ...place, event: "webhook failed", host: new URL(url).host };
}
