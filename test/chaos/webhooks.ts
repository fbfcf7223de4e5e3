// Webhooks campaign: the crash campaign with a receiver that fails, hangs up, is slow and hangs, and gets each acked event, in order.
import type { ServerResponse } from "node:http";
import type { EventBatch } from "../../src/hooks/event-types.ts";
import { waitUntil } from "../client/support/live-participant.ts";
import { SeededRandom } from "../client/support/seeded-random.ts";
import { Receiver, WEBHOOK_SECRETS } from "../webhooks/support/receiver.ts";
import { type CrashOptions, crash } from "./crash.ts";
import { judgeEvents, newestOf } from "./events.ts";

/** A crash delays events by a minute, if nobody wakes the room. */
const PATIENCE_MS = 90_000;
/** So many answers of a hundred are none. */
const FAILURES = 20;
const SLOW_MS = 300;

/** @throws Error with the broken promise */
export async function webhooks(options: CrashOptions) {
  const receiver = await Receiver.open();
  const chance = new SeededRandom(options.seed ^ 0x77eb);
  /** Batches that the server may count as delivered. */
  const taken: EventBatch[] = [];
  let [failures, hasHung, mustTake] = [0, false, false];
  receiver.respond = ({ body }, response) => {
    const fails = !mustTake && chance.next() * 100 < FAILURES;
    // A second failure in a row would make the room wait for five minutes.
    mustTake = fails;
    if (fails) {
      failures++;
      // One request of a campaign gets no answer at all.
      if (hasHung) misbehave(chance, response);
      hasHung = true;
      return;
    }
    taken.push(body.data as unknown as EventBatch);
    const wait = chance.next() < 0.1 ? SLOW_MS : 0;
    setTimeout(() => response.writeHead(204).end(), wait);
  };
  const vars = {
    WEBHOOK_URL: `${receiver.url}/hook`,
    WEBHOOK_SECRET: WEBHOOK_SECRETS.join(),
    WEBHOOK_EVENTS: "message.*",
  };
  try {
    return await crash({
      ...options,
      vars,
      judgeMore: async (room, stored) => {
        const ours = () => taken.filter((batch) => batch.room === room);
        await waitUntil(
          () => `the webhook to get all ${stored.length} events`,
          () => newestOf(ours()) >= stored.length,
          PATIENCE_MS,
        );
        if (receiver.refused.length > 0)
          throw new Error(`Wrongly signed: ${receiver.refused[0]}`);
        const figures = judgeEvents(ours(), stored);
        return { ...figures, "requests that failed": failures };
      },
    });
  } finally {
    receiver.close();
  }
}

function misbehave(chance: SeededRandom, response: ServerResponse): void {
  const answers = [
    () => response.writeHead(500).end("x".repeat(100_000)),
    () => response.writeHead(302, { Location: "/elsewhere" }).end(),
    () => response.writeHead(503, { "Retry-After": "1" }).end(),
    () => response.destroy(),
  ];
  chance.pick(answers)();
}
