// Story parts: the networks, messages and faults of stories in memory and of stories on real hosts.
import type { FrameFault } from "./faulty-network.ts";
import type { Participant, SentMessage } from "./participant.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** The network of one participant. */
export interface StoryNetwork {
  isDown: boolean;
  frameFault: () => FrameFault;
  delayMs: () => number;
  disconnect(): void;
  truncate(): void;
  freeze(): void;
}

/** Counted over all stories, to show that faults do happen. */
export const commonCounts = {
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

/** @param delaysMs the longest delay is one of them */
export function makeFaulty(
  network: StoryNetwork,
  random: SeededRandom,
  delaysMs: readonly number[],
  mayDrop: boolean,
): void {
  const maxDelayMs = random.pick(delaysMs);
  // TCP loses no single frames: with many messages in flight their order would
  // be lost too.
  const dropProbability = mayDrop ? random.pick([0, 0, 0.02]) : 0;
  const duplicateProbability = random.pick([0, 0.1]);
  network.delayMs = () => maxDelayMs * random.next();
  network.frameFault = () =>
    random.bool(dropProbability)
      ? "drop"
      : random.bool(duplicateProbability)
        ? "duplicate"
        : "none";
}

/** The network works from now on. */
export function repair(network: StoryNetwork): void {
  network.isDown = false;
  network.delayMs = () => 0;
  network.frameFault = () => "none";
}

/** A participant writes to the room, or to one participant. */
export function sendRandomMessage(
  random: SeededRandom,
  participants: readonly Participant[],
  n: number,
  counts: typeof commonCounts,
): SentMessage {
  const author = random.pick(participants);
  const isPrivate = random.bool(0.3);
  const recipient = isPrivate ? random.pick(participants) : null;
  const text = `${n} by ${author.label}`;
  // The delivery is checked at the end.
  if (recipient === null) author.room.send(text);
  else author.room.client.sendPrivate(recipient.name, text);
  counts[recipient === null ? "sent" : "sentPrivately"]++;
  return { author, recipient, text };
}

/** What an injected fault needs of its story. */
export interface FaultPlace {
  readonly participant: Participant;
  readonly network: StoryNetwork;
  readonly counts: typeof commonCounts;
  /** The network is down until `callback` is called. */
  afterOutage(callback: () => void): void;
  /** Waits for the reload of a participant. */
  reload(): Promise<void>;
}

/** The number of faults that any story may have. */
export const COMMON_FAULTS = 7;

/** @param fault from 1 to `COMMON_FAULTS` */
export async function injectCommonFault(
  fault: number,
  { participant, network, counts, afterOutage, reload }: FaultPlace,
): Promise<void> {
  switch (fault) {
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
      afterOutage(() => {
        network.isDown = false;
      });
      break;
    case 5:
      counts.reloaded++;
      await reload();
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
