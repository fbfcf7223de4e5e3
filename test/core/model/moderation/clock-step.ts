// Clock step: a scene lets time pass, up to an end that the oracle knows, or sets the clock back.
import type { World } from "../../support/world.ts";

export type ClockStep =
  | { readonly do: "edge"; readonly isBefore: boolean }
  | { readonly do: "pass" | "back"; readonly ms: number };

/** @param nextEnd when the next thing ends, ms since 1970; null: nothing does */
export function runClockStep(
  world: World,
  step: ClockStep,
  nextEnd: number | null,
): void {
  switch (step.do) {
    case "edge":
      if (nextEnd !== null)
        world.pass(nextEnd - world.now - (step.isBefore ? 1 : 0));
      break;
    case "pass":
      world.pass(step.ms);
      break;
    case "back":
      world.setClockBack(step.ms);
      break;
    default:
      step satisfies never;
  }
}
