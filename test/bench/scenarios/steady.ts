// Steady scenario: a room of 200 gets messages at a fixed rate, from one member after the other.
import { joinNew, type Member } from "../load/member.ts";
import { late, rated, type Scenario } from "./scenario.ts";

const MEMBERS = 200;

export const steady: readonly Scenario[] = [20, 100, 500].map((rate) => ({
  name: `steady-${rate}`,
  title: `${rate} messages/s into ${MEMBERS}`,
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
    const members = await joinNew(meeting, room, MEMBERS, "s");
    await server.settles();
    const stop = sayAt(rate, members);
    meeting.tally.isTimed = true;
    const figures = await rated(bench, ({ deliveries }) => deliveries);
    meeting.tally.isTimed = false;
    stop();
    for (const member of members) member.close();
    return { ...figures, ...late(meeting.tally) };
  },
}));

/** @returns a function that stops the messages */
export function sayAt(rate: number, members: readonly Member[]): () => void {
  const begun = performance.now();
  let said = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - begun) / 1000) * rate;
    for (; said < due; said++) members[said % members.length]?.sendMessage();
  }, 1);
  return () => clearInterval(timer);
}
