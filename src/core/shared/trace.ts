// Trace: the W3C trace context of a request goes along with the calls that it leads to, to the app's hooks and webhooks.
import type { Op } from "./rpc.ts";

/** https://www.w3.org/TR/trace-context: version 00, no id of zeros alone. */
const TRACEPARENT =
  /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** @returns null if it is no traceparent, which is ignored then */
export function readTraceparent(value: unknown): string | null {
  return typeof value === "string" && TRACEPARENT.test(value) ? value : null;
}

/** An object of an older release ignores the field. */
export function withTrace(op: Op, traceparent: string | null): Op {
  return traceparent === null ? op : { ...op, ...{ traceparent } };
}

/** @returns the trace of a call; null: it has none */
export function traceOf(op: object): string | null {
  return "traceparent" in op ? readTraceparent(op.traceparent) : null;
}
