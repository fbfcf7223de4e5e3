// Memory story: lets users write over faulty networks, reload and crash while rooms restart, and checks all promises at the end.

import { checkDelivery, type LoggedMessage } from "./delivery-oracle.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { Participant, type SentMessage } from "./participant.ts";
import { SeededRandom } from "./seeded-random.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { Simulation } from "./simulation.ts";
import {
  COMMON_FAULTS,
  commonCounts,
  injectCommonFault,
  makeFaulty,
  repair,
  sendRandomMessage,
} from "./story-parts.ts";

export const ROOM = "lobby";
/** Private messages and requests can go by it. */
const OTHER_ROOM = "attic";
const NAMES = ["alice", "bob", "carol", "dave"] as const;
/** More than a page contains. */
const LOG_MAX = 200;

/** Counted over all stories, to show that faults do happen. */
export const counts = {
  ...commonCounts,
  restarted: 0,
  slept: 0,
  lost: 0,
  switched: 0,
  disconnectedOne: 0,
};

export interface ConnectedParticipant {
  readonly participant: Participant;
  readonly network: MemoryNetwork;
}

/**
 * Plays one story.
 *
 * @param seed of the story; even seeds have a rate limit
 * @throws Error that names the broken promise
 */
export async function playStory(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  // With a rate limit messages are sent one by one, without one many are in
  // flight.
  const isRated = seed % 2 === 0;
  const simulation = new Simulation(
    isRated ? { RATE_BURST: 10, RATE_PER_SECOND: 50 } : { RATE_PER_SECOND: 0 },
    seed,
  );
  const maxCallDelayMs = random.pick([0, 5, 100]);
  simulation.callDelayMs = () => maxCallDelayMs * random.next();
  const connected = createParticipants(simulation, random, isRated);
  const participants = connected.map(({ participant }) => participant);
  const sentMessages: SentMessage[] = [];
  const waitUntil = simulation.until.bind(simulation);
  // From here on each user has a name, to which others can write.
  await waitUntil(
    () =>
      `welcomes: ${participants.map(({ description }) => description).join("\n")}`,
    () => participants.every(({ room }) => room.state === "connected"),
  );
  for (let n = random.integer(10, 40); n > 0; n--) {
    await simulation.advance(random.pick([0, 0, 100, 400, 5000]));
    if (random.bool(0.25))
      await injectRandomFault(random, simulation, random.pick(connected));
    sentMessages.push(
      sendRandomMessage(random, participants, sentMessages.length, counts),
    );
  }
  for (const { network } of connected) repair(network);
  await waitUntil(
    () =>
      `acks: ${participants.map(({ description }) => description).join("\n")}`,
    () => participants.every(({ isDone }) => isDone),
  );
  await checkDelivery(
    readLog(simulation),
    participants,
    sentMessages,
    waitUntil,
  );
  counts.stories++;
}

export function createParticipants(
  simulation: Simulation,
  random: SeededRandom,
  mayDrop: boolean,
): ConnectedParticipant[] {
  const connected: ConnectedParticipant[] = [];
  for (const name of NAMES.slice(0, random.integer(2, 4))) {
    const network = new MemoryNetwork(simulation);
    makeFaulty(network, random, [0, 0, 50, 300], mayDrop);
    const last = connected.at(-1)?.participant;
    const isOtherTab = last?.otherTab === null && random.bool(0.2);
    const participant = new Participant({
      identity: isOtherTab ? last : name,
      room: ROOM,
      otherRoom: random.bool(0.4) ? OTHER_ROOM : null,
      startProcess: (tab) => new SimulatedProcess(network, random, tab),
      disconnect: () => network.disconnect(),
    });
    connected.push({ participant, network });
  }
  return connected;
}

/** The faults of this story only; the common ones come after them. */
const OWN_FAULTS = 5;

export async function injectRandomFault(
  random: SeededRandom,
  simulation: Simulation,
  { participant, network }: ConnectedParticipant,
): Promise<void> {
  const { world } = simulation;
  const fault = random.integer(1, OWN_FAULTS + COMMON_FAULTS);
  switch (fault) {
    case 1:
      counts.restarted++;
      world.crash(random.pick(world.hosts));
      break;
    case 2:
      counts.slept++;
      world.sleepIfIdle(random.pick(world.hosts));
      break;
    case 3: {
      const { pendingCalls } = world;
      if (pendingCalls.length === 0) break;
      const call = random.pick(pendingCalls);
      counts.lost++;
      world.lose(call);
      break;
    }
    case 4:
      counts.switched++;
      participant.switchOtherRoom();
      break;
    case 5:
      counts.disconnectedOne++;
      network.disconnectOne((sockets) => random.pick(sockets));
      break;
    default:
      await injectCommonFault(fault - OWN_FAULTS, {
        ...{ participant, network, counts },
        afterOutage: (callback) => {
          simulation.after(random.integer(100, 5000), callback);
        },
        reload: () => reload(simulation, participant),
      });
      // No process starts twice within one millisecond.
      if (fault - OWN_FAULTS === 6) await simulation.advance(1);
  }
}

async function reload(
  simulation: Simulation,
  participant: Participant,
): Promise<void> {
  let isDone = false;
  participant.reload().then(() => {
    isDone = true;
  });
  await simulation.until(
    () => `the reload of ${participant.label}`,
    () => isDone,
  );
}

/** All messages of the room. */
function readLog({ world }: Simulation): LoggedMessage[] {
  const log: LoggedMessage[] = [];
  for (;;) {
    const after = log.at(-1)?.seq ?? 0;
    const reply = world.askRoom(ROOM, {
      type: "messages",
      after,
      limit: LOG_MAX,
    });
    if (reply.type !== "page") throw new Error("The room gave no page.");
    log.push(...reply.lines.map((line): LoggedMessage => JSON.parse(line)));
    if (!reply.more) return log;
  }
}
