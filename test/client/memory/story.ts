// Story: people who talk over bad networks, reload and crash while the server crashes too; and whether all was as promised.
import { Chance } from "../chance.ts";
import { Participant, type Said } from "../participant.ts";
import { check, type Logged } from "../verdict.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { SimulatedPlace } from "./simulated-place.ts";
import { Simulation } from "./simulation.ts";

const ROOM = "lobby";
const NAMES = ["alice", "bob", "carol", "dave"] as const;
/** More than a page holds. */
const LOG_MAX = 200;

/** Counted over all stories, to see that they are about something. */
export const happened = {
  stories: 0,
  said: 0,
  whispered: 0,
  cut: 0,
  torn: 0,
  frozen: 0,
  down: 0,
  reloaded: 0,
  crashed: 0,
  woken: 0,
  restarted: 0,
  slept: 0,
  lost: 0,
};

interface Talker {
  readonly participant: Participant;
  readonly network: MemoryNetwork;
}

/**
 * Plays one to its end.
 *
 * @param seed the story; with an even one messages go one by one
 * @throws Error that names what was promised and not kept
 */
export async function play(seed: number): Promise<void> {
  const chance = new Chance(seed);
  // With a rate messages go one by one, without one many are on their way.
  const isRated = seed % 2 === 0;
  const simulation = new Simulation(
    isRated ? { RATE_BURST: 10, RATE_PER_SECOND: 50 } : { RATE_PER_SECOND: 0 },
    seed,
  );
  const callLag = chance.pick([0, 5, 100]);
  simulation.callLag = () => callLag * chance.next();
  const talkers = meet(simulation, chance, isRated);
  const people = talkers.map(({ participant }) => participant);
  const said: Said[] = [];
  const until = simulation.until.bind(simulation);
  // From now on each has a name, which others can write to.
  await until(
    () => `welcomes: ${people.map(({ state }) => state).join("\n")}`,
    () => people.every(({ chat }) => chat.state === "live"),
  );
  for (let n = chance.from(10, 40); n > 0; n--) {
    await simulation.pass(chance.pick([0, 0, 100, 400, 5000]));
    if (chance.is(0.25)) await mishap(chance, simulation, chance.pick(talkers));
    said.push(speak(chance, people, said.length));
  }
  for (const { network } of talkers) {
    network.isDown = false;
    network.lag = () => 0;
    network.fate = () => "passes";
  }
  await until(
    () => `acks: ${people.map(({ state }) => state).join("\n")}`,
    () => people.every(({ isDone }) => isDone),
  );
  await check(readLog(simulation), people, said, until);
  happened.stories++;
}

function meet(
  simulation: Simulation,
  chance: Chance,
  mayDrop: boolean,
): Talker[] {
  const talkers: Talker[] = [];
  for (const name of NAMES.slice(0, chance.from(2, 4))) {
    const network = new MemoryNetwork(simulation);
    const lag = chance.pick([0, 0, 50, 300]);
    // TCP loses no single frames: where many are on their way at once, their
    // order would be lost as well.
    const dropped = mayDrop ? chance.pick([0, 0, 0.02]) : 0;
    const doubled = chance.pick([0, 0.1]);
    network.lag = () => lag * chance.next();
    network.fate = () =>
      chance.is(dropped) ? "drops" : chance.is(doubled) ? "doubles" : "passes";
    const last = talkers.at(-1)?.participant;
    const isTwin = last?.twin === null && chance.is(0.2);
    const participant = new Participant({
      who: isTwin ? last : name,
      room: ROOM,
      startProcess: (tab) => new SimulatedPlace(network, chance, tab),
      cut: () => network.cut(),
    });
    talkers.push({ participant, network });
  }
  return talkers;
}

function speak(
  chance: Chance,
  people: readonly Participant[],
  n: number,
): Said {
  const by = chance.pick(people);
  const isPrivate = chance.is(0.3);
  const to = isPrivate ? chance.pick(people) : null;
  const text = `${n} by ${by.label}`;
  // Whether it arrives is asked in the end.
  const ignore = () => {};
  if (to === null) by.chat.send(text).catch(ignore);
  else by.chat.private(to.name, text).catch(ignore);
  happened[to === null ? "said" : "whispered"]++;
  return { by, to, text };
}

async function mishap(
  chance: Chance,
  simulation: Simulation,
  { participant, network }: Talker,
): Promise<void> {
  const { world } = simulation;
  switch (chance.from(1, 10)) {
    case 1:
      happened.cut++;
      network.cut();
      break;
    case 2:
      happened.torn++;
      network.tear();
      break;
    case 3:
      happened.frozen++;
      network.freeze();
      break;
    case 4:
      happened.down++;
      network.isDown = true;
      network.cut();
      simulation.after(chance.from(100, 5000), () => {
        network.isDown = false;
      });
      break;
    case 5: {
      happened.reloaded++;
      let isDone = false;
      participant.reload().then(() => {
        isDone = true;
      });
      await simulation.until(
        () => `the reload of ${participant.label}`,
        () => isDone,
      );
      break;
    }
    case 6:
      happened.crashed++;
      participant.crash();
      // No process starts twice within one tick of the clock.
      await simulation.pass(1);
      break;
    case 7:
      happened.restarted++;
      world.crash(chance.pick(world.hosts));
      break;
    case 8:
      happened.slept++;
      world.doze(chance.pick(world.hosts));
      break;
    case 9: {
      const { flights } = world;
      if (flights.length === 0) break;
      const flight = chance.pick(flights);
      happened.lost++;
      world.lose(flight);
      break;
    }
    default:
      happened.woken++;
      participant.wake();
  }
}

/** Everything that was said in the room. */
function readLog({ world }: Simulation): Logged[] {
  const log: Logged[] = [];
  for (;;) {
    const after = log.at(-1)?.seq ?? 0;
    const reply = world.read(ROOM, { type: "messages", after, limit: LOG_MAX });
    if (reply.type !== "page") throw new Error("The room gave no page.");
    log.push(...reply.lines.map((line): Logged => JSON.parse(line)));
    if (!reply.more) return log;
  }
}
