// Post: a request to a webhook follows no redirect, takes 15 seconds at most, and reads 64 KiB of the answer at most.
import { type BoundedText, readBoundedText } from "../bounded-text.ts";

/** The longest answer that is read. */
const ANSWER_BYTES_MAX = 64 * 1024;
/** The longest wait that an answer may ask for, ms. */
const RETRY_AFTER_MAX_MS = 24 * 60 * 60 * 1000;

export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The request and its answer take so long at most, ms. */
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  /** The wait that the answer asks for, ms; null: none. */
  readonly retryAfterMs: number | null;
  /** null: it did not end in time. */
  readonly body: BoundedText | null;
}

/** Rejects with a TimeoutError if there is no status in time. */
export async function post(options: PostOptions): Promise<Answer> {
  const { url, headers, body, timeoutMs } = options;
  // Not AbortSignal.timeout: its timer goes on after the answer, and would keep
  // a room of Cloudflare awake.
  const timeout = new AbortController();
  const timer = setTimeout(() => {
    timeout.abort(new DOMException("There is no answer.", "TimeoutError"));
  }, timeoutMs);
  try {
    const response = await fetch(url, {
      ...{ method: "POST", headers, body, signal: timeout.signal },
      // A redirect could lead to a host that the operator has not chosen.
      redirect: "manual",
    });
    return {
      status: response.status,
      retryAfterMs: readRetryAfter(response.headers.get("Retry-After")),
      // The status counts, whatever becomes of the body.
      body: await readBoundedText(response, ANSWER_BYTES_MAX).catch(() => null),
    };
  } finally {
    clearTimeout(timer);
  }
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
export function readRetryAfter(
  header: string | null,
  now = Date.now(),
): number | null {
  if (header === null) return null;
  const text = header.trim();
  const isDate = /^[A-Z][a-z]+, /.test(text);
  if (!isDate && !/^\d+$/.test(text)) return null;
  const ms = isDate ? Date.parse(text) - now : Number(text) * 1000;
  return Number.isNaN(ms)
    ? null
    : Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS);
}
