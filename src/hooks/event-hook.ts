// Event hook: the app gets batches of stored events by onEvents, and a failure, a timeout or junk brings them again.
import type { DeliverEvents } from "../core/shared/event-batches.ts";
import type { Reply } from "../core/shared/rpc.ts";
import { readEventBatch } from "../hosting/event-batch.ts";
import { stackOf, type WriteLog } from "../hosting/log.ts";
import { UNREAD_COUNTERS } from "../hosting/metrics/host-counters.ts";
import type { ChatTypes, Hooks } from "./hooks.ts";
import { readDeny } from "./read-verdict.ts";

/** The hook has so long for a batch, ms. */
export const EVENTS_TIMEOUT_MS = 15_000;

const DONE: Reply = { type: "done" };
const FAILED: Reply = { type: "refused", code: "internal" };
const TIMED_OUT: Reply = { type: "refused", code: "unavailable" };

/** @returns `done` if the app has the events; otherwise they come again */
export function deliverEvents<E, T extends ChatTypes>(
  hooks: Pick<Hooks<E, T>, "onEvents">,
  op: DeliverEvents,
  env: E,
  write: WriteLog,
  counters = UNREAD_COUNTERS,
): Promise<Reply> {
  const { room } = op;
  const counts = counters.hook("onEvents");
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      counts.timedOut++;
      write({ room, event: "hook timed out", hook: "onEvents" });
      resolve(TIMED_OUT);
    }, EVENTS_TIMEOUT_MS);
    void callHook(hooks, op, env)
      .catch((error: unknown) => {
        counts.failed++;
        write({
          ...{ room, event: "hook failed", hook: "onEvents" },
          error: stackOf(error),
        });
        return FAILED;
      })
      .then((reply) => {
        clearTimeout(timer);
        counts.time.observe(Date.now() - startedAt);
        resolve(reply);
      });
  });
}

async function callHook<E, T extends ChatTypes>(
  hooks: Pick<Hooks<E, T>, "onEvents">,
  op: DeliverEvents,
  env: E,
): Promise<Reply> {
  // Lines of ours, whose data the app's schemas have passed.
  const batch = readEventBatch(op) as Parameters<
    NonNullable<Hooks<E, T>["onEvents"]>
  >[0];
  // Reports that were given up: the app gets none of them.
  if (op.reportsAt !== undefined && op.gapAfter !== undefined) return DONE;
  const { traceparent } = op;
  const trace = traceparent === undefined ? {} : { traceparent };
  return readOutcome(await hooks.onEvents?.(batch, { env, ...trace }));
}

/** @throws InvalidVerdict if it is neither nothing nor a verdict */
function readOutcome(value: unknown): Reply {
  if (value === undefined) return DONE;
  const isAllow =
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    value.type === "allow";
  return isAllow ? DONE : readDeny(value);
}
