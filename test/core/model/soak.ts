// Soak: this program plays random scenes until the time is up, and tells how to play a failed one again.
import { describeFailure, fuzz } from "./fuzz-runner.ts";

/** Scenes to a seed. */
const RUNS = 100;
/** Weights of faults, of which the seed chooses one. */
const FAULTS = [0, 12, 40];
const MINUTE = 60_000;

/**
 * MINUTES: how long to play, 10 by default. SEED: play only the scenes of this
 * seed. RUN_PATH with SEED: play only the scene that failed.
 */
const { MINUTES = "10", SEED, RUN_PATH } = process.env;
const began = Date.now();
let [conversations, steps] = [0, 0];

function playSeed(seed: number, path?: string): boolean {
  const faults = FAULTS[Math.abs(seed) % FAULTS.length] ?? 0;
  try {
    fuzz({
      ...{ runs: RUNS, faults, seed, path },
      onPassed: (scene) => {
        conversations++;
        steps += scene.steps.length;
      },
    });
    return true;
  } catch (error) {
    console.error(describeFailure(error));
    console.error(
      `\nAgain: SEED=${seed} npm run soak\nOnly the smallest scene: SEED and RUN_PATH, the path above.`,
    );
    return false;
  }
}

let isKept = true;
if (SEED !== undefined) isKept = playSeed(Number(SEED), RUN_PATH);
else {
  const until = began + Number(MINUTES) * MINUTE;
  let seed = began % 1_000_000_000;
  while (isKept && Date.now() < until) isKept = playSeed(seed++);
}
const seconds = Math.round((Date.now() - began) / 1000);
console.log(
  `${conversations} conversations, ${steps} steps, ${seconds} seconds: ${isKept ? "every promise kept" : "then a promise was broken"}.`,
);
process.exitCode = isKept ? 0 : 1;
