// Event row costs: counts the rows that a room writes where the app hears of events, as Cloudflare bills them.
import { expect, test } from "vitest";
import { join } from "../conformance/support/members.ts";
import { person, uniqueId, uniqueName } from "../conformance/support/people.ts";
import { trackRowCosts } from "./support/row-costs.ts";
import { serve } from "./support/server.ts";

const server = serve(
  { RATE_PER_SECOND: 0 },
  "test/cloudflare/support/counting-events-worker.ts",
);
const costOf = trackRowCosts(server);

test("events for the app cost two rows in a busy minute, beside those of the messages", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  const say = async (count: number) => {
    const ids = Array.from({ length: count }, uniqueId);
    for (const id of ids) alice.send({ type: "message", text: "hello", id });
    await alice.until("ack", { id: ids.at(-1) }, 30_000);
  };
  // The table takes two rows, the endpoint one, the alarm one.
  const first = await costOf("first event", room, [], () => say(1));
  expect(first.room).toBeLessThanOrEqual(1 + 4);
  // Each message writes a row.
  const count = 300;
  const cost = await costOf("300 events", room, [], async () => {
    await say(count);
    await expect
      .poll(() => server.room(room, "SELECT seq FROM event_cursor"))
      .not.toEqual([{ seq: 0 }]);
  });
  expect(cost.room - count).toBeLessThanOrEqual(2);
});
