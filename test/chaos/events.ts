// Events campaign: the crash campaign with an app that writes stored events into a file, which has each acked one, in order.

import type { EventBatch } from "../../src/hooks/event-types.ts";
import { waitUntil } from "../client/support/live-participant.ts";
import { type CrashOptions, crash, type StoredText } from "./crash.ts";
import { EventSink } from "./support/event-sink.ts";

/** The servers whose apps hear of events. */
const ENTRIES = {
  cloudflare: "test/chaos/support/events-worker.ts",
  deno: "test/chaos/support/events-main.ts",
};
/** A crash delays events by a minute, if nobody wakes the room. */
const PATIENCE_MS = 90_000;

/** @throws Error with the broken promise */
export async function events(options: CrashOptions) {
  const sink = await EventSink.open(options.host);
  try {
    return await crash({
      ...options,
      ...{ entries: ENTRIES, vars: sink.vars },
      judgeMore: async (room, stored) => {
        await waitUntil(
          () => `the app to get all ${stored.length} events`,
          () => newestOf(sink.batches(room)) >= stored.length,
          PATIENCE_MS,
        );
        return judgeEvents(sink.batches(room), stored);
      },
    });
  } finally {
    sink.close();
  }
}

/** The newest event that has come; 0: none. */
export function newestOf(batches: readonly EventBatch[]): number {
  return Math.max(0, ...batches.map(({ to }) => to));
}

/**
 * @param stored the whole log, which has each acked message
 * @throws Error with the event that is missing, wrong or out of order
 */
export function judgeEvents(
  batches: readonly EventBatch[],
  stored: readonly StoredText[],
) {
  let [newest, again] = [0, 0];
  for (const { epoch, from, to, events } of batches) {
    if (from > newest + 1)
      throw new Error(`Event ${from} came before event ${newest + 1}.`);
    if (events.length !== to - from + 1)
      throw new Error(`A batch from ${from} to ${to} has ${events.length}.`);
    events.forEach(({ id, type, data }, i) => {
      const seq = from + i;
      if (id !== `${epoch}:${seq}` || type !== "message.created")
        throw new Error(`Event ${seq} is ${type} ${id}.`);
      const text = stored[seq - 1]?.text;
      if (data.text !== text)
        throw new Error(`Event ${seq} is "${data.text}", stored as "${text}".`);
      if (seq <= newest) again++;
    });
    newest = Math.max(newest, to);
  }
  return {
    batches: batches.length,
    "events for the app": newest,
    "events that came again": again,
  };
}
