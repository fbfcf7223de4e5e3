// Idle scenario: measures the memory of silent connections that come over minutes, and of those that come at once.
import { joinNew, type Member } from "../load/member.ts";
import { Inspector } from "../machine/inspector.ts";
import { pause } from "../machine/process-tree.ts";
import type { Server } from "../machine/server.ts";
import type { Scenario } from "./scenario.ts";

const WAVE = 100;
const WAVES = 10;
/**
 * An object without sockets, such as a directory, is evicted after ten to
 * thirty idle seconds. The process reuses its memory for the next objects, so
 * the connections come in waves.
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
    // The first wave takes the memory that is needed once.
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

/**
 * The bytes of an idle server, after a garbage collection if it has an
 * inspector.
 */
async function held(server: Server): Promise<number> {
  await pause(EVICTED_MS - BETWEEN_MS);
  if (server.report.inspector !== undefined) {
    const inspector = await Inspector.attach(server);
    await inspector.heapBytes();
    inspector.close();
  }
  return server.memoryBytes();
}
