// Change stories: play random edits, deletions, reactions and replies with the real SDK and the real rooms in one process.
import { expect, test } from "vitest";
import { changeCounts, playChangeStory } from "../support/change-story.ts";

/** As many as in `npm run soak:client`, or fewer. */
const STORIES = Number(process.env.MEMORY_STORIES ?? 100);
const FIRST_SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(
  `every user sees each message as it is, in ${STORIES} stories from seed ${FIRST_SEED}`,
  async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + STORIES; seed++)
      await playChangeStory(seed).catch((error: unknown) => {
        throw new Error(`SEED=${seed} MEMORY_STORIES=1: ${error}`);
      });
    console.log(JSON.stringify(changeCounts));
    expect(changeCounts.stories).toBe(STORIES);
  },
  STORIES * 1000 + 60_000,
);
