// Plays scenes at random until one breaks a promise, and says how to play that one again.
import fc from "fast-check";
import { blaming } from "./blame.ts";
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
  /** Hears of each scene that kept every promise. */
  readonly onPlayed?: (scene: Scene) => void;
}

export function play(scene: Scene): void {
  blaming(() => {
    const conversation = new Conversation(scene);
    for (const step of scene.steps) conversation.run(step);
    expectPromisesKept(conversation);
  });
}

/** @throws with the scene, its seed and its path; its cause is the broken promise */
export function hunt(options: Hunt): void {
  const { runs, faults, steps = 80, seed, path, onPlayed } = options;
  const property = fc.property(scenes({ steps, faults }), (scene) => {
    play(scene);
    onPlayed?.(scene);
  });
  fc.assert(property, {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  });
}

/** Which promise broke, of whom, where it was seen, and how to play it again. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, stack, cause } = error;
  if (cause === undefined) return stack ?? message;
  if (!(cause instanceof Error)) return `${message}\n\nBroken: ${cause}`;
  const places = cause.stack?.split("\n").filter((line) => /^ +at /.test(line));
  return `${message}\n\nBroken: ${cause.message}\n${places?.join("\n")}`;
}
