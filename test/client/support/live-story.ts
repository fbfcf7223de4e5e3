// Live story: lets users write over faulty networks, reload and crash, and checks all promises at the end.
import { setTimeout as pause } from "node:timers/promises";
import { checkDelivery } from "./delivery-oracle.ts";
import { FaultyNetwork } from "./faulty-network.ts";
import { LiveParticipant, waitUntil } from "./live-participant.ts";
import type { SentMessage } from "./participant.ts";
import { readLog } from "./read-log.ts";
import { SeededRandom } from "./seeded-random.ts";
import {
  COMMON_FAULTS,
  commonCounts,
  injectCommonFault,
  makeFaulty,
  repair,
  sendRandomMessage,
} from "./story-parts.ts";

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
export const counts = { ...commonCounts };

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
    makeFaulty(network, random, [0, 0, 5, 30], mayDrop);
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
        await injectFault(random, random.pick(participants));
      sentMessages.push(
        sendRandomMessage(random, participants, sentMessages.length, counts),
      );
    }
    for (const { network } of participants) repair(network);
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

function injectFault(
  random: SeededRandom,
  participant: LiveParticipant,
): Promise<void> {
  const { network } = participant;
  return injectCommonFault(random.integer(1, COMMON_FAULTS), {
    ...{ participant, network, counts },
    afterOutage: (callback) => {
      setTimeout(callback, random.integer(10, 500));
    },
    reload: () => participant.reload(),
  });
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
