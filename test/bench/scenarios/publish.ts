// Publish scenario: a backend sends messages to a room of 20 by HTTP, one in a request or 100.
import { joinNew } from "../load/member.ts";
import { Publisher } from "../load/publisher.ts";
import { PUBLISH_KEY } from "../servers/contenders.ts";
import { type Bench, late, rated, type Scenario, Tally } from "./scenario.ts";

const MEMBERS = 20;
const CONNECTIONS = 8;
const BATCH = 100;
const QUIET_REQUESTS = 50;

export const publishes: readonly Scenario[] = (
  [
    ["publish-single", 1],
    ["publish-batch", BATCH],
  ] as const
).map(([name, batch]) => ({
  name,
  title: `messages by HTTP to a room of ${MEMBERS}, ${batch} in a request, for each message`,
  entrants: ["edge-chat", "deno", "insert"],
  async run(bench) {
    const { meeting, room, server } = bench;
    const members = await joinNew(meeting, room, MEMBERS, "p");
    await server.settles();
    const publisher = new Publisher(meeting, {
      ...{ room, key: PUBLISH_KEY, batch, connections: CONNECTIONS },
    });
    publisher.start();
    const figures = await rated(bench, ({ acks }) => acks);
    await publisher.stop();
    const quiet = await quietly(bench, batch);
    for (const member of members) member.close();
    return { ...figures, ...quiet };
  },
}));

/** @returns the latency of a request to a server that has nothing else to do */
async function quietly({ meeting, room }: Bench, batch: number) {
  // The members time what they get by another one.
  const tally = new Tally();
  const publisher = new Publisher(
    { port: meeting.port, tally },
    { room, key: PUBLISH_KEY, batch, connections: 1 },
  );
  tally.isTimed = true;
  for (let i = 0; i < QUIET_REQUESTS; i++) await publisher.send();
  await publisher.stop();
  return late(tally);
}
