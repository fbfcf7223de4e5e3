// Access model: random access levels, members, invitations, secrets and joins, over sleep, crashes and a clock that goes back, against the oracle.
import fc from "fast-check";
import { test } from "vitest";
import { Scene } from "./access-scene.ts";
import { steps } from "./access-steps.ts";

test("users enter and stay by the rules alone, whatever sleeps, crashes and clocks do", () => {
  fc.assert(
    fc.property(fc.boolean(), steps, (isPrivate, scene) => {
      const played = new Scene(isPrivate);
      for (const step of scene) played.run(step);
    }),
    { numRuns: Number(process.env.MODERATION_RUNS ?? 200) },
  );
});
