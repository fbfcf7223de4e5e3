// Delivery oracle: checks at the end of a story that each user saw every message once and in order, and no foreign private one.
import type { Participant, RunRecord, SentMessage } from "./participant.ts";

export interface LoggedMessage {
  readonly seq: number;
  readonly text: string;
}

/** Waits for the condition. @throws Error with the description */
export type WaitUntil = (
  description: () => string,
  condition: () => boolean,
) => Promise<void>;

/**
 * @param log all messages that the room has stored
 * @throws Error with the difference
 */
export async function checkDelivery(
  log: readonly LoggedMessage[],
  participants: readonly Participant[],
  sentMessages: readonly SentMessage[],
  waitUntil: WaitUntil,
): Promise<void> {
  const expected = sentMessages.filter(({ recipient }) => recipient === null);
  expectSame(
    "the log contains every message once",
    log.map(({ text }) => text).toSorted(),
    expected.map(({ text }) => text).toSorted(),
  );
  for (const participant of participants) {
    // A tab may send a message of the other one, after that has crashed.
    if (
      participants.every(
        ({ otherTab }) =>
          participant.otherTab === null && otherTab !== participant,
      )
    )
      expectSame(
        `${participant.name}'s messages are in the log in the order written`,
        log
          .map(({ text }) => text)
          .filter((text) => isWrittenBy(participant, text)),
        expected
          .filter(({ author }) => author === participant)
          .map(({ text }) => text),
      );
    await checkMessages(participant, log, waitUntil);
    await checkPrivateMessages(
      participant,
      participants,
      sentMessages,
      waitUntil,
    );
    expectSame(
      `no message of ${participant.name} has failed`,
      participant.failures,
      [],
    );
  }
}

/** Each run shows a part of the log, and the last one reaches its end. */
async function checkMessages(
  participant: Participant,
  log: readonly LoggedMessage[],
  waitUntil: WaitUntil,
): Promise<void> {
  const head = log.at(-1)?.seq ?? 0;
  await waitUntil(
    () => `${participant.name} sees the newest message`,
    () => (participant.currentRun.messages.at(-1)?.seq ?? 0) >= head,
  );
  for (const run of participant.runs) {
    const seqs = run.messages.map(({ seq }) => seq);
    const first = seqs[0] ?? 1;
    expectSame(
      `${participant.name} sees each message once and in order`,
      run.messages.map(({ seq, text }) => `${seq} ${text}`),
      log.slice(first - 1, first - 1 + seqs.length).map(describeMessage),
    );
    expectSame(`${participant.name} sees no gap`, run.gaps, []);
  }
  const all = participant.runs.flatMap(seqsOf);
  expectSame(
    `${participant.name} sees every message over all runs`,
    [...new Set(all)].toSorted((a, b) => a - b),
    log.map(({ seq }) => seq).slice(-new Set(all).size),
  );
}

/** A message that one tab has shown may not be shown by the other. */
async function checkPrivateMessages(
  participant: Participant,
  participants: readonly Participant[],
  sentMessages: readonly SentMessage[],
  waitUntil: WaitUntil,
): Promise<void> {
  const runs = () =>
    participants
      .filter(({ name }) => name === participant.name)
      .flatMap(({ runs }) => runs);
  const expected = sentMessages
    .filter(
      ({ author, recipient }) =>
        recipient !== null &&
        [author.name, recipient.name].includes(participant.name),
    )
    .map(({ text }) => text)
    .toSorted();
  const seen = () =>
    new Set(
      runs().flatMap(({ privates }) => privates.map((value) => value.text)),
    );
  await waitUntil(
    () =>
      `${participant.name} sees ${expected.filter((text) => !seen().has(text))}`,
    () => seen().size >= expected.length,
  );
  expectSame(
    `${participant.name} sees all private messages`,
    [...seen()].toSorted(),
    expected,
  );
  for (const { privates } of participant.runs) {
    const texts = privates.map(({ text }) => text);
    expectSame(`${participant.name} sees each private message once`, texts, [
      ...new Set(texts),
    ]);
  }
}

function seqsOf({ messages }: RunRecord): number[] {
  return messages.map(({ seq }) => seq);
}

function describeMessage({ seq, text }: LoggedMessage): string {
  return `${seq} ${text}`;
}

function isWrittenBy({ name }: Participant, text: string): boolean {
  return text.endsWith(` by ${name}`);
}

function expectSame(
  description: string,
  actual: unknown[],
  expected: unknown[],
): void {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value));
  if (is !== should)
    throw new Error(`${description}:\n  actual   ${is}\n  expected ${should}`);
}
