// Event world: a test has a lobby whose app hears of stored events, and answers as the test says.
import type { DeliverEvents } from "../../../src/core/shared/event-batches.ts";
import type { Reply } from "../../../src/core/shared/rpc.ts";
import type { Settings } from "../../../src/protocol/settings.ts";
import { AppStub } from "./app-stub.ts";
import { join } from "./people.ts";
import { World } from "./world.ts";

export const DONE: Reply = { type: "done" };
export const FAILED = { type: "refused", code: "internal" } as const;
export const MINUTE = 60_000;

/** A lobby with alice, whose app hears of events, and answers as the test says. */
export function started(settings: Partial<Settings> = {}) {
  const world = new World({ RATE_PER_SECOND: 0, ...settings });
  const batches: DeliverEvents[] = [];
  const answers: (Reply | "later")[] = [];
  const app = new AppStub(world, [], (batch) => {
    batches.push(batch);
    return answers.shift() ?? DONE;
  });
  const lobby = world.room("lobby");
  const alice = join(world, "lobby", "alice");
  const say = (count: number, text = "hello") => {
    for (let i = 0; i < count; i++) alice.send({ type: "message", text });
    world.pass(1000);
  };
  return { world, app, lobby, alice, say, batches, answers };
}

export const rangeOf = ({ from, to }: DeliverEvents) => [from, to];

export function rowsOf(world: World) {
  return world.room("lobby").database.tables.event_cursor ?? [];
}
