// Crowd scenario: each member of one room sends the next message when the last one is acked.
import { joinNew } from "../load/member.ts";
import type { ContenderName } from "../servers/contenders.ts";
import {
  type Bench,
  type Figures,
  late,
  rated,
  type Scenario,
} from "./scenario.ts";

const HOOKED = 200;
const ALL: readonly ContenderName[] = [
  "edge-chat",
  "plain",
  "deno",
  "bridge",
  "bridge-deno",
  "socket.io",
  "ws",
  "nchan",
  "partyserver",
  "relay",
  "insert",
];

export const crowds: readonly Scenario[] = [20, 200, 1000].map((count) => ({
  name: `crowd-${count}`,
  title: `crowd of ${count}, closed loop`,
  entrants: ALL,
  run: (bench) => runCrowd(bench, count),
}));

/** The same server with a webhook and without, side by side. */
export const hookedCrowd: Scenario = {
  name: "webhooks",
  title: `crowd of ${HOOKED}, closed loop, with a webhook and without`,
  entrants: ["edge-chat", "hooked", "deno", "hooked-deno"],
  run: (bench) => runCrowd(bench, HOOKED),
};

async function runCrowd(bench: Bench, count: number): Promise<Figures> {
  const { meeting, room, server } = bench;
  const members = await joinNew(meeting, room, count, `c${count}`);
  await server.settles();
  for (const member of members) {
    member.onAck = () => member.sendMessage();
    member.sendMessage();
  }
  meeting.tally.isTimed = true;
  const figures = await rated(bench, ({ deliveries }) => deliveries);
  meeting.tally.isTimed = false;
  for (const member of members) member.close();
  return { ...figures, ...late(meeting.tally) };
}
