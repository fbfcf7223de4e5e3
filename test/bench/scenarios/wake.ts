// Wake scenario: one message wakes a hibernated room of 1,000.
import { joinNew } from "../load/member.ts";
import { late, type Scenario, watch } from "./scenario.ts";

const MEMBERS = 1000;
const TIMES = 5;

export const wake: Scenario = {
  name: "wake",
  title: `from sleep to the first ack in a room of ${MEMBERS}`,
  entrants: ["edge-chat", "partyserver", "relay", "insert"],
  async run(bench) {
    const { meeting, room, server } = bench;
    const { tally } = meeting;
    const members = await joinNew(meeting, room, MEMBERS, "w");
    const [first] = members;
    if (first === undefined) throw new Error("Nobody joined.");
    const acks: number[] = [];
    tally.reset();
    tally.isTimed = true;
    let cpu = 0;
    for (let i = 0; i < TIMES; i++) {
      await server.settles();
      await server.ask({ binding: "ROOM", name: room });
      const woken = await watch(bench, async () => {
        acks.push(await answer(first));
        await server.settles();
      });
      cpu += woken.cpuSeconds;
    }
    tally.isTimed = false;
    for (const member of members) member.close();
    acks.sort((a, b) => a - b);
    return {
      ms: acks[TIMES >> 1] ?? Number.NaN,
      ...late(tally),
      cpuMs: (cpu / TIMES) * 1000,
    };
  },
};

/**
 * Sends a message.
 *
 * @returns ms until the ack
 */
function answer(member: { onAck: (() => void) | null; sendMessage(): void }) {
  return new Promise<number>((resolve) => {
    const at = performance.now();
    member.onAck = () => {
      member.onAck = null;
      resolve(performance.now() - at);
    };
    member.sendMessage();
  });
}
