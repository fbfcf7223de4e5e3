// Plays scenes at random until one breaks a promise, and says how to play that one again.
import fc from "fast-check";
import { Conversation } from "./conversation.ts";
import { expectPromisesKept } from "./promises.ts";
import { type Scene, scenes } from "./steps.ts";

export interface Hunt {
  readonly runs: number;
  /** Weight of faults; what people do has 40. */
  readonly faults: number;
  readonly steps?: number;
  readonly seed?: number | undefined;
  /** Where among the shrunk scenes of that seed, as a failure says. */
  readonly path?: string | undefined;
}

export function play(scene: Scene): void {
  const conversation = new Conversation(scene);
  for (const step of scene.steps) conversation.run(step);
  expectPromisesKept(conversation);
}

/** @throws with the scene, its seed and its path */
export function hunt({ runs, faults, steps = 80, seed, path }: Hunt): void {
  fc.assert(fc.property(scenes({ steps, faults }), play), {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  });
}
