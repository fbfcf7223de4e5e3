// Webhook world: a test has a lobby whose events go to webhooks, which answer as the test says.
import type { DeliverEvents } from "../../../src/core/shared/event-batches.ts";
import type { Reply } from "../../../src/core/shared/rpc.ts";
import type { Settings } from "../../../src/protocol/settings.ts";
import { DONE } from "./event-world.ts";
import { join } from "./people.ts";
import { World } from "./world.ts";

export const URL_ONE = "https://app.example/one";
export const URL_TWO = "https://app.example/two";

/** A webhook of a test world. */
export interface WebhookStub {
  readonly batches: DeliverEvents[];
  /** When each batch came, ms since 1970. */
  readonly times: number[];
  /** The next answers; afterwards it is `rest`. */
  readonly answers: Reply[];
  rest: Reply;
}

function stubWebhook(world: World, url: string): WebhookStub {
  const stub: WebhookStub = { batches: [], times: [], answers: [], rest: DONE };
  world.webhooks.set(url, {
    ask: (ops, onReplies) => {
      const replies = ops.map((op): Reply => {
        if (op.type !== "events") throw new Error(`A webhook gets ${op.type}.`);
        stub.batches.push(op);
        stub.times.push(world.now);
        return stub.answers.shift() ?? stub.rest;
      });
      onReplies(replies);
    },
  });
  return stub;
}

/** A lobby with alice, and two webhooks that get the messages. */
export function startedWithWebhooks(settings: Partial<Settings> = {}) {
  const world = new World({
    ...{ RATE_PER_SECOND: 0, WEBHOOK_URL: [URL_ONE, URL_TWO] },
    WEBHOOK_EVENTS: ["message.*"],
    ...settings,
  });
  const one = stubWebhook(world, URL_ONE);
  const two = stubWebhook(world, URL_TWO);
  const lobby = world.room("lobby");
  const alice = join(world, "lobby", "alice");
  const say = (count: number, text = "hello") => {
    for (let i = 0; i < count; i++) alice.send({ type: "message", text });
    world.pass(1000);
  };
  return { world, lobby, alice, say, one, two };
}
