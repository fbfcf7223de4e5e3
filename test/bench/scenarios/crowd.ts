// One room in which everyone says the next thing as soon as the last is acked.
import { gather } from "../load/member.ts";
import type { EntrantName } from "../servers/catalogue.ts";
import { rated, type Scenario } from "./scenario.ts";

const ALL: readonly EntrantName[] = [
  "edge-chat",
  "plain",
  "deno",
  "socket.io",
  "ws",
  "partyserver",
  "relay",
  "insert",
];

export const crowds: readonly Scenario[] = [20, 200, 1000].map((count) => ({
  name: `crowd-${count}`,
  title: `crowd of ${count}, closed loop`,
  entrants: ALL,
  async run(bench) {
    const { meeting, room, server } = bench;
    const members = await gather(meeting, room, count, `c${count}`);
    await server.settles();
    for (const member of members) {
      member.onAck = () => member.say();
      member.say();
    }
    const figures = await rated(bench, ({ deliveries }) => deliveries);
    for (const member of members) member.close();
    return figures;
  },
}));
