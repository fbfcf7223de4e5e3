// Lone scenario: a quiet room of 20 gets a message now and then.
import { joinNew } from "../load/member.ts";
import { pause } from "../machine/process-tree.ts";
import { late, type Scenario, watch } from "./scenario.ts";

const MEMBERS = 20;
const APART_MS = 100;

export const lone: Scenario = {
  name: "lone",
  title: `a lone message in a room of ${MEMBERS}`,
  entrants: [
    "edge-chat",
    "plain",
    "deno",
    "socket.io",
    "ws",
    "partyserver",
    "relay",
    "insert",
  ],
  async run(bench) {
    const { meeting, room, server, isQuick } = bench;
    const { tally } = meeting;
    const members = await joinNew(meeting, room, MEMBERS, "l");
    await server.settles();
    const say = async (count: number) => {
      for (let i = 0; i < count; i++) {
        members[i % MEMBERS]?.sendMessage();
        await pause(APART_MS);
      }
    };
    await say(10);
    tally.reset();
    tally.isTimed = true;
    const { cpuSeconds, load } = await watch(bench, () =>
      say(isQuick ? 20 : 60),
    );
    tally.isTimed = false;
    for (const member of members) member.close();
    const cpu = (cpuSeconds * 1e6) / tally.deliveries;
    return { cpu, load, ...late(tally) };
  },
};
