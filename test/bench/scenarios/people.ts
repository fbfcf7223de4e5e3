// People scenario: users of 20 rooms write private messages to a user of the next room, one in flight each.
import { ClosedLoop } from "../load/closed-loop.ts";
import { joinAll } from "../load/member.ts";
import { pause } from "../machine/process-tree.ts";
import { type Bench, late, type Scenario, watch } from "./scenario.ts";

const ROOMS = 20;
/** A copy for the sender may be written five seconds later: it counts too. */
const OWED_MS = 6000;
/** With many users an interval has to be longer than a private's way. */
const SECONDS_OF_MANY = 6;

export const people: readonly Scenario[] = [200, 2000].map((count) => ({
  name: `privates-${count}`,
  title: `${count} users of ${ROOMS} rooms write privately to the next room, one in flight each`,
  entrants: ["edge-chat", "deno", "socket.io", "ws", "named"],
  async run(bench) {
    const { meeting, room, server, isQuick } = bench;
    const { tally } = meeting;
    const some = isQuick && count > 200 ? count / 4 : count;
    const everyone = Array.from({ length: some }, (_, i) => ({
      room: `${room}-${i % ROOMS}`,
      username: `${room}-p${i}`,
    }));
    const members = await joinAll(meeting, everyone);
    await server.settles();
    const loop = new ClosedLoop(members, (member, i) =>
      member.sendPrivate(everyone[(i + 1) % some]?.username ?? ""),
    );
    loop.start();
    await pause(bench.warmSeconds * 1000);
    await loop.stop();
    await pause(OWED_MS);
    const seconds =
      count > 200 && !isQuick ? SECONDS_OF_MANY : secondsOf(bench);
    tally.reset();
    tally.isTimed = true;
    let [rate, busy] = [0, 0];
    const { cpuSeconds } = await watch(bench, async () => {
      const [cpu, at] = [server.cpuSeconds(), performance.now()];
      loop.start();
      await pause(seconds * 1000);
      const interval = (performance.now() - at) / 1000;
      rate = tally.privates / interval;
      busy = (server.cpuSeconds() - cpu) / interval;
      await loop.stop();
      await pause(OWED_MS);
    });
    tally.isTimed = false;
    for (const member of members) member.close();
    const { acks, privates, errors, closes } = tally;
    if (errors + closes > 0 || privates !== acks)
      throw new Error(`${acks} acks, ${privates} privates, ${errors} errors.`);
    return { cpu: (cpuSeconds * 1e6) / acks, rate, ...late(tally), busy };
  },
}));

/** CPU time is read in hundredths of a second, so one second is too short. */
function secondsOf({ seconds }: Bench): number {
  return Math.max(2, seconds);
}
