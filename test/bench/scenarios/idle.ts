// Connections in one room that say nothing: what memory each takes, if they come over minutes and if all come at once.
import { joinNew, type Member } from "../load/member.ts";
import { Inspector } from "../machine/inspector.ts";
import { pause } from "../machine/process-tree.ts";
import type { Server } from "../machine/server.ts";
import type { Scenario } from "./scenario.ts";

const WAVE = 100;
const WAVES = 10;
/**
 * An object that holds no sockets, as a name's, is evicted after ten to thirty
 * idle seconds. Until then it is in memory, and what it took stays with the
 * process for the next ones: hence the waves.
 */
const BETWEEN_MS = 12_000;
const EVICTED_MS = 35_000;

export const idle: Scenario = {
  name: "idle",
  title: `idle connections, ${WAVE * WAVES} in waves of ${WAVE}, then as many at once`,
  entrants: ["edge-chat", "deno", "socket.io", "ws", "partyserver", "relay"],
  isFresh: true,
  how: { inspect: true },
  async run({ meeting, room, server, isQuick }) {
    const waves = isQuick ? 2 : WAVES;
    const count = waves * WAVE;
    const members: Member[] = [];
    const come = async (some: number, name: string) => {
      members.push(...(await joinNew(meeting, room, some, name)));
      await server.settles();
      await pause(BETWEEN_MS);
    };
    // The first ones pay for what is there once.
    await come(WAVE, "first");
    const before = await held(server);
    for (let i = 0; i < waves; i++) await come(WAVE, `wave-${i}-`);
    const after = await held(server);
    await come(count, "rush");
    const crowded = await held(server);
    for (const member of members) member.drop();
    return {
      kB: (after - before) / count / 1000,
      rushKB: (crowded - after) / count / 1000,
    };
  },
};

/** Bytes of a server at rest; without garbage, where it can be asked for that. */
async function held(server: Server): Promise<number> {
  await pause(EVICTED_MS - BETWEEN_MS);
  if (server.report.inspector !== undefined) {
    const inspector = await Inspector.attach(server);
    await inspector.heapBytes();
    inspector.close();
  }
  return server.memoryBytes();
}
