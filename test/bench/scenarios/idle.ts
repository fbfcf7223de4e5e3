// Connections in one room that say nothing: what memory each takes.
import { gather } from "../load/member.ts";
import { pause } from "../machine/process-tree.ts";
import type { Scenario } from "./scenario.ts";

const CONNECTIONS = 2000;
/** After ten idle seconds a Durable Object goes to sleep. */
const ASLEEP_MS = 15_000;

export const idle: Scenario = {
  name: "idle",
  title: `${CONNECTIONS} idle connections`,
  entrants: ["edge-chat", "deno", "socket.io", "ws", "partyserver", "relay"],
  isFresh: true,
  async run({ meeting, room, server, isQuick }) {
    const count = isQuick ? CONNECTIONS / 4 : CONNECTIONS;
    // The first ones pay for what is there once.
    const first = await gather(meeting, room, 20, "first");
    await server.settles();
    const before = server.memoryBytes();
    const members = await gather(meeting, room, count, "i");
    await server.settles();
    const awake = server.memoryBytes();
    await pause(ASLEEP_MS);
    const asleep = server.memoryBytes();
    for (const member of [...first, ...members]) member.drop();
    return {
      kB: (awake - before) / count / 1000,
      asleepKB: (asleep - before) / count / 1000,
    };
  },
};
