// Many rooms scenario: 200 rooms of 5 members run a closed loop each.
import { joinAll } from "../load/member.ts";
import { rated, type Scenario } from "./scenario.ts";

const ROOMS = 200;
const MEMBERS = 5;

export const manyRooms: Scenario = {
  name: "rooms",
  title: `${ROOMS} rooms of ${MEMBERS}, closed loop, for each message`,
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
    const { meeting, room, server } = bench;
    const everyone = Array.from({ length: ROOMS * MEMBERS }, (_, i) => ({
      room: `${room}-${Math.floor(i / MEMBERS)}`,
      username: `rooms-${i}`,
    }));
    const members = await joinAll(meeting, everyone);
    await server.settles();
    for (const member of members) {
      member.onAck = () => member.sendMessage();
      member.sendMessage();
    }
    const figures = await rated(bench, ({ acks }) => acks);
    for (const member of members) member.close();
    return figures;
  },
};
