// People scenario: users of 20 rooms write private messages to a user of the next room, one in flight each.
import { ClosedLoop } from "../load/closed-loop.ts";
import { joinAll } from "../load/member.ts";
import { ratePrivates } from "./privates.ts";
import type { Scenario } from "./scenario.ts";

const ROOMS = 20;

export const people: readonly Scenario[] = [200, 2000].map((count) => ({
  name: `privates-${count}`,
  title: `${count} users of ${ROOMS} rooms write privately to the next room, one in flight each`,
  entrants: ["edge-chat", "deno", "socket.io", "ws", "named"],
  async run(bench) {
    const { meeting, room, server } = bench;
    const everyone = Array.from({ length: count }, (_, i) => ({
      room: `${room}-${i % ROOMS}`,
      username: `${room}-p${i}`,
    }));
    const members = await joinAll(meeting, everyone);
    await server.settles();
    const loop = new ClosedLoop(members, (member, i) =>
      member.sendPrivate(everyone[(i + 1) % count]?.username ?? ""),
    );
    const figures = await ratePrivates(bench, loop, count);
    for (const member of members) member.close();
    return figures;
  },
}));
