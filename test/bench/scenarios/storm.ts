// Storm scenario: all members of a room lose their connections and resume at once.
import { joinAtOnce, joinNew, sinceOf } from "../load/member.ts";
import { pause } from "../machine/process-tree.ts";
import { type Scenario, watch } from "./scenario.ts";

const MEMBERS = 1000;
/** Messages sent during the absence, which our servers replay. */
const MISSED = 20;

export const storm: Scenario = {
  name: "storm",
  title: `a storm of ${MEMBERS} resumes`,
  entrants: [
    "edge-chat",
    "plain",
    "deno",
    "socket.io",
    "ws",
    "partyserver",
    "relay",
    "named",
  ],
  how: { settings: { PRESENCE_GRACE_MS: 4000 } },
  async run(bench) {
    const { meeting, room, server, isQuick } = bench;
    const { tally } = meeting;
    const count = isQuick ? MEMBERS / 5 : MEMBERS;
    const members = await joinNew(meeting, room, count, "st");
    const [witness] = await joinNew(meeting, room, 1, "witness");
    await server.settles();
    for (const member of members) member.drop();
    await pause(200);
    for (let i = 0; i < MISSED; i++) witness?.sendMessage();
    await server.settles(1500);
    tally.reset();
    const back = members.map(({ username, welcome }) => ({
      room,
      username,
      ...sinceOf(welcome),
    }));
    const { cpuSeconds, seconds, load } = await watch(bench, async () => {
      members.splice(0, count, ...(await joinAtOnce(meeting, back)));
    });
    await server.settles(2000);
    const { deliveries } = tally;
    witness?.close();
    for (const member of members) member.close();
    return {
      ms: seconds * 1000,
      cpu: (cpuSeconds * 1e6) / count,
      replayed: deliveries / count,
      load,
    };
  },
};
