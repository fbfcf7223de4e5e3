// Steady scenario: a room of 200 gets messages at a fixed rate, from one member after the other.
import { joinNew, type Member } from "../load/member.ts";
import { FRONTIER, FRONTIER_RATES } from "../report/frontier.ts";
import type { ContenderName } from "../servers/contenders.ts";
import {
  type Bench,
  type Figures,
  late,
  rated,
  type Scenario,
} from "./scenario.ts";

const MEMBERS = 200;
/** A server that is mostly idle has to be watched for longer. */
const LONGER = 3;

const ALL: readonly ContenderName[] = [
  "edge-chat",
  "plain",
  "deno",
  "socket.io",
  "ws",
  "nchan",
  "partyserver",
  "relay",
  "insert",
];

export const steady: readonly Scenario[] = [20, 100, 500].map((rate) => ({
  name: `steady-${rate}`,
  title: `${rate} messages/s into ${MEMBERS}`,
  entrants: ALL,
  run: (bench) => runSteady(bench, rate),
}));

/** The same server with a webhook and without, side by side. */
export const hookedSteady: Scenario = {
  name: "webhooks-100",
  title: `100 messages/s into ${MEMBERS}, with a webhook and without`,
  entrants: ["edge-chat", "hooked", "deno", "hooked-deno"],
  run: (bench) => runSteady(bench, 100),
};

/** What fixed windows reach on this machine, beside ours. */
export const frontiers: readonly Scenario[] = FRONTIER_RATES.map((rate) => ({
  name: `frontier-${rate}`,
  title: `the frontier: fixed windows, ${rate} messages/s into ${MEMBERS}`,
  entrants: ["edge-chat", "deno", "socket.io", ...FRONTIER],
  run: (bench) => runSteady(bench, rate),
}));

async function runSteady(bench: Bench, rate: number): Promise<Figures> {
  const { meeting, room, server } = bench;
  const members = await joinNew(meeting, room, MEMBERS, "s");
  await server.settles();
  const stop = sayAt(rate, members);
  meeting.tally.isTimed = true;
  const seconds = bench.seconds * LONGER;
  const figures = await rated(
    { ...bench, seconds },
    ({ deliveries }) => deliveries,
  );
  meeting.tally.isTimed = false;
  stop();
  for (const member of members) member.close();
  return { ...figures, ...late(meeting.tally) };
}

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
