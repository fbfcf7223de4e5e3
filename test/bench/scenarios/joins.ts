// Joins scenario: 2,000 users join at once under new names, and 1,000 users return after a cut.
import type { JoinRequest } from "../load/dialect.ts";
import { joinAll, joinAtOnce, type Member, sinceOf } from "../load/member.ts";
import { pause } from "../machine/process-tree.ts";
import type { ContenderName } from "../servers/contenders.ts";
import { type Bench, type Figures, type Scenario, watch } from "./scenario.ts";

/** The first joins of a server compile its code. */
const WARM_JOINS = 100;
/** Short runs have as many: a join among fewer costs less. */
const JOINS = 2000;
const RETURNS = 1000;
const CUT_MS = 1000;

const ENTRANTS: readonly ContenderName[] = [
  "edge-chat",
  "deno",
  "socket.io",
  "ws",
  "partyserver",
  "relay",
  "named",
];

export const joins: readonly Scenario[] = [
  { name: "joins", rooms: 20, where: "20 rooms" },
  { name: "lobby-joins", rooms: 1, where: "one room" },
].map(({ name, rooms, where }) => ({
  name,
  title: `2,000 joins of ${where} under new names at once`,
  entrants: ENTRANTS,
  isFresh: true,
  async run(bench) {
    const { meeting, room, server } = bench;
    await joinAll(meeting, newcomers(`${room}-warm`, WARM_JOINS, 1));
    await server.settles();
    const everyone = newcomers(room, JOINS, rooms);
    const before = server.memoryBytes();
    const { members, figures } = await arrive(bench, everyone);
    const kB = (server.memoryBytes() - before) / JOINS / 1000;
    for (const member of members) member.drop();
    return { ...figures, kB };
  },
}));

export const returns: Scenario = {
  name: "returns",
  title: `${RETURNS} returns to 20 rooms after a cut`,
  entrants: ENTRANTS,
  isFresh: true,
  // The default: within this time a return is no new join for the others.
  how: { settings: { PRESENCE_GRACE_MS: 4000 } },
  async run(bench) {
    const { meeting, room, server } = bench;
    const everyone = newcomers(room, RETURNS, 20);
    const before = await joinAll(meeting, everyone);
    await server.settles();
    for (const member of before) member.drop();
    await pause(CUT_MS);
    const back = everyone.map((user, i) => ({
      ...user,
      ...sinceOf(before[i]?.welcome ?? ""),
    }));
    const { members, figures } = await arrive(bench, back);
    for (const member of members) member.drop();
    return figures;
  },
};

/** The pauses end these seconds after the joins. */
const SOON_SECONDS = 15;
const LATER_SECONDS = 60;

export const memory: Scenario = {
  name: "memory",
  title: `memory of ${JOINS} connections that came to one room at once`,
  entrants: ENTRANTS,
  isFresh: true,
  async run({ meeting, room, server, isQuick }) {
    await joinAll(meeting, newcomers(`${room}-warm`, WARM_JOINS, 1));
    await server.settles();
    const before = server.memoryBytes();
    const kB = () => (server.memoryBytes() - before) / JOINS / 1000;
    const members = await joinAtOnce(meeting, newcomers(room, JOINS, 1));
    const rushKB = kB();
    await pause(SOON_SECONDS * 1000);
    const soonKB = kB();
    if (!isQuick) await pause((LATER_SECONDS - SOON_SECONDS) * 1000);
    const laterKB = isQuick ? Number.NaN : kB();
    for (const member of members) member.drop();
    return { rushKB, soonKB, laterKB };
  },
};

function newcomers(name: string, count: number, rooms: number): JoinRequest[] {
  return Array.from({ length: count }, (_, i) => ({
    room: `${name}-${i % rooms}`,
    username: `${name}-n${i}`,
  }));
}

/** All come at once. The work that follows the welcomes counts too. */
async function arrive(
  bench: Bench,
  everyone: readonly JoinRequest[],
): Promise<{ members: readonly Member[]; figures: Figures }> {
  const { length } = everyone;
  let members: readonly Member[] = [];
  let ms = Number.NaN;
  const { cpuSeconds } = await watch(bench, async () => {
    const at = performance.now();
    members = await joinAtOnce(bench.meeting, everyone);
    ms = performance.now() - at;
    await bench.server.settles();
  });
  return { members, figures: { cpu: (cpuSeconds * 1e6) / length, ms } };
}
