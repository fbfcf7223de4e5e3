// Private messages scenario: members of one room send them to members of another.
import { ClosedLoop } from "../load/closed-loop.ts";
import { joinNew } from "../load/member.ts";
import { pause } from "../machine/process-tree.ts";
import {
  type Bench,
  type Figures,
  late,
  rated,
  type Scenario,
} from "./scenario.ts";

/** Pairs of users, and the messages that each sender has in flight. */
const SHAPES = [
  { name: "private-1", pairs: 1, inFlight: 1 },
  { name: "private-64", pairs: 8, inFlight: 8 },
];
/**
 * The copy for a sender may be written five seconds later. After this time as
 * many copies are written as messages are sent.
 */
const FLOWING_SECONDS = 6;
/** A whole number of those five seconds, since copies may come in waves. */
const SECONDS = 10;
const SHORT_SECONDS = 5;
/** Each sender has had so many acks: all objects are awake. */
const CYCLES = 2;
const FLOWING_MAX_SECONDS = 60;

export const privates: readonly Scenario[] = SHAPES.map(
  ({ name, pairs, inFlight }) => ({
    name,
    title: `private messages between rooms, ${pairs * inFlight} in flight`,
    entrants: ["edge-chat", "deno", "socket.io", "ws", "named"],
    async run(bench) {
      const { meeting, room, server } = bench;
      const senders = await joinNew(meeting, `${room}a`, pairs, "pa");
      const addressees = await joinNew(meeting, `${room}b`, pairs, "pb");
      await server.settles();
      const loop = new ClosedLoop(
        senders,
        (sender, i) => sender.sendPrivate(addressees[i]?.username ?? ""),
        inFlight,
      );
      const figures = await ratePrivates(bench, loop, pairs * inFlight);
      for (const member of [...senders, ...addressees]) member.close();
      return figures;
    },
  }),
);

/** Measures a flow of privates, with all the copies that it makes. */
export async function ratePrivates(
  bench: Bench,
  loop: ClosedLoop,
  inFlight: number,
): Promise<Figures> {
  const { tally } = bench.meeting;
  tally.reset();
  loop.start();
  const begun = performance.now();
  const elapsed = () => (performance.now() - begun) / 1000;
  while (elapsed() < FLOWING_SECONDS || tally.acks < CYCLES * inFlight) {
    if (elapsed() > FLOWING_MAX_SECONDS)
      throw new Error(`${tally.acks} acks in ${FLOWING_MAX_SECONDS} seconds.`);
    await pause(100);
  }
  const seconds = bench.isQuick ? SHORT_SECONDS : SECONDS;
  tally.isTimed = true;
  const figures = await rated(
    { ...bench, warmSeconds: 0, seconds },
    ({ privates }) => privates,
  );
  tally.isTimed = false;
  await loop.stop();
  return { ...figures, ...late(tally) };
}
