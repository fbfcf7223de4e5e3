// Counter metrics: gives each counter of a host its name, its labels and a line for people.
import type { HostCounters } from "./host-counters.ts";
import type { Metric } from "./open-metrics.ts";

/** Docs, dashboard and alerts use these names: they do not change. */
export function counterMetrics(counters: HostCounters): Metric[] {
  const { calls, refusals, responses } = counters;
  const hooks = [...counters.hooks];
  return [
    counter("messages", "Messages that were accepted.", {
      ...by("kind", { room: counters.messages, private: counters.privates }),
    }),
    counter("events", "Events of every kind that rooms have stored.", {
      values: [[{}, counters.events]],
    }),
    counter(
      "deliveries",
      "Events and private messages, once for each connection that got them.",
      { values: [[{}, counters.deliveries]] },
    ),
    counter("frames", "WebSocket frames.", {
      ...by("direction", { in: counters.framesIn, out: counters.framesOut }),
    }),
    counter("rows_written", "Rows that SQLite has written.", {
      values: [[{}, counters.rowsWritten]],
    }),
    counter("calls", "Calls of rooms and names, by their receiver.", {
      ...by("to", calls),
    }),
    counter("refusals", "Errors that connections were sent.", {
      ...by("code", refusals),
    }),
    counter("http_responses", "HTTP responses.", {
      values: [...responses].map(([status, count]) => [
        { status: String(status) },
        count,
      ]),
    }),
    counter("failures", "Events that failed by a fault or for want of disk.", {
      values: [[{}, counters.failures]],
    }),
    {
      name: `${PREFIX}flush_wait_seconds`,
      ...{ type: "histogram", help: "Wait of the oldest entry of a flush." },
      values: [[{}, counters.flushWait]],
    },
    {
      name: `${PREFIX}hook_seconds`,
      ...{ type: "histogram", help: "Time until a hook has answered." },
      values: hooks.map(([hook, { time }]) => [{ hook }, time]),
    },
    counter("hook_failures", "Calls of hooks without an answer of use.", {
      values: hooks.flatMap(([hook, { failed, timedOut }]) => [
        [{ hook, reason: "failed" }, failed],
        [{ hook, reason: "timeout" }, timedOut],
      ]),
    }),
    {
      name: `${PREFIX}webhook_seconds`,
      ...{ type: "histogram", help: "Time of a request to a webhook." },
      values: [[{}, counters.webhookTime]],
    },
    counter("webhook_failures", "Requests to webhooks that have failed.", {
      values: [[{}, counters.webhookFailures]],
    }),
    {
      name: `${PREFIX}webhook_lag_seconds`,
      type: "histogram",
      help: "Age of the oldest event of a batch when a webhook has taken it.",
      values: [[{}, counters.webhookLag]],
    },
  ];
}

export const PREFIX = "edge_chat_";

function counter(
  name: string,
  help: string,
  { values }: Pick<Metric, "values">,
): Metric {
  return { name: `${PREFIX}${name}`, type: "counter", help, values };
}

function by(
  label: string,
  counts: Readonly<Record<string, number>>,
): Pick<Metric, "values"> {
  return {
    values: Object.entries(counts).map(([value, count]) => [
      { [label]: value },
      count,
    ]),
  };
}
