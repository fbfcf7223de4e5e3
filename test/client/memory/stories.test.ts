// Memory stories: play random stories with the real SDK and the real rooms in one process, and check every delivery.
import { expect, test } from "vitest";
import { counts, playStory } from "../support/memory-story.ts";

/** Ten thousand in `npm run soak:client`. */
const STORIES = Number(process.env.MEMORY_STORIES ?? 500);
const FIRST_SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(
  `every user sees everything once and in order, in ${STORIES} stories from seed ${FIRST_SEED}`,
  async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + STORIES; seed++)
      await playStory(seed).catch((error: unknown) => {
        throw new Error(`SEED=${seed} MEMORY_STORIES=1: ${error}`);
      });
    console.log(JSON.stringify(counts));
    expect(counts.stories).toBe(STORIES);
  },
  STORIES * 1000 + 60_000,
);
