// The long form of conversation.test.ts: plays scenes until the time is up, and says how to play a failure again.
import { explain, hunt } from "./fuzz-runner.ts";

/** Scenes to a seed. */
const RUNS = 100;
/** A seed decides how bad its days are. */
const FAULTS = [0, 12, 40];
const MINUTE = 60_000;

/**
 * MINUTES (10): how long. SEED: plays only that one's scenes. RUN_PATH with
 * SEED: only the one that failed, as a failure prints it.
 */
const { MINUTES = "10", SEED, RUN_PATH } = process.env;
const began = Date.now();
let [conversations, steps] = [0, 0];

function play(seed: number, path?: string): boolean {
  const faults = FAULTS[Math.abs(seed) % FAULTS.length] ?? 0;
  try {
    hunt({
      ...{ runs: RUNS, faults, seed, path },
      onPlayed: (scene) => {
        conversations++;
        steps += scene.steps.length;
      },
    });
    return true;
  } catch (error) {
    console.error(explain(error));
    console.error(
      `\nAgain: SEED=${seed} npm run soak\nOnly the smallest scene: SEED and RUN_PATH, the path above.`,
    );
    return false;
  }
}

let isKept = true;
if (SEED !== undefined) isKept = play(Number(SEED), RUN_PATH);
else {
  const until = began + Number(MINUTES) * MINUTE;
  let seed = began % 1_000_000_000;
  while (isKept && Date.now() < until) isKept = play(seed++);
}
const seconds = Math.round((Date.now() - began) / 1000);
console.log(
  `${conversations} conversations, ${steps} steps, ${seconds} seconds: ${isKept ? "every promise kept" : "then a promise was broken"}.`,
);
process.exitCode = isKept ? 0 : 1;
