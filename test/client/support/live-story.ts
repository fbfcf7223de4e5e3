// Live story: lets users write over faulty networks, reload and crash, and checks all promises at the end.
import { setTimeout as pause } from "node:timers/promises";
import { checkDelivery } from "./delivery-oracle.ts";
import { FaultyNetwork } from "./faulty-network.ts";
import { LiveParticipant, waitUntil } from "./live-participant.ts";
import type { SentMessage } from "./participant.ts";
import { readLog } from "./read-log.ts";
import { SeededRandom } from "./seeded-random.ts";

export interface Story {
  readonly url: string;
  /**
   * Single frames may be lost. TCP does not do that: with many messages in
   * flight their order would be lost too.
   */
  readonly mayDrop: boolean;
  readonly seed: number;
}

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
};

/**
 * Plays one story.
 *
 * @throws Error that names the broken promise
 */
export async function playStory({ url, mayDrop, seed }: Story): Promise<void> {
  const random = new SeededRandom(seed);
  const room = `lobby-${randomName(random)}`;
  const participants: LiveParticipant[] = [];
  for (let i = random.integer(2, 4); i > 0; i--) {
    const network = await FaultyNetwork.inFrontOf(url);
    const [maxDelayMs, dropProbability, duplicateProbability] = [
      random.pick([0, 0, 5, 30]),
      mayDrop ? random.pick([0, 0, 0.02]) : 0,
      random.pick([0, 0.1]),
    ];
    network.delayMs = () => maxDelayMs * random.next();
    network.frameFault = () =>
      random.bool(dropProbability)
        ? "drop"
        : random.bool(duplicateProbability)
          ? "duplicate"
          : "none";
    const lastParticipant = participants.at(-1);
    const isOtherTab =
      lastParticipant !== undefined &&
      lastParticipant.otherTab === null &&
      random.bool(0.2);
    participants.push(
      new LiveParticipant(
        isOtherTab ? lastParticipant : randomName(random),
        room,
        network,
      ),
    );
  }
  const sentMessages: SentMessage[] = [];
  try {
    // From here on each user has a name, to which others can write.
    await Promise.all(participants.map(({ room }) => room.ready()));
    for (let n = random.integer(10, 40); n > 0; n--) {
      await pause(random.pick([0, 0, 10, 40]));
      if (random.bool(0.25))
        await injectRandomFault(random, random.pick(participants));
      sentMessages.push(
        sendRandomMessage(random, participants, sentMessages.length),
      );
    }
    for (const { network } of participants) {
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
      await readLog(url, room),
      participants,
      sentMessages,
      waitUntil,
    );
    counts.stories++;
  } finally {
    await Promise.all(participants.map(({ room }) => room.client.close()));
    await Promise.all(participants.map(({ network }) => network.close()));
  }
}

function sendRandomMessage(
  random: SeededRandom,
  participants: readonly LiveParticipant[],
  n: number,
): SentMessage {
  const author = random.pick(participants);
  const isPrivate = random.bool(0.3);
  const recipient = isPrivate ? random.pick(participants) : null;
  const text = `${n} by ${author.label}`;
  if (recipient === null) author.room.send(text);
  else author.room.client.sendPrivate(recipient.name, text);
  counts[recipient === null ? "sent" : "sentPrivately"]++;
  return { author, recipient, text };
}

async function injectRandomFault(
  random: SeededRandom,
  participant: LiveParticipant,
): Promise<void> {
  const { network } = participant;
  switch (random.integer(1, 7)) {
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
      setTimeout(
        () => {
          network.isDown = false;
        },
        random.integer(10, 500),
      );
      break;
    case 5:
      counts.reloaded++;
      await participant.reload();
      break;
    case 6:
      counts.crashed++;
      participant.crash();
      break;
    default:
      counts.woken++;
      participant.wake();
  }
}

/** Letters that no other letter resembles. */
function randomName(random: SeededRandom): string {
  const letters = Array.from({ length: 12 }, () =>
    random.pick([..."acdefhkpstxyz"]),
  );
  return `${letters.join("")}${Date.now().toString(36).slice(-4)}`.replace(
    /[il1o0]/g,
    "x",
  );
}
