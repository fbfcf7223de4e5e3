// The long form of conversation.test.ts: plays scenes until the time is up, and says how to play a failure again.
import { hunt } from "./hunt.ts";

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

function play(seed: number, path?: string): boolean {
  const faults = FAULTS[Math.abs(seed) % FAULTS.length] ?? 0;
  try {
    hunt({ runs: RUNS, faults, seed, path });
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(
      `\nAgain: SEED=${seed} npm run soak\nOnly the smallest scene: SEED and RUN_PATH, the path above.`,
    );
    return false;
  }
}

if (SEED !== undefined) {
  const isKept = play(Number(SEED), RUN_PATH);
  console.log(isKept ? `Seed ${SEED}: promises kept.` : "");
  process.exitCode = isKept ? 0 : 1;
} else {
  const until = Date.now() + Number(MINUTES) * MINUTE;
  const first = Date.now() % 1_000_000_000;
  let seed = first;
  while (Date.now() < until && play(seed)) seed++;
  const failed = Date.now() < until;
  console.log(`${(seed - first) * RUNS} conversations kept their promises.`);
  process.exitCode = failed ? 1 : 0;
}
