// Live stories: play random stories over faulty networks against a real server, and check every delivery.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../support/live-server.ts";
import { counts, playStory } from "../support/live-story.ts";

/** A hundred in `npm run soak:client`. Most stories are played in memory. */
const STORIES = Number(process.env.STORIES ?? 4);
/** Stories that are played at a time. */
const AT_ONCE = 10;
const FIRST_SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** This command may repeat a failure, if timing allows. */
const REPLAY = `npx vitest run --project client-soak, with `;

const servers: RunningServer[] = [];

beforeAll(async () => {
  // With a rate limit messages are sent one by one, without one many are in
  // flight.
  servers.push(
    await startServer({ RATE_BURST: 10, RATE_PER_SECOND: 50 }),
    await startServer({ RATE_PER_SECOND: 0 }),
  );
});

afterAll(async () => {
  for (const { stop } of servers) await stop();
});

test(
  `every user sees everything once and in order, in ${STORIES} stories from seed ${FIRST_SEED}`,
  async () => {
    const seeds = Array.from({ length: STORIES }, (_, i) => FIRST_SEED + i);
    const failures: string[] = [];
    const playNext = async (): Promise<void> => {
      const seed = seeds.shift();
      if (seed === undefined || failures.length > 0) return;
      const isRated = seed % 2 === 0;
      const url = servers[isRated ? 0 : 1]?.url ?? "";
      await playStory({ url, seed, mayDrop: isRated }).catch((error: unknown) =>
        failures.push(`${REPLAY}SEED=${seed} STORIES=1: ${error}`),
      );
      await playNext();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, playNext));
    console.log(JSON.stringify(counts));
    expect(failures.join("\n")).toBe("");
    expect(counts.stories).toBe(STORIES);
  },
  STORIES * 10_000 + 150_000,
);
