// What everybody must have been shown in the end: all of it, once, in order; and of what is private no more.
import type { Participant, Said, Shown } from "./participant.ts";

export interface Logged {
  readonly seq: number;
  readonly text: string;
}

/** Waits until it is so. @throws Error that says what was awaited */
export type Until = (what: () => string, isSo: () => boolean) => Promise<void>;

/**
 * @param log everything that the room has stored
 * @throws Error that says who was shown what instead of what
 */
export async function check(
  log: readonly Logged[],
  people: readonly Participant[],
  said: readonly Said[],
  until: Until,
): Promise<void> {
  const expected = said.filter(({ to }) => to === null);
  same(
    "the room's log holds everything that was said, once",
    log.map(({ text }) => text).toSorted(),
    expected.map(({ text }) => text).toSorted(),
  );
  for (const who of people) {
    // One tab may send what the other left as it died, in its own time.
    if (people.every(({ twin }) => who.twin === null && twin !== who))
      same(
        `${who.name}'s messages are in the order in which they were written`,
        log.map(({ text }) => text).filter((text) => isBy(who, text)),
        expected.filter(({ by }) => by === who).map(({ text }) => text),
      );
    await shown(who, log, until);
    await whispered(who, people, said, until);
    same(`nothing of ${who.name}'s is refused`, who.refused, []);
  }
}

/** Every run shows a piece of the log, and the last one up to its end. */
async function shown(
  who: Participant,
  log: readonly Logged[],
  until: Until,
): Promise<void> {
  const head = log.at(-1)?.seq ?? 0;
  await until(
    () => `${who.name} is shown the newest`,
    () => (who.shown.messages.at(-1)?.seq ?? 0) >= head,
  );
  for (const run of who.runs) {
    const seqs = run.messages.map(({ seq }) => seq);
    const first = seqs[0] ?? 1;
    same(
      `${who.name} is shown each message once, in order`,
      run.messages.map(({ seq, text }) => `${seq} ${text}`),
      log.slice(first - 1, first - 1 + seqs.length).map(line),
    );
    same(`${who.name} misses nothing`, run.gaps, []);
  }
  const all = who.runs.flatMap(news);
  same(
    `${who.name} is shown everything over all runs`,
    [...new Set(all)].toSorted((a, b) => a - b),
    log.map(({ seq }) => seq).slice(-new Set(all).size),
  );
}

/** What one tab has shown is not news to the other. */
async function whispered(
  who: Participant,
  people: readonly Participant[],
  said: readonly Said[],
  until: Until,
): Promise<void> {
  const runs = () =>
    people.filter(({ name }) => name === who.name).flatMap(({ runs }) => runs);
  const expected = said
    .filter(
      ({ by, to }) => to !== null && [by.name, to.name].includes(who.name),
    )
    .map(({ text }) => text)
    .toSorted();
  const seen = () =>
    new Set(runs().flatMap(({ privates }) => privates.map((one) => one.text)));
  await until(
    () =>
      `${who.name} is shown ${expected.filter((text) => !seen().has(text))}`,
    () => seen().size >= expected.length,
  );
  same(
    `${who.name} is shown what is private`,
    [...seen()].toSorted(),
    expected,
  );
  for (const { privates } of who.runs) {
    const texts = privates.map(({ text }) => text);
    same(`${who.name} is shown it once`, texts, [...new Set(texts)]);
  }
}

function news({ messages }: Shown): number[] {
  return messages.map(({ seq }) => seq);
}

function line({ seq, text }: Logged): string {
  return `${seq} ${text}`;
}

function isBy({ name }: Participant, text: string): boolean {
  return text.endsWith(` by ${name}`);
}

function same(what: string, actual: unknown[], expected: unknown[]): void {
  const [is, should] = [actual, expected].map((one) => JSON.stringify(one));
  if (is !== should)
    throw new Error(`${what}:\n  is     ${is}\n  should ${should}`);
}
