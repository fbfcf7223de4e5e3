// Fuzz runner: random scenes are played until one breaks a promise, and the failure tells how to play it again.
import fc from "fast-check";
import { blaming } from "./blame.ts";
import { Conversation } from "./conversation.ts";
import { expectPromisesKept } from "./promises.ts";
import { type Scene, scenes } from "./steps.ts";

export interface FuzzOptions {
  readonly runs: number;
  /** Weight of faults; the weight of users' steps is 40. */
  readonly faults: number;
  readonly steps?: number;
  readonly seed?: number | undefined;
  /** The path to a shrunk scene of the seed, as a failure prints it. */
  readonly path?: string | undefined;
  /** Is called with each scene that kept all promises. */
  readonly onPassed?: (scene: Scene) => void;
}

export function playScene(scene: Scene): void {
  blaming(() => {
    const conversation = new Conversation(scene);
    for (const step of scene.steps) conversation.run(step);
    expectPromisesKept(conversation);
  });
}

/** @throws an error with the scene, its seed and path; its cause is the broken promise */
export function fuzz(options: FuzzOptions): void {
  const { runs, faults, steps = 80, seed, path, onPassed } = options;
  const property = fc.property(scenes({ steps, faults }), (scene) => {
    playScene(scene);
    onPassed?.(scene);
  });
  fc.assert(property, {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
  });
}

/** Describes the broken promise, its subject and place, and how to play the scene again. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, stack, cause } = error;
  if (cause === undefined) return stack ?? message;
  if (!(cause instanceof Error)) return `${message}\n\nBroken: ${cause}`;
  const places = cause.stack?.split("\n").filter((line) => /^ +at /.test(line));
  return `${message}\n\nBroken: ${cause.message}\n${places?.join("\n")}`;
}
