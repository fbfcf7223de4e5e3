// Change story: lets users edit, delete, react and reply over faulty networks, reload and crash, and compares what each sees with the room.
import type { ChatMessage } from "../../../src/client/events.ts";
import type { Room } from "../../../src/client/index.ts";
import { MemoryNetwork } from "./memory-network.ts";
import {
  type ConnectedParticipant,
  createParticipants,
  injectRandomFault,
  ROOM,
} from "./memory-story.ts";
import { Participant } from "./participant.ts";
import { SeededRandom } from "./seeded-random.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { Simulation } from "./simulation.ts";
import { repair } from "./story-parts.ts";

const EMOJI = ["👍", "🎉", "❤️"] as const;
/** A client takes over what another one has left within this time. */
const QUIET_MS = 300_000;

/** Counted over all stories, to show that each change does happen. */
export const changeCounts = {
  ...{ stories: 0, sent: 0, replied: 0, edited: 0, deleted: 0, reacted: 0 },
  ...{ done: 0, refused: 0, gaps: 0 },
};

/**
 * Plays one story. At the end nothing is pending, and each user sees every
 * message as somebody does who comes then.
 *
 * @throws Error with the difference
 */
export async function playChangeStory(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const isRated = seed % 2 === 0;
  const rate = isRated
    ? { RATE_BURST: 10, RATE_PER_SECOND: 50 }
    : { RATE_PER_SECOND: 0 };
  // A room that keeps little leaves gaps for somebody who was away for long.
  const isShort = random.bool(0.3);
  const ROOM_HISTORY = isShort ? 5 : 10_000;
  const simulation = new Simulation({ ...rate, ROOM_HISTORY }, seed);
  const connected = createParticipants(simulation, random, isRated);
  const participants = connected.map(({ participant }) => participant);
  await simulation.until(
    () => "welcomes",
    () => participants.every(({ room }) => room.state === "connected"),
  );
  const away = isShort ? random.pick(connected) : null;
  const isAway = (n: number) => n > 10 && n < 50;
  for (let n = random.integer(20, isShort ? 120 : 60); n > 0; n--) {
    if (away !== null && isAway(n)) {
      away.network.isDown = true;
      away.network.disconnect();
    } else if (away !== null) away.network.isDown = false;
    await simulation.advance(random.pick([0, 0, 100, 400, 5000]));
    if (random.bool(0.15))
      await injectRandomFault(random, simulation, random.pick(connected));
    act(random, random.pick(participants), n);
  }
  for (const { network } of connected) repair(network);
  await simulation.advance(QUIET_MS);
  for (const { room } of participants) discardFailed(room);
  await simulation.until(
    () => participants.map(({ description }) => description).join("\n"),
    () => participants.every(({ isDone }) => isDone),
  );
  await compare(simulation, random, connected);
  for (const { gaps } of participants.flatMap(({ runs }) => runs))
    changeCounts.gaps += gaps.length;
  changeCounts.stories++;
}

/** One participant does something, mostly to a message that they see. */
function act(
  random: SeededRandom,
  { room, label }: Participant,
  n: number,
): void {
  const { messages } = room.getSnapshot();
  const seen = messages.filter(({ deleted }) => deleted === undefined);
  const message = seen.length === 0 ? undefined : random.pick(seen);
  const own = seen.findLast(({ mine }) => mine);
  const count = (change: Promise<unknown>) => {
    change.then(
      () => changeCounts.done++,
      () => changeCounts.refused++,
    );
  };
  const kind = random.integer(1, 8);
  if (kind <= 2 || message === undefined) {
    changeCounts.sent++;
    room.send(`${n} by ${label}`);
  } else if (kind === 3) {
    changeCounts.replied++;
    message.reply(`${n} by ${label}`, {
      ...(random.bool(0.5) && { thread: message.thread ?? message.seq }),
    });
  } else if (kind === 4 && own !== undefined) {
    changeCounts.edited++;
    count(own.edit(`${n} edited by ${label}`));
  } else if (kind === 5 && own !== undefined) {
    changeCounts.deleted++;
    count(own.delete());
  } else {
    changeCounts.reacted++;
    count(message.react(random.pick(EMOJI), random.bool(0.7)));
  }
}

/**
 * An answer to a message that was deleted meanwhile fails, and nobody knows what
 * became of a message in flight before a gap.
 */
function discardFailed({ client, pending }: Room): void {
  for (const { id, error } of pending)
    if (/^(gone|unknown)$/.test(error?.code ?? "")) client.discard(id);
}

/** Each participant against somebody who comes at the end. */
async function compare(
  simulation: Simulation,
  random: SeededRandom,
  connected: readonly ConnectedParticipant[],
): Promise<void> {
  const network = new MemoryNetwork(simulation);
  const late = new Participant({
    ...{ identity: "late", room: ROOM },
    startProcess: (tab) => new SimulatedProcess(network, random, tab),
    disconnect: () => network.disconnect(),
  });
  await simulation.until(
    () => "the newcomer",
    () => late.isDone,
  );
  while (late.room.getSnapshot().more) {
    let isLoaded = false;
    late.room.loadOlder(200).then(() => {
      isLoaded = true;
    });
    await simulation.until(
      () => "older messages",
      () => isLoaded,
    );
  }
  const expected = new Map(
    late.room.getSnapshot().messages.map((one) => [one.seq, one]),
  );
  for (const { participant } of connected) {
    const { messages } = participant.room.getSnapshot();
    if (messages.at(-1)?.seq !== [...expected.keys()].at(-1))
      throw new Error(`${participant.label} does not see the newest message.`);
    const seen = new Map(messages.map((one) => [one.seq, one]));
    // The room may have dropped older messages since.
    const [oldest = 0] = expected.keys();
    const [first = 0] = seen.keys();
    for (const [seq, message] of expected) {
      if (seq < first) continue;
      const shown = seen.get(seq);
      const is = shown && describe(shown, null, oldest);
      const should = describe(message, participant.name, oldest);
      if (is !== should)
        throw new Error(`${participant.label} sees\n  ${is}\nnot\n  ${should}`);
    }
  }
}

/**
 * The message as a user sees it.
 *
 * @param username of the user, if somebody else has loaded it
 * @param oldest what the room does not keep any more has another quote
 */
function describe(
  message: ChatMessage,
  username: string | null,
  oldest: number,
): string {
  const { seq, text, deleted, replyTo, thread, quoted, replies } = message;
  const { reactions, edited, editSeq, pendingEdit, pendingDelete } = message;
  const counts = reactions.map(({ emoji, count, users, mine }) => ({
    ...{ emoji, count, users: users.toSorted() },
    mine: username === null ? mine : users.includes(username),
  }));
  counts.sort((a, b) => (a.emoji < b.emoji ? -1 : 1));
  return JSON.stringify({
    ...{ seq, text, deleted, replyTo, thread, replies, edited },
    ...(quoted !== undefined && quoted.seq >= oldest && { quoted }),
    ...{ editSeq, pendingEdit, pendingDelete, reactions: counts },
  });
}
