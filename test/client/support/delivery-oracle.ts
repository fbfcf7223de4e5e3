// What everybody must have been shown in the end: all of it, once, in order; and of what is private no more.
import type { Participant, RunRecord, SentMessage } from "./participant.ts";

export interface LoggedMessage {
  readonly seq: number;
  readonly text: string;
}

/** Waits until it is so. @throws Error that says what was awaited */
export type WaitUntil = (
  what: () => string,
  isSo: () => boolean,
) => Promise<void>;

/**
 * @param log everything that the room has stored
 * @throws Error that says who was shown what instead of what
 */
export async function checkDelivery(
  log: readonly LoggedMessage[],
  participants: readonly Participant[],
  sentMessages: readonly SentMessage[],
  until: WaitUntil,
): Promise<void> {
  const expected = sentMessages.filter(({ recipient }) => recipient === null);
  expectSame(
    "the room's log holds everything that was said, once",
    log.map(({ text }) => text).toSorted(),
    expected.map(({ text }) => text).toSorted(),
  );
  for (const participant of participants) {
    // One tab may send what the other left as it died, in its own time.
    if (
      participants.every(
        ({ otherTab }) =>
          participant.otherTab === null && otherTab !== participant,
      )
    )
      expectSame(
        `${participant.name}'s messages are in the order in which they were written`,
        log
          .map(({ text }) => text)
          .filter((text) => isWrittenBy(participant, text)),
        expected
          .filter(({ author }) => author === participant)
          .map(({ text }) => text),
      );
    await checkMessages(participant, log, until);
    await checkPrivateMessages(participant, participants, sentMessages, until);
    expectSame(
      `nothing of ${participant.name}'s is refused`,
      participant.failures,
      [],
    );
  }
}

/** Every run shows a piece of the log, and the last one up to its end. */
async function checkMessages(
  participant: Participant,
  log: readonly LoggedMessage[],
  until: WaitUntil,
): Promise<void> {
  const head = log.at(-1)?.seq ?? 0;
  await until(
    () => `${participant.name} is shown the newest`,
    () => (participant.currentRun.messages.at(-1)?.seq ?? 0) >= head,
  );
  for (const run of participant.runs) {
    const seqs = run.messages.map(({ seq }) => seq);
    const first = seqs[0] ?? 1;
    expectSame(
      `${participant.name} is shown each message once, in order`,
      run.messages.map(({ seq, text }) => `${seq} ${text}`),
      log.slice(first - 1, first - 1 + seqs.length).map(describeMessage),
    );
    expectSame(`${participant.name} misses nothing`, run.gaps, []);
  }
  const all = participant.runs.flatMap(seqsOf);
  expectSame(
    `${participant.name} is shown everything over all runs`,
    [...new Set(all)].toSorted((a, b) => a - b),
    log.map(({ seq }) => seq).slice(-new Set(all).size),
  );
}

/** What one tab has shown is not news to the other. */
async function checkPrivateMessages(
  participant: Participant,
  participants: readonly Participant[],
  sentMessages: readonly SentMessage[],
  until: WaitUntil,
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
    new Set(runs().flatMap(({ privates }) => privates.map((one) => one.text)));
  await until(
    () =>
      `${participant.name} is shown ${expected.filter((text) => !seen().has(text))}`,
    () => seen().size >= expected.length,
  );
  expectSame(
    `${participant.name} is shown what is private`,
    [...seen()].toSorted(),
    expected,
  );
  for (const { privates } of participant.runs) {
    const texts = privates.map(({ text }) => text);
    expectSame(`${participant.name} is shown it once`, texts, [
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
  what: string,
  actual: unknown[],
  expected: unknown[],
): void {
  const [is, should] = [actual, expected].map((one) => JSON.stringify(one));
  if (is !== should)
    throw new Error(`${what}:\n  is     ${is}\n  should ${should}`);
}
