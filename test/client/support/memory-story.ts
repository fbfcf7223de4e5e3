// Memory story: lets users write over faulty networks, reload and crash while rooms restart, and checks all promises at the end.

import { checkDelivery, type LoggedMessage } from "./delivery-oracle.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { Participant, type SentMessage } from "./participant.ts";
import { SeededRandom } from "./seeded-random.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { Simulation } from "./simulation.ts";

const ROOM = "lobby";
/** Private messages and requests can go by it. */
const OTHER_ROOM = "attic";
const NAMES = ["alice", "bob", "carol", "dave"] as const;
/** More than a page contains. */
const LOG_MAX = 200;

/** Counted over all stories, to show that faults do happen. */
export const counts = {
  stories: 0,
  sent: 0,
  sentPrivately: 0,
  disconnected: 0,
  truncated: 0,
  frozen: 0,
  down: 0,
  reloaded: 0,
  crashed: 0,
  woken: 0,
  restarted: 0,
  slept: 0,
  lost: 0,
  switched: 0,
  disconnectedOne: 0,
};

interface ConnectedParticipant {
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
      sendRandomMessage(random, participants, sentMessages.length),
    );
  }
  for (const { network } of connected) {
    network.isDown = false;
    network.delayMs = () => 0;
    network.frameFault = () => "none";
  }
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

function createParticipants(
  simulation: Simulation,
  random: SeededRandom,
  mayDrop: boolean,
): ConnectedParticipant[] {
  const connected: ConnectedParticipant[] = [];
  for (const name of NAMES.slice(0, random.integer(2, 4))) {
    const network = new MemoryNetwork(simulation);
    const maxDelayMs = random.pick([0, 0, 50, 300]);
    // TCP loses no single frames: with many messages in flight their order
    // would be lost too.
    const dropProbability = mayDrop ? random.pick([0, 0, 0.02]) : 0;
    const duplicateProbability = random.pick([0, 0.1]);
    network.delayMs = () => maxDelayMs * random.next();
    network.frameFault = () =>
      random.bool(dropProbability)
        ? "drop"
        : random.bool(duplicateProbability)
          ? "duplicate"
          : "none";
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

function sendRandomMessage(
  random: SeededRandom,
  participants: readonly Participant[],
  n: number,
): SentMessage {
  const author = random.pick(participants);
  const isPrivate = random.bool(0.3);
  const recipient = isPrivate ? random.pick(participants) : null;
  const text = `${n} by ${author.label}`;
  // The delivery is checked at the end.
  const ignore = () => {};
  if (recipient === null) author.room.send(text).catch(ignore);
  else author.room.client.sendPrivate(recipient.name, text).catch(ignore);
  counts[recipient === null ? "sent" : "sentPrivately"]++;
  return { author, recipient, text };
}

async function injectRandomFault(
  random: SeededRandom,
  simulation: Simulation,
  { participant, network }: ConnectedParticipant,
): Promise<void> {
  const { world } = simulation;
  switch (random.integer(1, 12)) {
    case 1:
      counts.disconnected++;
      network.disconnect();
      break;
    case 2:
      counts.truncated++;
      network.truncate();
      break;
    case 3:
      counts.frozen++;
      network.freeze();
      break;
    case 4:
      counts.down++;
      network.isDown = true;
      network.disconnect();
      simulation.after(random.integer(100, 5000), () => {
        network.isDown = false;
      });
      break;
    case 5: {
      counts.reloaded++;
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
      counts.crashed++;
      participant.crash();
      // No process starts twice within one millisecond.
      await simulation.advance(1);
      break;
    case 7:
      counts.restarted++;
      world.crash(random.pick(world.hosts));
      break;
    case 8:
      counts.slept++;
      world.sleepIfIdle(random.pick(world.hosts));
      break;
    case 9: {
      const { pendingCalls } = world;
      if (pendingCalls.length === 0) break;
      const call = random.pick(pendingCalls);
      counts.lost++;
      world.lose(call);
      break;
    }
    case 10:
      counts.switched++;
      participant.switchOtherRoom();
      break;
    case 11:
      counts.disconnectedOne++;
      network.disconnectOne((sockets) => random.pick(sockets));
      break;
    default:
      counts.woken++;
      participant.wake();
  }
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
