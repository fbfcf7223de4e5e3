// Publishes campaign: the crash campaign with a backend that publishes by HTTP, alone and in batches, and repeats each request that gets no answer.
import { setTimeout as pause } from "node:timers/promises";
import { SeededRandom } from "../client/support/seeded-random.ts";
import { API_KEYS, KEY } from "../conformance/support/server-key.ts";
import { type CrashOptions, crash, type StoredText } from "./crash.ts";

const as = { id: "ci", username: "ci" };
const BATCH = 5;
const PAUSE_MS = 50;
/** An answer that takes so long is none. */
const TIMEOUT_MS = 5000;
/** A request that has been answered is sent again by so many of a hundred. */
const REPEATS = 20;

interface Result {
  readonly status: number;
  readonly seq?: number;
}

/** @throws Error with the broken promise */
export async function publishes(options: CrashOptions) {
  const chance = new SeededRandom(options.seed ^ 0x9b1);
  const acked: StoredText[] = [];
  let [requests, again] = [0, 0];
  /** Sends a request until it is answered. */
  const send = async (url: string, key: string, body: object) => {
    for (;;) {
      requests++;
      const results = await sendOnce(url, key, body);
      if (results !== null) return results;
      again++;
      await pause(PAUSE_MS);
    }
  };
  const publish = async (url: string, n: number) => {
    const isBatch = chance.bool(0.3);
    const texts = Array.from(
      { length: isBatch ? BATCH : 1 },
      (_, i) => `publish ${n}.${i}`,
    );
    const body = isBatch
      ? { as, messages: texts.map((text) => ({ text })) }
      : { as, text: texts[0] };
    const times = chance.next() * 100 < REPEATS ? 2 : 1;
    const answers: Result[][] = [];
    for (let time = 0; time < times; time++)
      answers.push(await send(url, `key-${n}`, body));
    texts.forEach((text, i) => {
      const seqs = answers.map((results) => results[i]?.seq);
      const [seq] = seqs;
      if (seq === undefined || seqs.some((one) => one !== seq))
        throw new Error(`"${text}" was acked as ${seqs.join(" and ")}.`);
      acked.push({ text, seq });
    });
  };
  return crash({
    ...options,
    vars: { ...options.vars, API_KEYS, API_RATE_PER_SECOND: 0 },
    alongside: async (url, room, isOver) => {
      const path = `${url}/rooms/${room}/messages`;
      for (let n = 0; !isOver(); n++) {
        await publish(path, n);
        await pause(PAUSE_MS * chance.next());
      }
    },
    judgeMore: async (_, stored) => {
      const texts = new Map(stored.map(({ text, seq }) => [text, seq]));
      for (const { text, seq } of acked)
        if (texts.get(text) !== seq)
          throw new Error(
            `Acked as ${seq}, stored as ${texts.get(text)}: ${text}`,
          );
      return {
        "published and acked": acked.length,
        "requests of the backend": requests,
        "requests without an answer": again,
      };
    },
  });
}

/** @returns null if the same request has to be sent again */
async function sendOnce(
  url: string,
  key: string,
  body: object,
): Promise<Result[] | null> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${KEY}`,
        "Content-Type": "application/json",
        "Idempotency-Key": key,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = (await response.json()) as Partial<Result> & {
      results?: Result[];
    };
    if (response.status >= 500) return null;
    if (!response.ok) throw new TypeError(JSON.stringify(answer));
    const { results = [{ ...answer, status: response.status }] } = answer;
    const isDone = results.every(({ status }) => status < 500);
    return isDone ? results : null;
  } catch (error) {
    // A refusal would be refused again.
    if (error instanceof TypeError && error.message.startsWith("{"))
      throw error;
    return null;
  }
}
