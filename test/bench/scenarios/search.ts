// Search scenario: users search a long room for a word that no message has, while 50 others talk.
import { joinNew, type Member } from "../load/member.ts";
import { pause } from "../machine/process-tree.ts";
import { talkUntil } from "./late-joiner.ts";
import {
  type Bench,
  type Figures,
  late,
  rated,
  type Scenario,
} from "./scenario.ts";
import { sayAt } from "./steady.ts";

const TALKERS = 50;
const MESSAGES_PER_SECOND = 100;
/** As many as a room allows: each user searches once in two seconds. */
const SEARCHERS = 8;
const INTERVAL_MS = 2010;
/** Those who fill the room before. */
const FILLERS = 10;

export const searches: readonly Scenario[] = [10_000, 100_000].map((count) => ({
  name: `search-${count}`,
  title: `searches of ${count} messages, four a second, while ${TALKERS} people say ${MESSAGES_PER_SECOND} messages/s`,
  entrants: ["edge-chat", "deno"],
  isFresh: true,
  how: { settings: { ROOM_HISTORY: 200_000 } },
  run: (bench) => runSearches(bench, count),
}));

async function runSearches(bench: Bench, count: number): Promise<Figures> {
  const { meeting, room, server } = bench;
  const fillers = await joinNew(meeting, room, FILLERS, "f");
  await talkUntil(fillers, count);
  for (const filler of fillers) filler.close();
  const talkers = await joinNew(meeting, room, TALKERS, "t");
  const searchers = await joinNew(meeting, room, SEARCHERS, "s");
  await server.settles();
  // Those of the people who have filled it.
  meeting.tally.closes = 0;
  meeting.tally.isTimed = true;
  const stopTalk = sayAt(MESSAGES_PER_SECOND, talkers);
  const measure = async () => {
    const { busy = Number.NaN, load = Number.NaN } = await rated(
      bench,
      ({ deliveries }) => deliveries,
    );
    return { busy, load, ...late(meeting.tally) };
  };
  const quiet = await measure();
  const [first] = searchers;
  if (first === undefined) throw new Error("Nobody joined.");
  const ms = await searchAll(first, count);
  const stopSearches = searchOn(searchers);
  const busy = await measure();
  stopSearches();
  stopTalk();
  meeting.tally.isTimed = false;
  await pause(INTERVAL_MS);
  for (const member of [...talkers, ...searchers]) member.close();
  return {
    ...{ ms, p50: quiet.p50, p99: quiet.p99, busy: quiet.busy },
    ...{ searchedP50: busy.p50, searchedP99: busy.p99 },
    ...{ searchedBusy: busy.busy, load: busy.load },
  };
}

interface Answer {
  readonly from: number;
  readonly more: boolean;
}

/** @returns how long the answers took together, in ms */
async function searchAll(member: Member, count: number): Promise<number> {
  let [ms, before]: [number, number?] = [0];
  for (;;) {
    const begun = performance.now();
    const { from, more } = await search(member, before);
    ms += performance.now() - begun;
    await pause(INTERVAL_MS);
    if (before === undefined && count > 20_000 !== more)
      throw new Error(`The first answer ended at ${from}.`);
    if (!more) return ms;
    before = from;
  }
}

function search(member: Member, before?: number): Promise<Answer> {
  return new Promise((resolve) => {
    member.onLine = (line) => {
      if (line.startsWith('{"type":"results"')) resolve(JSON.parse(line));
    };
    member.send(JSON.stringify({ type: "search", text: "needle", before }));
  });
}

/** @returns a function that stops the searches */
function searchOn(members: readonly Member[]): () => void {
  let isStopped = false;
  for (const [index, member] of members.entries())
    void (async () => {
      await pause((index * INTERVAL_MS) / members.length);
      while (!isStopped) {
        await Promise.all([search(member), pause(INTERVAL_MS)]);
      }
    })();
  return () => {
    isStopped = true;
  };
}
